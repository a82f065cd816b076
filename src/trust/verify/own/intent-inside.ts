/**
 * The rules about thieves as far as a PDF alone can answer them.
 *
 * An event certificate may carry the SMS gateway's statement that it was issued on (a non-critical
 * extension). Without it, a PDF alone cannot show that the person wanted this signature, and the
 * answer is indeterminate: the package holds what is missing.
 */
import { parseCanonical } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import { parseDer } from '#formats/der';
import {
  type Attestation,
  isAttestationExtension,
  isAttestedBy,
  parseAttestation,
} from '#formats/entry';
import type { Trust } from '../trust.ts';
import type { JudgedDocument } from './documents.ts';
import { judgeStatement, personOf } from './issuance.ts';
import type { JudgedSignature } from './signature.ts';

export async function judgeIntentInside(
  document: JudgedDocument,
  { trust, engine }: { readonly trust: Trust; readonly engine: Engine },
): Promise<void> {
  for (const signature of document.signatures) {
    const { findings, part, holder } = signature;
    if (holder === 'unknown' && signature.certificate !== undefined && trust.keys.length > 0) {
      findings.add(
        'seal_unknown',
        part,
        'neither a seal of operators.json nor an event certificate',
      );
    }
    if (holder !== 'person') continue;
    const inside = findings.tried({ code: 'certificate_malformed', part }, () =>
      attestationIn(signature),
    );
    if (inside === undefined) {
      findings.add('intent_not_shown', part, 'the certificate carries no statement of an intent');
      continue;
    }
    const key = trust.gatewayKey(inside.by);
    if (key === undefined) {
      findings.add('trust_missing', part, `no key of the gateway ${inside.by} is trusted`);
      continue;
    }
    const signed = await isAttestedBy(inside, key, engine);
    const wrong = signed
      ? judgeStatement(personOf(document, signature), inside)
      : 'the statement is not signed by the gateway';
    if (wrong !== undefined) findings.add('intent_not_attested', part, wrong);
  }
}

function attestationIn(signature: JudgedSignature): Attestation | undefined {
  const { all = [] } = signature.certificate?.extensions ?? {};
  const [extension, second] = all.filter(({ oid }) => isAttestationExtension(oid));
  // Two statements in one certificate: which of them it was issued on, nobody can tell.
  if (extension === undefined || second !== undefined) return undefined;
  return parseAttestation(parseCanonical(parseDer(extension.value).content));
}
