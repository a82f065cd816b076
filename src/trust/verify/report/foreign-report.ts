/**
 * The lines of the report about signatures by whomever, and what they add up to.
 *
 * A time-stamp that leads to no trusted authority proves nothing and harms nothing: it is said and
 * not used (EN 319 102-1 §5.5.4). One that is over something else than it should be is a flaw.
 */
import { formatInstant } from '#base/clock';
import type { JudgedEntry, JudgedStamp, Outcome } from '../etsi/docket.ts';
import type { Trust } from '../trust.ts';
import { Findings, verdictOf } from './findings.ts';
import type { FlawCode } from './flaws.ts';
import { law13Of } from './law13.ts';
import type { Flaw, Level, Notice, SignatureReport, StampReport } from './report.ts';

/** What a signature's container says of it. */
export interface Shown {
  readonly document: string;
  readonly field: string;
  readonly covers: SignatureReport['covers'];
  readonly changesAfter: SignatureReport['changesAfter'];
  /** What is wrong with its place and with what came after it. */
  readonly flaws: readonly Flaw[];
}

/** Lines of the report with the flaws they rest on and what else must be said. */
export interface Lines {
  readonly signatures: readonly SignatureReport[];
  readonly flaws: readonly Flaw[];
  readonly notices: readonly Notice[];
}

const brokenStamps: ReadonlySet<FlawCode> = new Set(['stamp_wrong', 'stamp_malformed']);

/** The line of a signature. */
export function linesOfEntry(judged: JudgedEntry, shown: Shown, trust: Trust): Lines {
  const { entry, proof, certificate } = judged;
  const stamps = judged.stamps.filter(({ entry: one }) => one.of === entry || one.of === undefined);
  const findings = new Findings();
  const isCounter = entry.isCounter === true;
  for (const { code, part, detail } of isCounter ? [] : shown.flaws)
    findings.add(code, part, detail);
  for (const { code, detail } of judged.doubts) findings.add(code, entry.part, detail);
  const own = stamps.filter(({ entry: one }) => one.of === entry);
  for (const stamp of own) {
    for (const { code, detail } of stamp.doubts) {
      if (brokenStamps.has(code)) findings.add(code, `${entry.part}/stamp`, detail);
    }
  }
  const { flaws } = findings;
  const signedAt = proof?.at ?? entry.claimed;
  const law13 = law13Of(flaws, { hasCertificate: certificate !== undefined, showsControl: false });
  const line: SignatureReport = {
    document: shown.document,
    field: isCounter ? `${shown.field}/counter` : shown.field,
    kind: 'signature',
    ...verdictOf(flaws),
    signer: nameOf(judged),
    ...(signedAt === undefined ? {} : { signedAt: formatInstant(signedAt) }),
    timeFrom: proof === undefined ? 'claimed' : 'timestamp',
    timeSource: proof?.by ?? 'the signer’s own statement',
    level: levelOf(judged),
    algorithm: entry.integrity.value.name,
    covers: shown.covers,
    changesAfter: shown.changesAfter,
    law13,
    ...(entry.claimed === undefined ? {} : { claimedAt: formatInstant(entry.claimed) }),
    ...(stamps.length === 0 ? {} : { stamps: stamps.map((stamp) => stampLine(stamp, trust)) }),
  };
  // Who signs a signature vouches for it; a bad word of his takes nothing from it (RFC 5652 §11.4).
  const doubted = (isCounter ? flaws : []).map(({ code, detail }): Notice => {
    return { code: 'counter_signature_doubted', detail: `${entry.part}: ${code} ${detail}` };
  });
  return {
    signatures: [line],
    flaws: isCounter ? [] : flaws,
    notices: [...doubted, ...entry.notices, ...noticesOf(judged), ...own.flatMap(ofStamp)],
  };
}

/** What must be said of a stamp that a signature leans on, or would if it could. */
function ofStamp({ entry, doubts, path }: JudgedStamp): readonly Notice[] {
  const root = path?.certificates.at(-1)?.subject.text ?? '';
  const said: Notice[] = root.includes('TEST') ? [{ code: 'test_stamper', detail: root }] : [];
  const [doubt] = doubts.filter(({ code }) => !brokenStamps.has(code));
  if (doubt === undefined) return said;
  const detail = `${entry.part}: ${doubt.code} ${doubt.detail}`;
  return [...said, { code: 'stamp_not_trusted', detail }];
}

