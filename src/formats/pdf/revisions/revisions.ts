/**
 * Says what a later revision of a PDF changed, and whether a signature may stand beside it.
 *
 * The question is asked of what the document means, so that an object shown by two paths, or a
 * reference that pointed at nothing until now, does not slip through (law 2).
 */
import { equal, latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { PdfFile } from '../file/file.ts';
import { openPdf } from '../file/open.ts';
import { integer, type PdfValue, pdfNull, sameValue } from '../file/value.ts';
import type { ChangeFlaw, PdfChange } from './change-flaws.ts';
import { judgeFrozen } from './frozen.ts';
import { judgePages } from './page-rules.ts';
import { type AddedWidget, type ChangePolicy, lawTwo, RevisionJudge } from './revision-judge.ts';
import { judgeCatalog, judgeInformation } from './store-rules.ts';
import { judgeStructure } from './structure-rules.ts';
import { childrenOf, reachable } from './touched.ts';

const mechanics = new Set('Size Prev XRefStm Type W Index Length Filter DecodeParms ID'.split(' '));
const endPattern = /%%EOF[\s\0]*$/;

/** What came after a state of a file, and whether it may have. */
export interface RevisionChange {
  readonly is: 'none' | 'permitted' | 'forbidden';
  /** The first reason where it is forbidden. */
  readonly because?: ChangeFlaw;
  /** Names of the signature fields that were added or signed. */
  readonly fields: readonly string[];
  readonly widgets: readonly {
    readonly field: string;
    readonly object: number;
    readonly page: number;
    readonly rect: readonly number[];
    /** It has a face with something in it; one without shows nothing, whatever its rectangle. */
    readonly isDrawn: boolean;
  }[];
  readonly changes: readonly PdfChange[];
}

export const unchanged: RevisionChange = { is: 'none', fields: [], widgets: [], changes: [] };

/**
 * Compares two states of one file under law 2: nothing may have come but signature fields and
 * proofs. A file that cannot be read strictly is `forbidden`, never thrown. Who has opened the
 * later state already hands that in.
 */
export async function compareRevisions(
  before: Uint8Array,
  later: Uint8Array | PdfFile,
  engine: Engine,
): Promise<RevisionChange> {
  const opened = later instanceof Uint8Array ? undefined : later;
  const after = later instanceof Uint8Array ? later : later.bytes;
  if (!isBeginning(before, after)) {
    const what = 'the later revision does not begin with the earlier one';
    return forbidden('file', what, 'chain_broken');
  }
  if (before.length === after.length) return unchanged;
  try {
    const was = await openPdf(before, engine, opened?.loans);
    const is = opened ?? (await openPdf(after, engine, was.loans));
    judgeChain(was, is);
    return judgeStates(new RevisionJudge(was, is, lawTwo));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return forbidden('file', thrown.code, 'unreadable');
  }
}

/** Two views of one place in memory are not read: whole contracts are asked about. */
export function isBeginning(before: Uint8Array, after: Uint8Array): boolean {
  if (before.length > after.length) return false;
  const isSame = before.buffer === after.buffer && before.byteOffset === after.byteOffset;
  return isSame || equal(before, after.subarray(0, before.length));
}

export function forbidden(object: string, what: string, because: ChangeFlaw): RevisionChange {
  const changes = [{ object, what, permitted: false, because }];
  return { is: 'forbidden', because, fields: [], widgets: [], changes };
}

/** Judges what the two states differ in. Refuses with a Fault what it cannot read. */
export function judgeStates(found: RevisionJudge): RevisionChange {
  judgeTrailer(found);
  judgeCatalog(found);
  judgePages(found);
  judgeStructure(found);
  explainMechanics(found);
  judgeRepeatedKeys(found);
  judgePlaces(found);
  judgeFrozen(found, silentTrailerKeys(found.policy));
  judgeRest(found);
  if (!found.policy.strict) judgeSize(found);
  return answerOf(found);
}

export function answerOf(found: RevisionJudge): RevisionChange {
  const explained = [...found.explained].map(([number, what]) => ({
    object: `object ${number}`,
    what,
    permitted: true,
  }));
  const [first] = found.objections;
  return {
    is: first === undefined ? 'permitted' : 'forbidden',
    ...(first?.because === undefined ? {} : { because: first.because }),
    fields: [...found.widgets.map(({ field }) => field), ...found.filled],
    widgets: found.widgets.map((widget) => ({ ...widget, isDrawn: isDrawn(found, widget) })),
    changes: [...found.objections, ...explained],
  };
}

function isDrawn({ faces }: RevisionJudge, { object }: AddedWidget): boolean {
  return faces.some((one) => one.object === object && (one.face?.raw.length ?? 0) > 0);
}

/** The later chain must stand behind the earlier bytes and end in the earlier chain, whole. */
function judgeChain(before: PdfFile, after: PdfFile): void {
  const added = after.sections.length - before.sections.length;
  const kept = before.sections.every(
    (section, at) => after.sections[added + at]?.offset === section.offset,
  );
  const behind = after.sections
    .slice(0, Math.max(0, added))
    .every(({ offset }) => offset >= before.bytes.length);
  if (added < 1 || !kept || !behind) throw new Fault('pdf.xref_malformed', { why: 'chain' });
  const tail = latin1(after.bytes.subarray(-64));
  if (!endPattern.test(tail)) throw new Fault('pdf.tail_malformed', { why: 'end' });
}

function silentTrailerKeys({ strict }: ChangePolicy): ReadonlySet<string> {
  return strict ? mechanics : new Set([...mechanics, 'Info']);
}

function judgeTrailer(found: RevisionJudge): void {
  const was = found.before.trailer.entries;
  const is = found.after.trailer.entries;
  const silent = silentTrailerKeys(found.policy);
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    if (silent.has(key)) continue;
    const [a, b] = [was.get(key), is.get(key)];
    const same = a !== undefined && b !== undefined && sameValue(a, b);
    if (!same && !isLaxTrailerKey(found.policy, key, [a, b])) {
      found.object('trailer', `/${key} changed`, 'trailer_changed');
    }
  }
  if (!found.policy.strict) judgeInformation(found, was.get('Info'), is.get('Info'));
  // ISO 32000-1 §14.4: the first identifier names the document for ever.
  const [first, now] = [found.before, found.after].map(
    (file) => file.list(file.trailer.entries.get('ID'))[0] ?? pdfNull,
  );
  if (first === undefined || now === undefined || sameValue(first, now)) return;
  // Others name a document anew; only the key of an encrypted one hangs on the name.
  const hasKey = found.after.facts.encryption !== undefined;
  if (found.policy.strict || hasKey) found.object('trailer', '/ID changed', 'trailer_changed');
}

