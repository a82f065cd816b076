/**
 * The validation of all signatures of one file (ETSI EN 319 102-1 §5.3, §5.5, §5.6).
 *
 * First the time-stamps, from the youngest to the oldest: each that holds proves that everything it
 * covers existed, older stamps and revocation material among it, and so carries those whose own
 * certificates or algorithms have died since. Then each signature: basic validation at the time of
 * judging, and where only time is against it, validation in the past.
 */
import { formatInstant, type Instant } from '#base/clock';
import { judgeStrength, judgeUse, pathSunsets, signatureSunsets } from './acceptance.ts';
import type { Context, Purpose } from './context.ts';
import type { Entry, JudgedEntry, JudgedStamp, Outcome, StampEntry } from './docket.ts';
import { areHealable, type Doubt } from './doubt.ts';
import type { Proof } from './existence.ts';
import type { Integrity, SignedValue } from './integrity.ts';
import { validatePast } from './past.ts';
import { judgePolicyRules } from './policy-rules.ts';
import { withinSkew } from './skew.ts';
import { outdatedAt, sunsetsOf } from './strength.ts';
import { type CertificateResult, pathFor, validateCertificate } from './x509-validation.ts';

/** All that is judged together, and what came of it. */
export interface Judgement {
  readonly entries: readonly JudgedEntry[];
  readonly stamps: readonly JudgedStamp[];
  /** The time everything was judged at; undefined when neither a time nor a proof was there. */
  readonly now: Instant | undefined;
}

export async function judgeDocket(
  docket: { readonly entries: readonly Entry[]; readonly stamps: readonly StampEntry[] },
  context: Context,
): Promise<Judgement> {
  // The youngest first: it has nobody to speak for it and speaks for all others.
  const youngestFirst = docket.stamps.toSorted((a, b) => b.token.time - a.token.time);
  const now = await timeOfJudging(youngestFirst, context);
  const stamps: JudgedStamp[] = [];
  for (const entry of youngestFirst) {
    const judged = { entry, ...(await judgeStamp(entry, now, context)) };
    stamps.push(judged);
    if (judged.doubts.length === 0) extractProofs(judged, context);
  }
  const entries: JudgedEntry[] = [];
  for (const entry of docket.entries) {
    const own = stamps.filter((stamp) => isOver(stamp.entry, entry));
    const judged = await judgeEntry(entry, now, context);
    const ruled = await policyDoubts(entry, { judged, own }, context);
    const doubts = [...judged.doubts, ...contentDoubts(judged, own), ...ruled];
    entries.push({ entry, stamps: own, ...judged, doubts });
  }
  return { entries, stamps, now };
}

/**
 * A file cannot be judged as of a time at which it did not exist yet: the time of judging is the
 * one asked for, or that of the youngest stamp by a trusted authority, whichever is later.
 */
async function timeOfJudging(
  youngestFirst: readonly StampEntry[],
  context: Context,
): Promise<Instant | undefined> {
  for (const { integrity, token } of youngestFirst) {
    const { time } = token;
    if (context.at !== undefined && time <= context.at) break;
    if (integrity.certificate === undefined || integrity.doubts.length > 0) continue;
    const ask = { certificate: integrity.certificate, purpose: 'stamping', at: time } as const;
    const { doubt } = await pathFor(ask, 'judged', context);
    if (doubt === undefined) return time;
  }
  return context.at;
}

/** §5.4 with §5.6.3: a token today, or in the past where a younger one proves that it existed. */
async function judgeStamp(
  { token, integrity, digestUntil = token.time }: StampEntry,
  now: Instant | undefined,
  context: Context,
): Promise<Outcome> {
  const proof = context.existence.of(integrity.value.signature);
  const time = now ?? token.time;
  const judged = await judgeKey({ integrity, purpose: 'stamping', now: time, proof, context });
  const { certificate } = integrity;
  const doubts: Doubt[] = [...judged.doubts];
  const isOutside =
    certificate !== undefined &&
    (token.time < certificate.notBefore || token.time > certificate.notAfter);
  if (isOutside) {
    doubts.push({ code: 'stamped_outside_certificate', detail: certificate.subject.text });
  }
  // The imprint was fixed when it was stamped: whether its digest could be met by another object
  // is a question about that day. The tree of an evidence record must stand until the next.
  const until = digestUntil === 'now' ? time : digestUntil;
  const weak = outdatedAt(sunsetsOf({ hash: token.imprint.hash }), until);
  if (weak !== undefined)
    doubts.push({ code: 'algorithm_outdated', detail: `imprint ${weak.what}` });
  return { ...judged, doubts };
}

