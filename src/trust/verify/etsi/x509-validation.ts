/**
 * X.509 certificate validation at one time (ETSI EN 319 102-1 §5.2.6) with the revocation freshness
 * checker (§5.2.5): a path to an anchor, every certificate of it within its life, none revoked.
 *
 * Without revocation material the policy decides: `if-present` says what was not checked,
 * `required` leaves the signature open with the certificate named.
 */
import { formatInstant, type Instant } from '#base/clock';
import {
  buildPath,
  type CertificatePath,
  judgeRevocation,
  type PathFlaw,
  type RevocationSource,
  type RevocationVerdict,
} from '#formats/pkix';
import { type Certificate, purposeOid } from '#formats/x509';
import type { FlawCode } from '../report/flaws.ts';
import type { Notice } from '../report/report.ts';
import type { Context, Purpose } from './context.ts';
import type { Doubt } from './doubt.ts';

/** One certificate, used for one purpose, judged at one time. */
export interface CertificateAsk {
  readonly certificate: Certificate;
  readonly purpose: Purpose;
  readonly at: Instant;
  /** Since when what was made with it is proved to have existed. */
  readonly proved?: Instant | undefined;
}

/** What became of the certificate: the path that came nearest, and what is doubted of it. */
export interface CertificateResult {
  readonly path: CertificatePath | undefined;
  readonly doubts: readonly Doubt[];
  readonly notices: readonly Notice[];
  /** Since when the certificate nearest to the signer is revoked, where one is. */
  readonly revokedFrom: Instant | undefined;
  /** Is every certificate below the anchor known not to be revoked? */
  readonly isRevocationKnown: boolean;
}

const pathCodes: Partial<Record<PathFlaw['code'], FlawCode>> = {
  no_path: 'chain_not_found',
  limit: 'resource_limit',
  algorithm_unknown: 'algorithm_not_supported',
  expired: 'certificate_out_of_time',
  not_yet_valid: 'certificate_out_of_time',
  key_usage_missing: 'certificate_not_for_signing',
};

export async function validateCertificate(
  ask: CertificateAsk,
  context: Context,
): Promise<CertificateResult> {
  const { path, doubt } = await pathFor(ask, 'judged', context);
  if (path === undefined) return nothing(doubt);
  const revocation = await judgePathRevocation(path, ask, context);
  const doubts = doubt === undefined ? revocation.doubts : [doubt, ...revocation.doubts];
  return { ...revocation, path, doubts };
}

/** The path, with validity periods judged at `ask.at` or left for later. */
export async function pathFor(
  { certificate, purpose, at }: CertificateAsk,
  validity: 'judged' | 'ignored',
  context: Context,
): Promise<{ path: CertificatePath | undefined; doubt: Doubt | undefined }> {
  const { engine, memory, material } = context;
  const stamps = certificate.extensions.extendedKeyUsage?.includes(purposeOid.timeStamping);
  if (purpose === 'stamping' && stamps !== true) {
    // RFC 3161 §2.3: said, and not merely left open as RFC 5280 would have it; else everybody whom
    // the authority certified could date his own signature.
    const detail = `${certificate.subject.text}: no purpose timeStamping`;
    return { path: undefined, doubt: { code: 'certificate_not_for_signing', detail } };
  }
  const verdict = await buildPath({
    target: certificate,
    anchors: context.anchorsFor(purpose, at),
    pool: material.certificates,
    at,
    engine,
    memory,
    validity,
    purposeOfAuthorities: 'ignored',
    ...(purpose === 'stamping' ? { purposes: [purposeOid.timeStamping] } : {}),
  });
  if (verdict.is === 'valid') return { path: verdict.path, doubt: undefined };
  const { because } = verdict;
  const code = pathCodes[because.code] ?? 'chain_broken';
  const detail = [because.subject, because.code, because.detail, `(${because.rfc})`];
  return {
    path: verdict.path,
    doubt: { code, detail: detail.filter((part) => part !== '').join(' ') },
  };
}

/** A certificate of a path that has an issuer there. */
interface IssuedOne {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly path: CertificatePath;
}

/** What is known of one certificate of a path at one time. */
export async function revocationOf(
  { certificate, issuer, path }: IssuedOne,
  when: { readonly at: Instant; readonly later: 'accepted' | 'refused' },
  context: Context,
): Promise<RevocationVerdict> {
  const { material, engine, memory } = context;
  const { crls, ocsps, certificates } = material;
  const { at, later } = when;
  // RFC 5280 §6.3.3 (f): people of another anchor have no say in this path.
  const own = path.certificates.at(-1);
  const anchors = own === undefined ? [] : [{ certificate: own, applies: 'key' } as const];
  const ask = { certificate, issuer, crls, ocsps, pool: certificates, anchors, at, later };
  return judgeRevocation({ ...ask, engine, memory });
}

async function judgePathRevocation(
  path: CertificatePath,
  ask: CertificateAsk,
  context: Context,
): Promise<Omit<CertificateResult, 'path'>> {
  const doubts: Doubt[] = [];
  const notices: Notice[] = [];
  let revokedFrom: Instant | undefined;
  let isRevocationKnown = true;
  for (const [index, certificate] of path.certificates.entries()) {
    const issuer = path.certificates[index + 1];
    if (issuer === undefined) break;
    // An answer younger than the time of judging says more of that time, not less.
    const when = { at: ask.at, later: 'accepted' } as const;
    const said = await revocationOf({ certificate, issuer, path }, when, context);
    if (said.is === 'revoked' && said.from <= ask.at) {
      const code = index === 0 ? 'revoked_without_proof' : 'authority_revoked_without_proof';
      doubts.push({ code, detail: sayRevoked(certificate, said) });
      revokedFrom ??= said.from;
    }
    if (said.is !== 'unknown') continue;
    const was = await wasKnown({ certificate, issuer, path }, ask, context);
    if (!was) isRevocationKnown = false;
    const detail = `${certificate.subject.text}: ${said.because}`;
    // Whether an answer that has aged was kept in time is asked of the past (§5.6.2).
    if (context.revocation === 'required') doubts.push({ code: 'revocation_not_known', detail });
    else if (!was) notices.push({ code: 'revocation_not_checked', detail });
  }
  return { doubts, notices, revokedFrom, isRevocationKnown };
}

/**
 * What is proved to be older was made while other answers were fresh: an answer that has aged since
 * then is as good for that day as it was.
 */
async function wasKnown(
  one: IssuedOne,
  { at, proved }: CertificateAsk,
  context: Context,
): Promise<boolean> {
  if (proved === undefined || proved >= at) return false;
  return (await revocationOf(one, { at: proved, later: 'accepted' }, context)).is !== 'unknown';
}

function sayRevoked(
  { subject }: Certificate,
  { from, reason, source }: { from: Instant; reason: string; source: RevocationSource },
): string {
  return `${subject.text} since ${formatInstant(from)}, ${reason}, by ${source.kind}`;
}

function nothing(doubt: Doubt | undefined): CertificateResult {
  const doubts = doubt === undefined ? [] : [doubt];
  return { path: undefined, doubts, notices: [], revokedFrom: undefined, isRevocationKnown: false };
}
