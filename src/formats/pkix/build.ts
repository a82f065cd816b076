/**
 * Looks for a path from a certificate to a trust anchor (RFC 5280 §6, RFC 4158), with bounded work.
 *
 * Depth first, the likeliest issuer first. The first round follows only issuers that are flawless
 * at their place; a second one, if that finds nothing, follows the others too, so that the answer
 * can name what is wrong with the path that comes nearest. Each link's signature is checked before
 * the search goes on above it: who only bears the right name leads nowhere.
 */
import { equal } from '#base/bytes';
import { type Certificate, lacksGroup, nameKey } from '#formats/x509';
import { algorithmUses } from './algorithm-use.ts';
import type { Anchor, PathAsk } from './ask.ts';
import { certificateFlaws } from './certificate-rules.ts';
import { judgeInheritance } from './inherited-keys.ts';
import { isSameAuthority, keyFit } from './issuing.ts';
import {
  Budget,
  nameComparisonsMax,
  pathCertificatesMax,
  pathsMax,
  poolItemsMax,
  stepsMax,
} from './limits.ts';
import { PathMemory } from './memory.ts';
import { severityOf } from './severity.ts';
import { authoritiesIn, judgePath, type PathFindings } from './validate.ts';
import { type CertificatePath, type PathFlaw, type PathVerdict, pathFlaw } from './verdict.ts';

interface Candidate {
  readonly certificate: Certificate;
  readonly anchor: Anchor | undefined;
}

/** Whether the search follows flawless issuers only, or any. */
type Links = 'flawless' | 'any';

/** What lies between a certificate and one that bears its issuer's name. */
type Link =
  | { readonly is: 'signed' | 'broken' | 'loop' | 'apart' }
  | { readonly is: 'doubtful'; readonly doubt: PathFlaw };

interface Judged {
  readonly certificates: readonly Certificate[];
  readonly findings: PathFindings;
}

/** The answer to one question: the first path that holds, or why none does. */
export async function buildPath(ask: PathAsk): Promise<PathVerdict> {
  const search = new PathSearch(ask);
  const found = (await search.run('flawless')) ?? (await search.run('any'));
  if (found !== undefined) return { is: 'valid', path: pathOf(found) };
  return search.refusal();
}

class PathSearch {
  readonly #ask: PathAsk;
  readonly #memory: PathMemory;
  readonly #issuers = new Map<string, Candidate[]>();
  readonly #comparisons = new Budget(nameComparisonsMax);
  #steps = new Budget(stepsMax);
  #paths = new Budget(pathsMax);
  #nearest: Judged | undefined;
  /** The best reason that never became a path. */
  #broken: PathFlaw | undefined;
  #limit: PathFlaw | undefined;

  constructor(ask: PathAsk) {
    this.#ask = ask;
    this.#memory = ask.memory ?? new PathMemory(ask.engine);
    for (const anchor of ask.anchors) this.#know({ certificate: anchor.certificate, anchor });
    for (const certificate of ask.pool.slice(0, poolItemsMax)) {
      this.#know({ certificate, anchor: undefined });
    }
  }

  async run(links: Links): Promise<Judged | undefined> {
    if (this.#limit !== undefined) return undefined;
    this.#steps = new Budget(stepsMax);
    this.#paths = new Budget(pathsMax);
    const { target } = this.#ask;
    const own = this.#named(nameKey(target.subject)).find(
      ({ anchor, certificate }) => anchor !== undefined && equal(certificate.der, target.der),
    );
    if (own?.anchor !== undefined) {
      const judged = await this.#judge([target], own.anchor, []);
      if (judged !== undefined) return judged;
    }
    return this.#climb([target], [], links);
  }

  refusal(): PathVerdict {
    const { target } = this.#ask;
    const because =
      this.#limit ??
      this.#nearest?.findings.flaws[0] ??
      this.#broken ??
      pathFlaw('no_path', { index: 0, certificate: target }, target.issuer.text);
    const lacking = ['no_path', 'limit', 'algorithm_unknown'].includes(because.code);
    const path = this.#nearest && pathOf(this.#nearest);
    return { is: lacking ? 'indeterminate' : 'invalid', because, path };
  }

