/**
 * Past signature validation (ETSI EN 319 102-1 §5.6.2): a signature that fails today only because
 * time has passed is good if it is proved to have existed while nothing was wrong.
 *
 * The control time slides back from today along the path, from the anchor down (§5.6.2.2): to each
 * revocation, to the day each revocation answer was given, to the day each algorithm failed. What
 * is proved to have existed before it stands.
 */
import { formatInstant, type Instant } from '#base/clock';
import type { CertificatePath } from '#formats/pkix';
import type { Certificate } from '#formats/x509';
import { judgeStrength, pathSunsets, signatureSunsets } from './acceptance.ts';
import type { Context, Purpose } from './context.ts';
import type { Doubt } from './doubt.ts';
import type { Proof } from './existence.ts';
import type { SignedValue } from './integrity.ts';
import { withinSkew } from './skew.ts';
import { outdatedAt } from './strength.ts';
import { pathFor, revocationOf } from './x509-validation.ts';

/** A signature that basic validation doubts for want of a proof of existence. */
export interface PastAsk {
  readonly certificate: Certificate;
  readonly value: SignedValue;
  readonly purpose: Purpose;
  /** The time of judging. */
  readonly now: Instant;
  readonly doubts: readonly Doubt[];
  /** The earliest proof that the signature value existed. */
  readonly proof: Proof | undefined;
}

/** The doubts that remain: none when the past heals them all. */
export async function validatePast(
  ask: PastAsk,
  context: Context,
): Promise<{ readonly doubts: readonly Doubt[]; readonly path?: CertificatePath }> {
  const { certificate, value, purpose, now, doubts, proof } = ask;
  if (proof === undefined) return { doubts };
  const { path } = await pathFor({ certificate, purpose, at: proof.at }, 'ignored', context);
  if (path === undefined) return { doubts };
  if (!livedTogether(path)) {
    const detail = 'the certificates of the path were never valid at one time';
    return { doubts: [{ code: 'certificate_out_of_time', detail }] };
  }
  const control = await slideControlTime(path, now, context);
  if (proof.at > control.at) {
    const since = proof.isAsserted === true ? 'asserted' : 'proved';
    const needed = `needed by ${formatInstant(control.at)}`;
    const detail = `${since} for ${formatInstant(proof.at)}, ${needed}`;
    return { doubts: doubts.map((doubt) => ({ ...doubt, detail: `${doubt.detail}; ${detail}` })) };
  }
  // §5.6.2.4 step 3: before the certificate's life or after it, the signature cannot be good.
  const outside = outsideLife(certificate, proof);
  if (outside !== undefined) return { doubts: [outside] };
  const weak = judgeStrength(signatureSunsets(value, certificate), proof.at);
  const unknown = await unknownOf(path, { at: proof.at, now }, context);
  const left = [...weak, ...unknown];
  return left.length > 0 ? { doubts: left } : { doubts: [], path };
}

/**
 * §5.6.2.2.4 steps 2 a and b, where the policy asks for revocation material: each certificate needs
 * an answer that it was good when the signature existed, itself proved to have existed while the
 * word of its issuer still counted. Later a thief of the issuer's key could have written it.
 */
async function unknownOf(
  path: CertificatePath,
  { at, now }: { readonly at: Instant; readonly now: Instant },
  context: Context,
): Promise<readonly Doubt[]> {
  if (context.revocation !== 'required') return [];
  const sunsets = pathSunsets(path);
  const doubts: Doubt[] = [];
  let counts = now;
  for (let index = path.certificates.length - 1; index >= 0; index -= 1) {
    const certificate = path.certificates[index];
    const issuer = path.certificates[index + 1];
    const ends = [outdatedAt(sunsets[index] ?? [], counts)?.until ?? counts];
    if (certificate !== undefined && issuer !== undefined) {
      const when = { at, later: 'accepted' } as const;
      const said = await revocationOf({ certificate, issuer, path }, when, context);
      const isKept = said.statements.some(
        ({ source: { isFresh, der } }) =>
          isFresh && (counts >= now || context.existence.isProvedAt(der, counts)),
      );
      if (!isKept && said.is !== 'never_revoked') {
        const detail = `${certificate.subject.text}: nothing that was kept in time`;
        doubts.push({ code: 'revocation_not_known', detail });
      }
      ends.push(certificate.notAfter, said.is === 'revoked' ? said.from : counts);
    }
    for (const end of ends) if (end < counts) counts = end;
  }
  return doubts;
}

/** §5.6.2.1: the validity periods below the anchor must share a moment. */
function livedTogether({ certificates }: CertificatePath): boolean {
  const below = certificates.length > 1 ? certificates.slice(0, -1) : certificates;
  const from = below.reduce((latest, one) => Math.max(latest, one.notBefore), 0);
  const to = below.reduce((earliest, one) => Math.min(earliest, one.notAfter), Infinity);
  return from <= to;
}

function outsideLife(certificate: Certificate, proof: Proof): Doubt | undefined {
  const { notBefore, notAfter } = certificate;
  const isProved = proof.isAsserted !== true;
  const at = withinSkew(certificate, { at: proof.at, isProved });
  const detail = `it existed at ${formatInstant(proof.at)} by ${proof.by}`;
  if (at < notBefore && isProved) return { code: 'certificate_not_yet_valid', detail };
  const isOutside = at < notBefore || at > notAfter;
  return isOutside ? { code: 'certificate_out_of_time', detail } : undefined;
}

/** §5.6.2.2 control-time sliding, from the certificate below the anchor to the signer's. */
export async function slideControlTime(
  path: CertificatePath,
  now: Instant,
  context: Context,
): Promise<{ readonly at: Instant }> {
  const sunsets = pathSunsets(path);
  let at = now;
  const back = (to: Instant): void => {
    if (to < at) at = to;
  };
  for (let index = path.certificates.length - 1; index >= 0; index -= 1) {
    const certificate = path.certificates[index];
    const issuer = path.certificates[index + 1];
    const failed = outdatedAt(sunsets[index] ?? [], at);
    if (failed !== undefined) back(failed.until);
    if (certificate === undefined || issuer === undefined) continue;
    const said = await revocationOf(
      { certificate, issuer, path },
      { at, later: 'refused' },
      context,
    );
    if (said.is === 'revoked') back(said.from);
    const good = said.statements.find(({ says }) => says === 'good')?.source;
    // An answer that is no longer fresh speaks until the next one was due, as it did when it was
    // new; one that is not proved to have existed by then speaks for nothing.
    if (good?.isFresh === false && isUsable(good.der, { at, now }, context)) {
      back(good.nextUpdate ?? good.producedAt);
    }
    back(certificate.notAfter);
  }
  return { at };
}

function isUsable(
  der: Uint8Array,
  { at, now }: { readonly at: Instant; readonly now: Instant },
  { existence }: Context,
): boolean {
  return at >= now || existence.isProvedAt(der, at);
}
