/**
 * The enrolment receipts a phone keeps: which key it made for which intent, signed by the CA.
 *
 * `{ v:1, kind:'enrolment', intent, key, certificate, at }` as an attestation by `ca`. A file may
 * hold one receipt or a list of them.
 */
import type { Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import { isAttestedBy, parseAttestation } from '#formats/entry';
import type { Findings } from './findings.ts';
import { objectOf, readJson, textIn } from './json.ts';
import type { Trust } from './trust.ts';

export interface Enrolment {
  readonly intent: string;
  /** base64 SHA-256 of the public key and of the certificate. */
  readonly key: string;
  readonly certificate: string;
}

/** The receipts that the trusted authority signed; others are findings. */
export async function readReceipts(
  bytes: Uint8Array,
  parts: { readonly trust: Trust; readonly engine: Engine; readonly findings: Findings },
): Promise<readonly Enrolment[]> {
  const flaw = { code: 'receipt_wrong', part: 'receipt' } as const;
  const list = parts.findings.tried(flaw, () => receiptsIn(readJson(bytes)).map(parseAttestation));
  const enrolments: Enrolment[] = [];
  for (const attestation of list ?? []) {
    let signed = false;
    for (const { publicKey } of parts.trust.roots) {
      const key = { algorithm: 'ecdsa-sha256', publicKey } as const;
      signed ||= await isAttestedBy(attestation, key, parts.engine);
    }
    if (!signed) parts.findings.add('receipt_wrong', 'receipt', 'not signed by the authority');
    const enrolment = parts.findings.tried(flaw, () => ({
      intent: textIn(attestation.statement, 'intent'),
      key: textIn(attestation.statement, 'key'),
      certificate: textIn(attestation.statement, 'certificate'),
    }));
    if (signed && enrolment !== undefined) enrolments.push(enrolment);
  }
  return enrolments;
}

function receiptsIn(json: Json): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  const { receipts } = objectOf(json);
  return Array.isArray(receipts) ? (receipts as readonly Json[]) : [json];
}