/** §5.6.2.3: what the stamp covers existed at its time; so did the signature that carries it. */
function extractProofs({ entry, certificate }: JudgedStamp, context: Context): void {
  const { token, covers, of } = entry;
  const by = certificate?.subjectCommonName ?? certificate?.subject.text ?? '';
  const proof = { at: token.time, by };
  context.existence.prove(covers, proof);
  if (of === undefined || entry.over === 'content') return;
  context.existence.prove([of.integrity.value.signature, ...of.covers], proof);
}

/** Does this stamp speak for this signature: its own, or one over the document it stands in? */
function isOver(stamp: StampEntry, entry: Entry): boolean {
  return stamp.of === entry || stamp.covers.includes(entry.integrity.value.signature);
}

/** §5.3, §5.5.4, §5.6.3.4: one signature. */
async function judgeEntry(
  entry: Entry,
  now: Instant | undefined,
  context: Context,
): Promise<Outcome & { readonly proof: Proof | undefined }> {
  const { integrity, claimed } = entry;
  const proof = context.existence.of(integrity.value.signature);
  const proved = earliest(proof, context.at);
  // Without any time there is still a path to look for: at the time its maker claims.
  const { certificate } = integrity;
  const asked = now ?? claimed ?? certificate?.notBefore;
  if (asked === undefined || certificate === undefined) return { ...unjudged(integrity), proof };
  const time = withinSkew(certificate, { at: asked, isProved: proof !== undefined });
  const parts = { integrity, purpose: 'signing', now: time, context } as const;
  const judged = withSkew(await judgeKey({ ...parts, proof: proved }), { asked, time });
  const open = settleRevoked(judged, { claimed, proof: proved });
  const settled = isEndedUnrevoked(judged, time) ? open.map(asUnrevoked) : open;
  if (now !== undefined) return { ...judged, doubts: settled, proof };
  const doubt: Doubt = { code: 'time_not_proved', detail: 'no stamp and no time to judge at' };
  return { ...judged, doubts: [...settled, doubt], proof };
}

function withSkew(
  judged: JudgedKey,
  { asked, time }: { readonly asked: Instant; readonly time: Instant },
): JudgedKey {
  if (asked === time) return judged;
  const detail = `${formatInstant(asked)}, certificate from ${formatInstant(time)}`;
  return { ...judged, notices: [...judged.notices, { code: 'clocks_differ', detail }] };
}

/**
 * §5.3.4, §5.5.4: a stamp over the content proves that the signature was made after it, and so that
 * a certificate had already ended, or that the stamps contradict each other.
 */
function contentDoubts({ certificate }: Outcome, stamps: readonly JudgedStamp[]): readonly Doubt[] {
  const whole = stamps.filter(({ doubts }) => doubts.length === 0);
  const timesOf = (over: StampEntry['over']): readonly Instant[] =>
    whole.filter(({ entry }) => entry.over === over).map(({ entry }) => entry.token.time);
  const after = timesOf('content').toSorted((a, b) => b - a)[0];
  const before = timesOf('signature').toSorted((a, b) => a - b)[0];
  if (after === undefined) return [];
  const detail = `the content was stamped ${formatInstant(after)}`;
  const doubts: Doubt[] = [];
  if (certificate !== undefined && after > certificate.notAfter) {
    doubts.push({ code: 'signed_after_expiry', detail });
  }
  if (before !== undefined && after > before) doubts.push({ code: 'stamps_out_of_order', detail });
  return doubts;
}

/** §5.2.4.4, §5.2.8: the policy that its maker names, and whether the signature keeps it. */
async function policyDoubts(
  { policy, integrity, claimed }: Entry,
  parts: {
    readonly judged: Outcome & { readonly proof: Proof | undefined };
    readonly own: readonly JudgedStamp[];
  },
  context: Context,
): Promise<readonly Doubt[]> {
  if (policy?.followed === undefined) return policy?.doubts ?? [];
  const { judged, own } = parts;
  const stamps = own.filter(
    ({ entry, doubts }) => entry.over === 'signature' && doubts.length === 0,
  );
  const madeAt = judged.proof?.at ?? claimed ?? context.at;
  const ask = { policy: policy.followed, integrity, outcome: judged, stamps, madeAt, claimed };
  return [...policy.doubts, ...(await judgePolicyRules(ask, context))];
}