/**
 * ISO 32000-1 table 15: what is numbered beyond /Size is missing, say some viewers. A later trailer
 * may not put away so what an earlier one counted in. PDFBox counts what it appends and nothing
 * else, and so every viewer reads its files; a /Size below its own section's rows is no habit.
 */
function judgeSize(found: RevisionJudge): void {
  const [was, is] = [found.before, found.after].map((file) =>
    integer(file.trailer.entries.get('Size')),
  );
  if (was === undefined || is === undefined || is >= was) return;
  const own = found.after.sections[0]?.entries.highest() ?? -1;
  if (own >= 0 && is === own + 1) return;
  const shown = reachable(found.before, found.before.trailer);
  if ([...shown].some((number) => number >= is && number < was && found.before.entries.has(number)))
    found.object('trailer', `/Size leaves out objects from ${is} on`, 'viewers_differ');
}

/** Words of a writer's own, without references, come and go. */
function isLaxTrailerKey(
  { strict }: ChangePolicy,
  key: string,
  values: readonly (PdfValue | undefined)[],
): boolean {
  if (strict || key === 'Root' || key === 'Encrypt') return false;
  return values.every((value) => value === undefined || /^(name|string|number)$/.test(value.kind));
}

/**
 * Readers differ on which of two equal keys counts, in a trailer as at any depth of an object: each
 * would be shown its own document.
 */
function judgeRepeatedKeys(found: RevisionJudge): void {
  const { before, after } = found;
  const added = after.sections.filter(({ offset }) => offset >= before.bytes.length);
  for (const { trailer } of added) judgeKeysIn(found, 'trailer', trailer);
  for (const [number, touch] of found.touched) {
    if (touch !== 'freed') judgeKeysIn(found, number, after.object(number));
  }
}

function judgeKeysIn(found: RevisionJudge, where: number | string, value: PdfValue): void {
  const key = value.kind === 'dict' ? value.twice?.[0] : undefined;
  if (key !== undefined) found.object(where, `/${key} stands twice`, 'duplicate');
  if (value.kind === 'stream') judgeKeysIn(found, where, value.dict);
  else for (const child of childrenOf(value)) judgeKeysIn(found, where, child);
}

/**
 * Some readers look at the number that stands where the cross-references lead, and search for the
 * object if it is another; some take what stands there.
 */
function judgePlaces(found: RevisionJudge): void {
  const { before, after } = found;
  const added = after.sections.filter(({ offset }) => offset >= before.bytes.length);
  for (const { entries } of added) {
    for (const [number, entry] of entries) {
      const at = entry.kind === 'at' ? entry.offset : after.bytes.length;
      const head = latin1(after.bytes.subarray(at, at + headBytesMax));
      const stands = /^\s*0*(\d+)\s+\d+\s+obj/.exec(head)?.[1];
      if (stands === undefined || Number(stands) === number) continue;
      found.object(number, `leads to object ${stands}`, 'viewers_differ');
    }
  }
}

/** Of the head of an object: two numbers, a word, and what is white between them. */
const headBytesMax = 40;

/** Streams that carry cross-references and objects, and objects nothing leads to, show nothing. */
function explainMechanics(found: RevisionJudge): void {
  for (const number of found.touched.keys()) {
    const entry = found.after.entries.get(number);
    const isSection =
      entry?.kind === 'at' && found.after.sections.some(({ offset }) => offset === entry.offset);
    if (isSection && found.hasType(number, 'XRef')) found.explain(number, 'cross-references');
    if (found.touched.get(number) === 'added' && found.hasType(number, 'ObjStm')) {
      found.explain(number, 'object stream');
    }
  }
}

/** Every touched object that a reader could come by must have been explained. */
function judgeRest(found: RevisionJudge): void {
  const rest = [...found.touched].filter(([number]) => !found.explained.has(number));
  if (rest.length === 0) return;
  const shown = reachable(found.after, found.after.trailer);
  const before = found.policy.strict ? undefined : reachable(found.before, found.before.trailer);
  for (const [number, touch] of rest) {
    const isShown = shown.has(number) || before?.has(number) === true;
    if (touch === 'added' || before !== undefined ? !isShown : false) {
      found.explain(number, 'an object nothing refers to');
    } else found.object(number, `${touch}: ${found.describe(number)}`, 'object_changed');
  }
}
