/**
 * From a certificate to a trusted authority at a proved time (RFC 5280 section 6.1, bounded).
 *
 * The house's own certificates are one step below `ca.pem`. Foreign signatures may bring their
 * intermediate authorities in the bag; at most `pathStepsMax` steps are tried.
 */
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { type Certificate, checkIssued, type IssuedFlaw } from '#formats/x509';
import type { FlawCode } from './flaws.ts';

const pathStepsMax = 6;

export interface ChainCheck {
  readonly certificate: Certificate;
  /** Certificates that came with the signature. */
  readonly bag: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: Instant;
}

export type ChainVerdict =
  | { readonly is: 'valid'; readonly root: Certificate }
  | { readonly is: 'invalid'; readonly code: FlawCode; readonly detail: string };

const codes: Partial<Record<IssuedFlaw, FlawCode>> = {
  certificate_not_yet_valid: 'stamped_outside_certificate',
  certificate_expired: 'stamped_outside_certificate',
  issuer_not_valid_then: 'stamped_outside_certificate',
};

export async function judgeChain(
  check: ChainCheck,
  engine: Engine,
  steps = pathStepsMax,
): Promise<ChainVerdict> {
  const { certificate, bag, roots, at } = check;
  let nearest: ChainVerdict = {
    is: 'invalid',
    code: 'chain_not_found',
    detail: `no trusted authority named ${certificate.issuer.text}`,
  };
  for (const issuer of [...roots, ...bag.filter((one) => one !== certificate)]) {
    const verdict = await checkIssued({ certificate, issuer, at }, engine);
    if (verdict.is === 'invalid') {
      if (verdict.because === 'issuer_differs') continue;
      const code = codes[verdict.because] ?? 'chain_broken';
      nearest = { is: 'invalid', code, detail: verdict.because };
      continue;
    }
    if (roots.includes(issuer)) return { is: 'valid', root: issuer };
    if (steps <= 1) continue;
    const above = await judgeChain({ ...check, certificate: issuer }, engine, steps - 1);
    if (above.is === 'valid') return above;
    nearest = above;
  }
  return nearest;
}
