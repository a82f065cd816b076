/**
 * Judges one complete path (RFC 5280 §6.1.2 to §6.1.5), signatures apart: every flaw, worst first.
 */
import type { Certificate } from '#formats/x509';
import type { Anchor, PathAsk } from './ask.ts';
import { certificateFlaws, trustedTargetFlaws } from './certificate-rules.ts';
import { isSelfIssued } from './issuing.ts';
import { type Budget, pathCertificatesMax } from './limits.ts';
import { NameSpace } from './name-constraints.ts';
import { judgePolicies } from './policies.ts';
import { profileBreaches } from './profile.ts';
import { bearsName } from './server-name.ts';
import { severityOf } from './severity.ts';
import { type PathFlaw, pathFlaw } from './verdict.ts';

/** What was found about one path; it is valid when `flaws` is empty. */
export interface PathFindings {
  /** The worst first. */
  readonly flaws: readonly PathFlaw[];
  readonly breaches: readonly PathFlaw[];
  readonly policies: readonly string[];
}

/** `certificates` goes from the target to the anchor's own certificate. */
export function judgePath(
  ask: PathAsk,
  { certificates, anchor }: { certificates: readonly Certificate[]; anchor: Anchor },
  comparisons: Budget,
): PathFindings {
  // A trust anchor that is trusted as a key alone brings no rules of its own (§6.1.1 (d)).
  const judged = anchor.applies === 'certificate' ? certificates : certificates.slice(0, -1);
  const policies = judgePolicies(ask, certificates.slice(0, -1).toReversed());
  const breaches = profileBreaches(ask.profile ?? 'path', judged, certificates.length);
  const isDemanded = ask.profile !== undefined && ask.profile !== 'path';
  const flaws = [
    ...(certificates.length === 1
      ? trustedTargetFlaws(ask)
      : [...lengthFlaws(ask, certificates), ...placeFlaws(ask, judged), ...policies.flaws]),
    ...nameFlaws(judged, comparisons),
    ...serverNameFlaws(ask),
    ...(isDemanded ? breaches : []),
  ];
  return {
    flaws: flaws.toSorted((a, b) => severityOf(b.code) - severityOf(a.code)),
    breaches: isDemanded ? [] : breaches,
    policies: policies.policies,
  };
}

function placeFlaws(ask: PathAsk, judged: readonly Certificate[]): readonly PathFlaw[] {
  return judged.flatMap((certificate, index) => {
    const authoritiesBelow = authoritiesIn(judged.slice(1, index));
    return certificateFlaws(ask, certificate, { index, authoritiesBelow });
  });
}

/** §6.1.4 (l): self-issued certificates do not count. */
export function authoritiesIn(certificates: readonly Certificate[]): number {
  return certificates.filter((one) => !isSelfIssued(one)).length;
}

function lengthFlaws(ask: PathAsk, certificates: readonly Certificate[]): PathFlaw[] {
  const between = authoritiesIn(certificates.slice(1, -1));
  const isTooDeep = ask.depthMax !== undefined && between > ask.depthMax;
  if (!isTooDeep && certificates.length <= pathCertificatesMax) return [];
  return [pathFlaw('depth_exceeded', {}, `${between} authorities`)];
}

/** §6.1.3 (b), (c), (g): from the top down, self-issued authorities exempt. */
function nameFlaws(judged: readonly Certificate[], comparisons: Budget): PathFlaw[] {
  const space = new NameSpace();
  const flaws: PathFlaw[] = [];
  judged.toReversed().forEach((certificate, fromTop) => {
    const index = judged.length - 1 - fromTop;
    if (index === 0 || !isSelfIssued(certificate)) {
      const found = space.objection(certificate, comparisons);
      if (found !== undefined)
        flaws.push(pathFlaw(found.code, { index, certificate }, found.detail));
    }
    const { nameConstraints } = certificate.extensions;
    if (index > 0 && nameConstraints !== undefined) space.narrow(nameConstraints);
  });
  return flaws;
}

function serverNameFlaws({ serverNames = [], target }: PathAsk): PathFlaw[] {
  if (serverNames.every((name) => bearsName(target, name))) return [];
  return [pathFlaw('server_name_differs', { index: 0, certificate: target })];
}
