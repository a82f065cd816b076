/**
 * The time of a signature: its RFC 3161 stamp over the signature value (ETSI EN 319 142-1 B-T).
 *
 * Under the strict profile a signature without a trusted stamp has no time and is invalid (law 4:
 * no trusted stamp, no signature).
 */
import type { Instant } from '#base/clock';
import type { SignedData } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { checkToken, parseToken, type StampFlaw } from '#formats/tsp';
import type { Certificate } from '#formats/x509';
import type { Findings } from '../report/findings.ts';
import type { FlawCode } from '../report/flaws.ts';
import type { Trust } from '../trust.ts';

/** A clock that says of itself that it does not know the minute proves no time. */
const accuracyMsMax = 60_000;

export interface Stamp {
  readonly der: Uint8Array;
  readonly time: Instant;
  /** The name of the authority, as its certificate says it. */
  readonly source: string;
  readonly authority: Certificate;
}

interface StampContext {
  readonly part: string;
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

export interface StampedCheck extends StampContext {
  readonly signed: SignedData;
}

const codes: Record<StampFlaw, FlawCode> = {
  stamp_imprint_differs: 'stamp_wrong',
  stamp_signature_broken: 'stamp_wrong',
  stamp_certificate_unbound: 'stamp_wrong',
  stamp_authority_unknown: 'stamp_untrusted',
  stamp_purpose_missing: 'stamp_untrusted',
  stamp_outside_certificate: 'stamp_untrusted',
  stamp_not_strict: 'stamp_malformed',
};

/** The proved time of a signature, or undefined with the reason among the findings. */
export async function judgeStamp(check: StampedCheck): Promise<Stamp | undefined> {
  const { signed, part, findings } = check;
  const der = signed.signer.timestampToken;
  if (der !== undefined) return judgeStampOver(der, signed.signer.signature, check);
  findings.add('stamp_missing', part, 'the signature carries no time-stamp');
  return undefined;
}

/** A token over exactly these bytes, in its only form, by a clock that is trusted by its bytes. */
export async function judgeStampOver(
  der: Uint8Array,
  stamped: Uint8Array,
  { part, trust, engine, findings }: StampContext,
): Promise<Stamp | undefined> {
  const token = findings.tried({ code: 'stamp_malformed', part }, () => parseToken(der));
  if (token === undefined) return undefined;
  if (token.imprint.hash === 'sha1') {
    findings.add('algorithm_unsuitable', part, 'the stamp is over a SHA-1 digest');
    return undefined;
  }
  if ((token.accuracyMs ?? 0) > accuracyMsMax) {
    findings.add('stamp_wrong', part, `a clock that may be off by ${token.accuracyMs} ms`);
  }
  const { hash } = token.imprint;
  const imprint = { hash, digest: await engine.digest(hash, stamped) };
  const verdict = await checkToken(
    { token, imprint, authorities: trust.stampers, strict: true },
    engine,
  );
  const isUnknown = verdict.is === 'invalid' && verdict.because === 'stamp_authority_unknown';
  if (isUnknown && trust.stampers.length === 0) {
    // Nobody was named whom to believe: that says nothing against the clock.
    findings.add('trust_missing', part, 'no clock is trusted');
    return undefined;
  }
  if (verdict.is === 'invalid') {
    findings.add(codes[verdict.because], part, `${verdict.because} ${verdict.detail}`.trim());
    return undefined;
  }
  const { certificate } = verdict;
  const source = certificate.subjectCommonName ?? certificate.subject.text;
  return { der, time: token.time, source, authority: certificate };
}
