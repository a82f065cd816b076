/**
 * A signature policy that programs can follow (ETSI TR 102 272, RFC 3125 §3): what must stand in a
 * signature, who may certify its signer, which algorithms are good enough, for which commitment.
 *
 * What a policy demands and this reader does not understand stays visible in `unread`: whoever
 * follows the rest must not say that he followed all.
 */
import { concat, equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import {
  contextTag,
  type Der,
  DerReader,
  oidOf,
  parseDer,
  smallIntegerOf,
  tag,
  timeOf,
} from '#formats/der';
import { type Certificate, hashAlgorithmOf, readCertificate } from '#formats/x509';

/** A policy in ASN.1 as it was read. */
export interface PolicyDocument {
  readonly oid: string;
  /** When it may be used to sign (§3.2, signingPeriod). */
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly common: PolicyRules;
  /** By commitment, dotted; undefined stands for a signature that states none. */
  readonly commitments: readonly {
    readonly types: readonly (string | undefined)[];
    readonly rules: PolicyRules;
  }[];
  readonly unread: readonly string[];
}

/** What holds for all signatures of a policy, or for those of some commitments (§3.3, §3.4). */
export interface PolicyRules {
  /** Must the content lie outside the message? Undefined: wherever. */
  readonly isDetached: boolean | undefined;
  readonly signedAttributes: readonly string[];
  readonly unsignedAttributes: readonly string[];
  /** Whom the signer must refer to, and whose certificates must be in the message. */
  readonly references: 'signer' | 'path';
  readonly certificates: 'none' | 'signer' | 'path';
  /** Where the signer's path must end; undefined: anywhere. */
  readonly trustPoints: readonly TrustPoint[] | undefined;
  readonly revocation: 'checked' | 'unchecked';
  /** From the claimed time to the signature's stamp, at most. */
  readonly stampDelayMsMax: number | undefined;
  readonly algorithms: readonly AlgorithmFloor[] | undefined;
  readonly unread: readonly string[];
}

/** An authority of §3.6.1, and how far it is trusted. */
export interface TrustPoint {
  readonly certificate: Certificate;
  readonly depthMax: number | undefined;
  /** Dotted policies of certificates of which one must hold; undefined: any. */
  readonly policies: readonly string[] | undefined;
}

/** An algorithm that may be used, and the least length of its key. */
export interface AlgorithmFloor {
  readonly oid: string;
  readonly bitsMin: number;
}

const trustPointsMax = 64;
const commitmentsMax = 64;
const noCheck = 4;

/** The algorithm and the rules, which the digest of a policy is over (§3.1). */
export function policyDigested(document: Der): Uint8Array {
  const reader = new DerReader(document, tag.sequence);
  const algorithm = reader.next(tag.sequence);
  const info = reader.next(tag.sequence);
  reader.optional(tag.octetString);
  reader.end();
  if (info.children[0]?.tag !== tag.oid) throw malformed('no identifier');
  return concat(algorithm.der, info.der);
}

/** Is it meant to be such a policy? A text for people is none. */
export function isPolicyDocument(bytes: Uint8Array): boolean {
  try {
    policyDigested(parseDer(bytes));
    return true;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}

/** Does the digest that the document itself holds fit? One without a digest has nothing to fit. */
export async function isWholePolicy(bytes: Uint8Array, engine: Engine): Promise<boolean> {
  const [algorithm, , stated] = parseDer(bytes).children;
  if (algorithm === undefined || stated === undefined) return true;
  const hash: HashName = hashAlgorithmOf(algorithm);
  return equal(await engine.digest(hash, policyDigested(parseDer(bytes))), stated.content);
}

/** Refuses with cms.malformed, a der or an x509 code what is no such policy. */
export function readPolicyDocument(bytes: Uint8Array): PolicyDocument {
  const outer = new DerReader(parseDer(bytes), tag.sequence);
  outer.next(tag.sequence);
  const info = outer.enter(tag.sequence);
  const oid = oidOf(info.next(tag.oid));
  info.next(tag.generalizedTime);
  info.next(tag.sequence);
  info.any();
  const validation = info.enter(tag.sequence);
  const extended = info.more ? ['extensions of the policy'] : [];
  const period = validation.enter(tag.sequence);
  const from = timeOf(period.next(tag.generalizedTime));
  const last = period.optional(tag.generalizedTime);
  const common = rulesOf(validation.next(tag.sequence).children);
  const listed = validation.next(tag.sequence).children;
  if (listed.length > commitmentsMax) throw malformed('too many commitments');
  const commitments = listed.map((one) => {
    return { types: typesOf(one), rules: rulesOf(ruleParts(one)) };
  });
  const points = [common, ...commitments.map(({ rules }) => rules)].flatMap(
    ({ trustPoints }) => trustPoints ?? [],
  );
  // Each asks for a path; a hostile text would ask for thousands.
  if (points.length > trustPointsMax) throw malformed('too many authorities');
  const more = validation.more ? ['extensions of the validation policy'] : [];
  return {
    oid,
    from,
    to: last && timeOf(last),
    common,
    commitments,
    unread: [...extended, ...more],
  };
}

/** SelectedCommitmentTypes: each a NULL for none, or a CommitmentType by its identifier. */
function typesOf(rule: Der): readonly (string | undefined)[] {
  const selected = new DerReader(rule, tag.sequence).next(tag.sequence).children;
  return selected.map((one) => {
    if (one.tag === tag.null) return undefined;
    return oidOf(new DerReader(one, tag.sequence).next(tag.oid));
  });
}

function ruleParts(rule: Der): readonly Der[] {
  return rule.children.slice(1);
}

/** CommonRules, and CommitmentRule behind its first field: each part under its own tag. */
function rulesOf(parts: readonly Der[]): PolicyRules {
  const part = (number: number): Der | undefined => tagged(parts, number);
  const unread: string[] = [];
  const trust = part(1);
  const stamps = part(2);
  const [trees, revocation] = trust?.children ?? [];
  if (part(3) !== undefined) unread.push('conditions of attributes');
  if (part(5) !== undefined) unread.push('extensions of the rules');
  return {
    ...signerRulesOf(part(0), unread),
    trustPoints: trees && trustPointsOf(trees, unread),
    revocation: revocation === undefined ? 'unchecked' : revocationOf(revocation),
    stampDelayMsMax: stamps && stampDelayOf(stamps, unread),
    algorithms: algorithmsOf(part(4), unread),
    unread,
  };
}

/** What stands under this explicit tag. */
function tagged(parts: readonly Der[], number: number): Der | undefined {
  return parts.find((one) => one.tag === contextTag(number, 'constructed'))?.children[0];
}

type SignerRules = Pick<
  PolicyRules,
  'isDetached' | 'signedAttributes' | 'unsignedAttributes' | 'references' | 'certificates'
>;

function signerRulesOf(both: Der | undefined, unread: string[]): SignerRules {
  if (both === undefined) {
    const nothing = { isDetached: undefined, signedAttributes: [], unsignedAttributes: [] };
    return { ...nothing, references: 'signer', certificates: 'none' };
  }
  const reader = new DerReader(both, tag.sequence).enter(tag.sequence);
  const outside = reader.optional(tag.boolean);
  const signedAttributes = reader.next(tag.sequence).children.map(oidOf);
  const unsignedAttributes = reader.next(tag.sequence).children.map(oidOf);
  const references = numberIn(reader.optional(contextTag(0, 'constructed'))) ?? 1;
  const certificates = numberIn(reader.optional(contextTag(1, 'constructed'))) ?? 0;
  if (reader.more) unread.push('extensions of the signer’s rules');
  return {
    isDetached: outside && outside.content[0] !== 0,
    signedAttributes,
    unsignedAttributes,
    references: references === 2 ? 'path' : 'signer',
    certificates: (['none', 'signer', 'path'] as const)[certificates] ?? 'path',
  };
}

function numberIn(explicit: Der | undefined): number | undefined {
  return explicit?.children[0]?.content[0];
}

function trustPointsOf(trees: Der, unread: string[]): readonly TrustPoint[] {
  return trees.children.map((one) => {
    const reader = new DerReader(one, tag.sequence);
    const certificate = readCertificate(reader.next(tag.sequence).der);
    const [depth, policies, names, constraints] = [0, 1, 2, 3].map(
      (number) => reader.optional(contextTag(number, 'constructed'))?.children[0],
    );
    reader.end();
    if (names !== undefined) unread.push('constraints of names');
    if (constraints !== undefined) unread.push('constraints of policies');
    return {
      certificate,
      depthMax: depth && smallIntegerOf(depth),
      policies: policies?.children.map(oidOf),
    };
  });
}

/** CertRevReq: what is asked of the signer's certificate, and of its authorities'. */
function revocationOf({ children }: Der): PolicyRules['revocation'] {
  const wants = children.map((one) => {
    const inner = one.tag === tag.sequence ? one : one.children[0];
    return inner?.children[0]?.content[0];
  });
  return wants.some((want) => want !== undefined && want !== noCheck) ? 'checked' : 'unchecked';
}

const secondMs = 1_000;
const deltaMs: readonly number[] = [secondMs, 60 * secondMs, 3_600 * secondMs, 86_400 * secondMs];

/** TimestampTrustCondition: of five fields the delay is followed. */
function stampDelayOf({ children }: Der, unread: string[]): number | undefined {
  const delay = tagged(children, 4);
  if (children.length > (delay === undefined ? 0 : 1)) unread.push('conditions of time-stamps');
  return delay?.children.reduce(
    (sum, one, at) => sum + smallIntegerOf(one) * (deltaMs[at] ?? 0),
    0,
  );
}

/** AlgorithmConstraintSet: those of the signer are followed. */
function algorithmsOf(
  set: Der | undefined,
  unread: string[],
): readonly AlgorithmFloor[] | undefined {
  if (set === undefined) return undefined;
  const own = tagged(set.children, 0);
  const others = set.children.length - (own === undefined ? 0 : 1);
  if (others > 0) unread.push('algorithms of certificates');
  return own?.children.map(({ children }) => {
    const [name, length] = children;
    if (name?.tag !== tag.oid) throw malformed('algorithm');
    if (children.length > 2) unread.push('conditions of an algorithm');
    return { oid: oidOf(name), bitsMin: length?.tag === tag.integer ? smallIntegerOf(length) : 0 };
  });
}

function malformed(why: string): Fault {
  return new Fault('cms.malformed', { why: `signature policy: ${why}` });
}