  /** Tries every issuer of the last certificate of `path`; `doubts` are flaws of its links. */
  async #climb(
    path: readonly Certificate[],
    doubts: readonly PathFlaw[],
    links: Links,
  ): Promise<Judged | undefined> {
    const child = path.at(-1);
    if (child === undefined) return undefined;
    const seen = new Set<Link['is']>();
    for (const candidate of this.#candidates(child)) {
      const link = await this.#linkTo(child, candidate, { path, links });
      seen.add(link.is);
      if (this.#limit !== undefined) return undefined;
      if (link.is !== 'signed' && link.is !== 'doubtful') continue;
      const above = [...path, candidate.certificate];
      const all = link.is === 'doubtful' ? [...doubts, link.doubt] : doubts;
      const found =
        candidate.anchor === undefined
          ? await this.#higher(above, all, links)
          : await this.#judge(above, candidate.anchor, all);
      if (found !== undefined || this.#limit !== undefined) return found;
    }
    // A bad signature is a reason only where nobody else of that name made a good one.
    const isIssued = seen.has('signed') || seen.has('loop') || links === 'flawless';
    if (seen.has('broken') && !isIssued) {
      this.#broken ??= pathFlaw('signature_broken', {
        index: path.length - 1,
        certificate: child,
      });
    }
    return undefined;
  }

  async #higher(
    path: readonly Certificate[],
    doubts: readonly PathFlaw[],
    links: Links,
  ): Promise<Judged | undefined> {
    // One place is left for the anchor, or the path is too long to be anybody's.
    if (path.length >= pathCertificatesMax) return undefined;
    return this.#climb(path, doubts, links);
  }

  async #judge(
    certificates: readonly Certificate[],
    anchor: Anchor,
    doubts: readonly PathFlaw[],
  ): Promise<Judged | undefined> {
    if (!this.#spend(this.#paths, 'paths')) return undefined;
    const judged = judgePath(this.#ask, { certificates, anchor }, this.#comparisons);
    const inherited = await judgeInheritance(certificates, this.#memory);
    const flaws = [...doubts, ...inherited.flaws, ...judged.flaws].toSorted(worseFirst);
    const found = { certificates, findings: { ...judged, flaws } };
    const [worst] = flaws;
    if (worst === undefined) {
      for (const { written, whole } of inherited.keys) this.#memory.learn(written, whole);
      return found;
    }
    if (worst.code === 'limit') this.#limit ??= worst;
    const best = this.#nearest?.findings.flaws[0];
    if (best === undefined || severityOf(worst.code) < severityOf(best.code)) this.#nearest = found;
    return undefined;
  }

  #isFlawless(certificate: Certificate, below: readonly Certificate[]): boolean {
    const authoritiesBelow = authoritiesIn(below.slice(1));
    const place = { index: below.length, authoritiesBelow };
    return certificateFlaws(this.#ask, certificate, place).length === 0;
  }

  /** Is the candidate worth following: not yet on the path, flawless if asked, the signer? */
  async #linkTo(
    child: Certificate,
    { certificate, anchor }: Candidate,
    { path, links }: { readonly path: readonly Certificate[]; readonly links: Links },
  ): Promise<Link> {
    if (path.some((one) => isSameAuthority(one, certificate))) return { is: 'loop' };
    if (!this.#spend(this.#steps, 'steps')) return { is: 'apart' };
    const mayFlaw = links === 'any' || anchor !== undefined;
    if (!mayFlaw && !this.#isFlawless(certificate, path)) return { is: 'apart' };
    const of = { index: path.length - 1, certificate: child };
    const answer = await this.#memory.judge(child, certificate.publicKey);
    if (answer === 'good') return { is: 'signed' };
    if (answer === 'spent') this.#limit ??= pathFlaw('limit', of, 'signature checks');
    if (answer === 'broken' && keyFit(child, certificate) !== 'differs') return { is: 'broken' };
    if (answer === 'unsupported' && inherits(child, certificate)) return { is: 'signed' };
    if (answer !== 'unsupported' || links === 'flawless') return { is: 'apart' };
    const doubt = pathFlaw('algorithm_unknown', of, child.signatureAlgorithmOid);
    return { is: 'doubtful', doubt };
  }

  #spend(budget: Budget, what: string): boolean {
    if (budget.spend()) return true;
    this.#limit ??= pathFlaw('limit', {}, what);
    return false;
  }

  /** Anchors before the pool, keys that fit before others, times that fit before others. */
  #candidates(child: Certificate): readonly Candidate[] {
    const named = this.#named(nameKey(child.issuer));
    if (named.length < 2) return named;
    const { at } = this.#ask;
    const rank = ({ certificate, anchor }: Candidate): number => {
      const fit = keyFit(child, certificate);
      const isInTime = at >= certificate.notBefore && at <= certificate.notAfter;
      return (
        (fit === 'differs' ? 4 : 0) +
        (isInTime ? 0 : 2) +
        (fit === 'open' ? 1 : 0) +
        (anchor === undefined ? 0.5 : 0)
      );
    };
    return named
      .map((candidate) => ({ candidate, rank: rank(candidate) }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ candidate }) => candidate);
  }

  #named(key: string): readonly Candidate[] {
    return this.#issuers.get(key) ?? [];
  }

  /** The same certificate twice is tried once; an anchor hides its copies in the pool. */
  #know(candidate: Candidate): void {
    const key = nameKey(candidate.certificate.subject);
    const known = this.#issuers.get(key) ?? [];
    this.#issuers.set(key, known);
    const { der } = candidate.certificate;
    if (known.some(({ certificate }) => equal(certificate.der, der))) return;
    known.push(candidate);
  }
}

/** The issuer's key has its group from above: whether it signed is judged with the whole path. */
function inherits({ signatureAlgorithm }: Certificate, issuer: Certificate): boolean {
  return signatureAlgorithm?.startsWith('dsa-') === true && lacksGroup(issuer.publicKey);
}

function worseFirst(a: PathFlaw, b: PathFlaw): number {
  return severityOf(b.code) - severityOf(a.code);
}

function pathOf({ certificates, findings }: Judged): CertificatePath {
  const { policies, breaches } = findings;
  return { certificates, policies, breaches, algorithms: algorithmUses(certificates) };
}
