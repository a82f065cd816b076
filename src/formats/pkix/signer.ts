/**
 * Whom to believe about revocation: the issuer itself, or whom it or a trust anchor vouches for.
 */
import type { Instant } from '#base/clock';
import type { Certificate } from '#formats/x509';
import { buildPath } from './build.ts';
import { isSameAuthority } from './issuing.ts';
import type { Signed } from './memory.ts';
import type { RevocationQuestion } from './revocation-ask.ts';

/** Signers of one name that are tried at most; each costs a signature check. */
const signersMax = 8;

/** A signer whose signature holds, or the reason why there is none. */
export type SignerVerdict =
  | { readonly is: 'found'; readonly signer: Certificate }
  | {
      readonly is: 'none';
      readonly because: 'signature_broken' | 'algorithm_unknown' | 'signer_unknown' | 'limit';
    };

/** The first of the candidates whose key made the signature. */
export async function signerOf(
  ask: RevocationQuestion,
  signed: Signed,
  candidates: readonly Certificate[],
): Promise<SignerVerdict> {
  if (candidates.length === 0) return { is: 'none', because: 'signer_unknown' };
  for (const signer of candidates.slice(0, signersMax)) {
    const answer = await ask.memory.judge(signed, signer.publicKey);
    if (answer === 'good') return { is: 'found', signer };
    if (answer === 'unsupported') return { is: 'none', because: 'algorithm_unknown' };
    if (answer === 'spent') return { is: 'none', because: 'limit' };
  }
  return { is: 'none', because: 'signature_broken' };
}

/** RFC 6960 §4.2.2.2: certified by the issuer's own key, with nobody in between. */
export async function isCertifiedByIssuer(
  ask: RevocationQuestion,
  signer: Certificate,
  at: Instant,
): Promise<boolean> {
  const { engine, memory, issuer } = ask;
  const anchors = [{ certificate: issuer, applies: 'key' as const }];
  return (
    (await buildPath({ target: signer, anchors, pool: [], at, engine, memory })).is === 'valid'
  );
}

/**
 * RFC 5280 §6.3.3 (f): when it signed, its path led to the issuer or to the caller's anchor. The
 * answer is whoever certified it there; the signer itself where it is the issuer or an anchor.
 */
export async function vouchedForBy(
  ask: RevocationQuestion,
  signer: Certificate,
  at: Instant,
): Promise<Certificate | undefined> {
  const { pool = [], engine, memory, issuer } = ask;
  if (isSameAuthority(signer, issuer)) return signer;
  const anchors = [...(ask.anchors ?? []), { certificate: issuer, applies: 'key' as const }];
  const verdict = await buildPath({ target: signer, anchors, pool, at, engine, memory });
  return verdict.is === 'valid' ? (verdict.path.certificates[1] ?? signer) : undefined;
}