/** `--at` asserts that the signatures of the file existed then: the asker's word, called so. */
function earliest(proof: Proof | undefined, at: Instant | undefined): Proof | undefined {
  if (at === undefined || (proof !== undefined && proof.at <= at)) return proof;
  return { at, by: '--at', isAsserted: true };
}

/** §5.3.4: the certificate has ended, and is known never to have been revoked. */
function isEndedUnrevoked({ certificate, path, ...judged }: JudgedKey, at: Instant): boolean {
  const hasEnded = certificate !== undefined && at > certificate.notAfter;
  return hasEnded && judged.isRevocationKnown && (path?.certificates.length ?? 0) > 1;
}

function asUnrevoked(doubt: Doubt): Doubt {
  const isEnd = doubt.code === 'certificate_out_of_time';
  return isEnd ? { ...doubt, code: 'certificate_ended_unrevoked' } : doubt;
}

interface KeyAsk {
  readonly integrity: Integrity;
  readonly purpose: Purpose;
  readonly now: Instant;
  readonly proof: Proof | undefined;
  readonly context: Context;
}

interface JudgedKey extends Outcome {
  readonly revokedFrom: Instant | undefined;
}

/** §5.3.4: basic validation; §5.6.2.4 where only a proof of existence is missing. */
async function judgeKey(ask: KeyAsk): Promise<JudgedKey> {
  const { integrity, purpose, now, proof, context } = ask;
  const { certificate, value } = integrity;
  if (certificate === undefined) return unjudged(integrity);
  const proved = proof?.isAsserted === true ? undefined : proof?.at;
  const result = await validateCertificate({ certificate, purpose, at: now, proved }, context);
  const isTrusted = result.path?.certificates.length === 1;
  const use = purpose === 'signing' ? judgeUse(certificate, { isTrusted }) : noUse;
  const timely = [...result.doubts, ...strengthDoubts(value, result, { certificate, now })];
  const fixed = [...integrity.doubts, ...use.doubts];
  const answer = {
    certificate,
    path: result.path,
    notices: [...use.notices, ...result.notices],
    isRevocationKnown: result.isRevocationKnown,
    revokedFrom: result.revokedFrom,
  };
  if (timely.length === 0 || !areHealable(timely))
    return { ...answer, doubts: [...fixed, ...timely] };
  const past = { certificate, value, purpose, now, doubts: timely, proof };
  const healed = await validatePast(past, context);
  const path = healed.path ?? result.path;
  return { ...answer, path, doubts: [...fixed, ...healed.doubts] };
}

const noUse = { doubts: [], notices: [] } as const;

function strengthDoubts(
  value: SignedValue,
  { path }: CertificateResult,
  { certificate, now }: { certificate: NonNullable<Integrity['certificate']>; now: Instant },
): readonly Doubt[] {
  const own = signatureSunsets(value, certificate);
  const all = path === undefined ? own : [...own, ...pathSunsets(path).flat()];
  return judgeStrength(
    all.toSorted((a, b) => a.until - b.until),
    now,
  );
}

/**
 * §5.3.4, §5.5.4: who himself says that he signed after the revocation cannot hope for a proof of
 * the contrary; the same for a signature of which nothing is known before that day.
 */
function settleRevoked(
  { doubts, revokedFrom }: JudgedKey,
  { claimed, proof }: { readonly claimed: Instant | undefined; readonly proof: Proof | undefined },
): readonly Doubt[] {
  if (revokedFrom === undefined) return doubts;
  const latest = claimed ?? proof?.at;
  if (latest === undefined || latest < revokedFrom) return doubts;
  return doubts.map((doubt) =>
    doubt.code === 'revoked_without_proof' ? { ...doubt, code: 'certificate_revoked' } : doubt,
  );
}

function unjudged({ certificate, doubts }: Integrity): JudgedKey {
  const nothing = { path: undefined, notices: [], isRevocationKnown: false };
  return { ...nothing, certificate, doubts, revokedFrom: undefined };
}