/** The line of a time-stamp over a whole document or of a token by itself. */
export function linesOfStamp(judged: JudgedStamp, shown: Shown): Lines {
  const { entry, certificate } = judged;
  const { token, integrity } = entry;
  const findings = new Findings();
  for (const { code, part, detail } of shown.flaws) findings.add(code, part, detail);
  for (const { code, detail } of judged.doubts) findings.add(code, entry.part, detail);
  const { flaws } = findings;
  const time = formatInstant(token.time);
  const line: SignatureReport = {
    document: shown.document,
    field: shown.field,
    kind: 'timestamp',
    ...verdictOf(flaws),
    signer: nameOf(judged),
    signedAt: time,
    timeFrom: 'timestamp',
    timeSource: nameOf(judged),
    level: 'B-B',
    algorithm: integrity.value.name,
    covers: shown.covers,
    changesAfter: shown.changesAfter,
    law13: law13Of(flaws, { hasCertificate: certificate !== undefined, showsControl: false }),
  };
  return { signatures: [line], flaws, notices: noticesOf(judged) };
}

/** The line of a signature that could not even be read: its place says why. */
export function linesOfUnread(kind: SignatureReport['kind'], shown: Shown): Lines {
  const { document, field, covers, changesAfter } = shown;
  // What could not be read is never good, even if nobody said why.
  const unsaid: Flaw = { code: 'cms_malformed', part: document, detail: `${field} was not read` };
  const flaws = shown.flaws.length > 0 ? shown.flaws : [unsaid];
  const line: SignatureReport = {
    document,
    field,
    kind,
    ...verdictOf(flaws),
    signer: 'unknown',
    timeFrom: 'claimed',
    timeSource: 'unknown',
    level: 'B-B',
    algorithm: 'unknown',
    covers,
    changesAfter,
    law13: law13Of(flaws, { hasCertificate: false, showsControl: false }),
  };
  return { signatures: [line], flaws, notices: [] };
}

/** Of a document's own time-stamp only what is broken counts against the document. */
export function harmOf({ flaws, notices, signatures }: Lines, part: string): Lines {
  const broken = flaws.filter(({ code }) => brokenStamps.has(code) || code === 'change_forbidden');
  const doubted = flaws.filter((flaw) => !broken.includes(flaw));
  const said = doubted.map(({ code, detail }): Notice => {
    return { code: 'stamp_not_trusted', detail: `${part}: ${code} ${detail}` };
  });
  return { signatures, flaws: broken, notices: [...said, ...notices] };
}

/** Everything together, each notice once. */
export function joinLines(all: readonly Lines[]): Lines {
  const notices = new Map<string, Notice>();
  for (const notice of all.flatMap((one) => one.notices)) {
    notices.set(`${notice.code} ${notice.detail}`, notice);
  }
  return {
    signatures: all.flatMap(({ signatures }) => signatures),
    flaws: all.flatMap(({ flaws }) => flaws),
    notices: [...notices.values()],
  };
}

function stampLine({ entry, doubts, certificate }: JudgedStamp, trust: Trust): StampReport {
  const flaws = doubts.map(({ code, detail }) => ({ code, part: entry.part, detail }));
  const { is, because } = verdictOf(flaws);
  const key = certificate && trust.keyOf(certificate.publicKey);
  return {
    over: entry.over,
    is,
    ...(because === undefined ? {} : { because }),
    time: formatInstant(entry.token.time),
    source: certificate?.subjectCommonName ?? certificate?.subject.text ?? 'unknown',
    ...(key === undefined ? {} : { operator: key.operator, independence: key.independence }),
  };
}

/** EN 319 142-1 §6: what was reached and could be confirmed, not what was attempted. */
function levelOf({ proof, isRevocationKnown, stamps }: JudgedEntry): Level {
  if (proof === undefined) return 'B-B';
  if (!isRevocationKnown) return 'B-T';
  const isArchived = stamps.some(
    ({ entry, doubts }) => entry.over === 'document' && doubts.length === 0,
  );
  return isArchived ? 'B-LTA' : 'B-LT';
}

function noticesOf({ notices, path, certificate }: Outcome): readonly Notice[] {
  const root = path?.certificates.at(-1)?.subject.text ?? '';
  const said: Notice[] = [...notices];
  if (root.includes('TEST')) said.push({ code: 'test_authority', detail: root });
  const own = certificate?.subject.text ?? '';
  if (own.includes('LOCAL_CLOCK')) said.push({ code: 'local_clock', detail: own });
  return said;
}

function nameOf({ certificate }: Outcome): string {
  return certificate?.subjectCommonName ?? certificate?.subject.text ?? 'unknown';
}
