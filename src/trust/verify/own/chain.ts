/**
 * From a certificate to a trusted authority at a proved time (RFC 5280 section 6.1, bounded).
 *
 * The house's own certificates are one step below `ca.pem`. Foreign signatures may bring their
 * intermediate authorities in the bag; at most `pathStepsMax` steps are tried.
 */

import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { type Certificate, checkIssued, type IssuedFlaw } from '#formats/x509';
import type { FlawCode } from '../report/flaws.ts';

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

const checksMax = 64;
const spent: ChainVerdict = {
  is: 'invalid',
  code: 'chain_not_found',
  detail: `no path found in ${checksMax} steps`,
};

const codes: Partial<Record<IssuedFlaw, FlawCode>> = {
  certificate_not_yet_valid: 'stamped_outside_certificate',
  certificate_expired: 'stamped_outside_certificate',
  issuer_not_valid_then: 'stamped_outside_certificate',
};

/**
 * Walks up from the certificate. A path uses no certificate twice and the whole search asks at most
 * `checksMax` times, for a bag of authorities of one name would otherwise be a maze without end.
 */
export async function judgeChain(check: ChainCheck, engine: Engine): Promise<ChainVerdict> {
  return new PathSearch(check, engine).from(check.certificate, []);
}

class PathSearch {
  readonly #check: ChainCheck;
  readonly #engine: Engine;
  #checks = 0;

  constructor(check: ChainCheck, engine: Engine) {
    this.#check = check;
    this.#engine = engine;
  }

  async from(certificate: Certificate, below: readonly Certificate[]): Promise<ChainVerdict> {
    const { bag, roots, at } = this.#check;
    const path = [...below, certificate];
    let nearest: ChainVerdict = {
      is: 'invalid',
      code: 'chain_not_found',
      detail: `no trusted authority named ${certificate.issuer.text}`,
    };
    for (const issuer of [...roots, ...bag.filter((one) => !path.includes(one))]) {
      if (!equal(issuer.subject.der, certificate.issuer.der)) continue;
      this.#checks += 1;
      if (this.#checks > checksMax) return spent;
      const verdict = await checkIssued({ certificate, issuer, at }, this.#engine);
      if (verdict.is === 'invalid') {
        const code = codes[verdict.because] ?? 'chain_broken';
        nearest = { is: 'invalid', code, detail: verdict.because };
        continue;
      }
      if (roots.includes(issuer)) return { is: 'valid', root: issuer };
      if (path.length >= pathStepsMax) continue;
      const above = await this.from(issuer, path);
      if (above.is === 'valid' || above === spent) return above;
      nearest = above;
    }
    return nearest;
  }
}
