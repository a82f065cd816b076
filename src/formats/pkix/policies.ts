/**
 * Certificate policies along a path (RFC 5280 §6.1, with the policy graph of RFC 9618 §5).
 *
 * The tree of RFC 5280 grows exponentially with mappings; the graph holds each policy once per
 * certificate and says the same.
 */
import { anyPolicyOid, type Certificate } from '#formats/x509';
import type { PathAsk } from './ask.ts';
import { isSelfIssued } from './issuing.ts';
import { type PathFlaw, pathFlaw } from './verdict.ts';

interface PolicyNode {
  readonly policy: string;
  expected: ReadonlySet<string>;
  readonly parents: readonly PolicyNode[];
  children: number;
}

type Layer = Map<string, PolicyNode>;

interface Outcome {
  readonly flaws: readonly PathFlaw[];
  /** The policies the path is valid for (§6.1.6), perhaps `anyPolicy`. */
  readonly policies: readonly string[];
}

/** `below` is the path without its anchor, the top certificate first. */
export function judgePolicies(ask: PathAsk, below: readonly Certificate[]): Outcome {
  const judge = new PolicyJudge(ask, below.length);
  below.forEach((certificate, at) => judge.take(certificate, below.length - 1 - at));
  return judge.end();
}

class PolicyJudge {
  readonly #wanted: ReadonlySet<string>;
  readonly #flaws: PathFlaw[] = [];
  /** The graph, layer by layer; empty is the NULL of RFC 9618. */
  #layers: Layer[];
  #explicitAfter: number;
  #mappingAfter: number;
  #anyAfter: number;

  constructor(ask: PathAsk, length: number) {
    this.#wanted = new Set(ask.policies ?? [anyPolicyOid]);
    this.#explicitAfter = ask.explicitPolicyRequired === true ? 0 : length + 1;
    this.#mappingAfter = ask.policyMappingInhibited === true ? 0 : length + 1;
    this.#anyAfter = ask.anyPolicyInhibited === true ? 0 : length + 1;
    this.#layers = [new Map([[anyPolicyOid, nodeOf(anyPolicyOid, [])]])];
  }

  /** §6.1.3 (d) to (f), then §6.1.4 for an authority. */
  take(certificate: Certificate, index: number): void {
    this.#grow(certificate, index === 0);
    if (this.#explicitAfter === 0 && this.#layers.length === 0) {
      this.#flaws.push(pathFlaw('policy_required', { index, certificate }));
    }
    if (index === 0) return this.#wrapUp(certificate);
    this.#map(certificate, index);
    const { policyConstraints, inhibitAnyPolicy } = certificate.extensions;
    if (!isSelfIssued(certificate)) {
      this.#explicitAfter = Math.max(0, this.#explicitAfter - 1);
      this.#mappingAfter = Math.max(0, this.#mappingAfter - 1);
      this.#anyAfter = Math.max(0, this.#anyAfter - 1);
    }
    const { requireExplicitAfter, inhibitMappingAfter } = policyConstraints ?? {};
    this.#explicitAfter = Math.min(this.#explicitAfter, requireExplicitAfter ?? Infinity);
    this.#mappingAfter = Math.min(this.#mappingAfter, inhibitMappingAfter ?? Infinity);
    this.#anyAfter = Math.min(this.#anyAfter, inhibitAnyPolicy ?? Infinity);
  }

