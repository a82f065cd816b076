/**
 * The enrolment receipts a phone keeps: which key it made for which intent, signed by the CA.
 *
 * `{ v:1, kind:'enrolment', intent, key, certificate, at }` as an attestation by `ca`. A file may
 * hold one receipt, a list of them, or `{ receipts, complete: true }` for all that a phone keeps.
 */
import type { Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import { isAttestedBy, parseAttestation } from '#formats/entry';
import { objectOf, readJson, textIn } from '../json.ts';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';

export interface Enrolment {
  readonly intent: string;
  /** base64 SHA-256 of the public key and of the certificate. */
  readonly key: string;
  readonly certificate: string;
}

export interface Receipts {
  readonly enrolments: readonly Enrolment[];
  /** These are all the phone has: it never had another key. */
  readonly complete: boolean;
}

/** The receipts that the trusted authority signed; others are findings. */
export async function readReceipts(
  bytes: Uint8Array,
  parts: { readonly trust: Trust; readonly engine: Engine; readonly findings: Findings },
): Promise<Receipts> {
  const flaw = { code: 'receipt_wrong', part: 'receipt' } as const;
  const json = parts.findings.tried(flaw, () => readJson(bytes)) ?? null;
  const list = parts.findings.tried(flaw, () => receiptsIn(json).map(parseAttestation));
  const enrolments: Enrolment[] = [];
  for (const attestation of list ?? []) {
    let signed = false;
    for (const { publicKey } of parts.trust.roots) {
      const key = { algorithm: 'ecdsa-sha256', publicKey } as const;
      signed ||= await isAttestedBy(attestation, key, parts.engine);
    }
    // The authority signs other words too, and none of these is what a phone was handed.
    const isOne = attestation.statement['kind'] === 'enrolment' && attestation.statement['v'] === 1;
    if (!isOne) parts.findings.add('receipt_wrong', 'receipt', 'not an enrolment');
    if (!signed) parts.findings.add('receipt_wrong', 'receipt', 'not signed by the authority');
    const enrolment = parts.findings.tried(flaw, () => ({
      intent: textIn(attestation.statement, 'intent'),
      key: textIn(attestation.statement, 'key'),
      certificate: textIn(attestation.statement, 'certificate'),
    }));
    if (signed && isOne && enrolment !== undefined) enrolments.push(enrolment);
  }
  return { enrolments, complete: isComplete(json) };
}

function isComplete(json: Json): boolean {
  const held = typeof json === 'object' && json !== null && !Array.isArray(json);
  return held && new Map(Object.entries(json)).get('complete') === true;
}

function receiptsIn(json: Json): readonly Json[] {
  if (Array.isArray(json)) return json as readonly Json[];
  const { receipts } = objectOf(json);
  return Array.isArray(receipts) ? (receipts as readonly Json[]) : [json];
}