  /** §6.1.5 (a), (b) and (g). */
  end(): Outcome {
    const policies = this.#userPolicies();
    if (this.#explicitAfter === 0 && policies.length === 0 && this.#flaws.length === 0) {
      this.#flaws.push(pathFlaw('policy_required', { index: 0 }, 'none of the wanted policies'));
    }
    return { flaws: this.#flaws, policies };
  }

  #grow(certificate: Certificate, isTarget: boolean): void {
    const stated = certificate.extensions.certificatePolicies;
    const above = this.#layers.at(-1);
    if (stated === undefined || above === undefined) {
      this.#layers = [];
      return;
    }
    const layer: Layer = new Map();
    const expecting = byExpected(above);
    const anyAbove = above.get(anyPolicyOid);
    for (const policy of stated.filter((one) => one !== anyPolicyOid)) {
      const parents = expecting.get(policy) ?? (anyAbove === undefined ? [] : [anyAbove]);
      if (parents.length > 0) layer.set(policy, nodeOf(policy, parents));
    }
    const anyCounts = this.#anyAfter > 0 || (!isTarget && isSelfIssued(certificate));
    if (stated.includes(anyPolicyOid) && anyCounts) {
      for (const [policy, parents] of expecting) {
        if (!layer.has(policy)) layer.set(policy, nodeOf(policy, parents));
      }
    }
    this.#layers.push(layer);
    this.#prune();
  }

  #map(certificate: Certificate, index: number): void {
    const mappings = certificate.extensions.policyMappings ?? [];
    if (mappings.some((one) => [one.issuer, one.subject].includes(anyPolicyOid))) {
      this.#flaws.push(pathFlaw('policy_any_mapped', { index, certificate }));
      return;
    }
    const layer = this.#layers.at(-1);
    if (layer === undefined) return;
    const subjects = new Map<string, Set<string>>();
    for (const { issuer, subject } of mappings) {
      subjects.set(issuer, (subjects.get(issuer) ?? new Set()).add(subject));
    }
    for (const [issuer, expected] of subjects) {
      if (this.#mappingAfter === 0) {
        drop(layer, issuer);
        continue;
      }
      const held = layer.get(issuer);
      const anyParents = layer.get(anyPolicyOid)?.parents;
      if (held !== undefined) held.expected = expected;
      else if (anyParents !== undefined) {
        layer.set(issuer, { ...nodeOf(issuer, anyParents), expected });
      }
    }
    this.#prune();
  }

  /** RFC 9618 §5.3 (d)(3): what leads nowhere goes; if nothing is left, the graph is NULL. */
  #prune(): void {
    for (let at = this.#layers.length - 2; at >= 0; at -= 1) {
      const layer = this.#layers[at];
      if (layer === undefined) continue;
      for (const [policy, { children }] of layer) if (children === 0) drop(layer, policy);
    }
    if (this.#layers.some((layer) => layer.size === 0)) this.#layers = [];
  }

  #wrapUp(certificate: Certificate): void {
    this.#explicitAfter = Math.max(0, this.#explicitAfter - 1);
    if (certificate.extensions.policyConstraints?.requireExplicitAfter === 0) {
      this.#explicitAfter = 0;
    }
  }

  /** RFC 9618 §5.5: in the words of the anchor's own policies, cut to the wanted ones. */
  #userPolicies(): readonly string[] {
    const nodes = this.#layers.flatMap((layer) => [...layer.values()]);
    const granted = new Set(
      nodes
        .filter((node) => node.policy !== anyPolicyOid)
        .filter((node) => node.parents.some((parent) => parent.policy === anyPolicyOid))
        .map((node) => node.policy),
    );
    if (this.#layers.at(-1)?.has(anyPolicyOid) === true) granted.add(anyPolicyOid);
    if (this.#wanted.has(anyPolicyOid)) return [...granted].toSorted();
    const all = granted.has(anyPolicyOid);
    return [...this.#wanted].filter((policy) => all || granted.has(policy)).toSorted();
  }
}

function nodeOf(policy: string, parents: readonly PolicyNode[]): PolicyNode {
  for (const parent of parents) parent.children += 1;
  return { policy, expected: new Set([policy]), parents, children: 0 };
}

function drop(layer: Layer, policy: string): void {
  const node = layer.get(policy);
  if (node === undefined) return;
  layer.delete(policy);
  for (const parent of node.parents) parent.children -= 1;
}

function byExpected(layer: Layer): Map<string, PolicyNode[]> {
  const found = new Map<string, PolicyNode[]>();
  for (const node of layer.values()) {
    for (const policy of node.expected) {
      const nodes = found.get(policy) ?? [];
      nodes.push(node);
      found.set(policy, nodes);
    }
  }
  return found;
}
