/**
 * The slots of a case: what its list of required evidence asks for, and by what each is filled.
 *
 * A slot is a line of `required-evidence.json` or of an entry `slot.added`; no entry takes one
 * away. `slots.json` says at the seal of a case which entries fill each slot, or why it is empty.
 * It can be made anew from the entries by anybody, and its digest stands in the seal.
 */
import { fromUtf8, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { Entry } from './entry.ts';
import { type EntryType, isEntryType } from './entry-types.ts';

const linesMax = 200;
const titleLettersMax = 200;
const slotPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

type JsonObject = { readonly [key: string]: Json };

/** One thing that a case must hold: so many entries, or a document with these signatures. */
export interface SlotLine {
  /** `entry/credit.queried`, `document/note`, or the slot's own word in a deposit. */
  readonly slot: string;
  readonly title: string;
  /** Does not bind an application that was refused. */
  readonly approvedOnly: boolean;
  readonly needs:
    | { readonly kind: 'entries'; readonly type: EntryType; readonly min: number }
    | { readonly kind: 'document'; readonly name: string; readonly fields: readonly string[] };
  /** The line as it stands in its list: what entries of a deposit name by its digest. */
  readonly line: JsonObject;
}

/** A document of the case, as those who fill its slot must know it. */
export interface SlotDocument {
  readonly name: string;
  /** base64 SHA-256 of every revision: what is added later does not unfill a slot. */
  readonly revisions: readonly string[];
  /** The fields that carry a signature. */
  readonly fields: readonly string[];
}

/** Why a slot stands empty: the case ended in a refusal, is not that far, or the source says so. */
export type Absence = 'refused' | 'not_reached' | 'explained';

/** One slot with the numbers of the entries that fill it. */
export interface SlotState {
  readonly line: SlotLine;
  readonly filled: readonly number[];
  readonly isMet: boolean;
  /** Only where it is not met. */
  readonly absent: Absence | undefined;
  /** The entry `slot.added` that brought it, or `slot.absent` that explains it. */
  readonly by?: number;
}

/** Reads a list of required evidence; entry.slots_malformed for anything else. */
export function readSlots(list: Uint8Array): readonly SlotLine[] {
  const fields = objectOf(reading(() => parseCanonical(canonicalOf(list))));
  const entries = linesOf(fields['entries']).map(entryLine);
  const documents = linesOf(fields['documents']).map(documentLine);
  return [...entries, ...documents];
}

/** One line that an entry `slot.added` brings; it asks for entries, under a word of its own. */
export function readAddedSlot(line: Json): SlotLine {
  const read = entryLine(objectOf(line));
  if (!('slot' in read.line)) throw malformed('slot');
  return read;
}

/** base64 SHA-256 of a line: what `of` of the entries that fill it or bring it name. */
export async function slotDigest({ line }: SlotLine, engine: Engine): Promise<string> {
  return toBase64(await engine.digest('sha256', canonicalBytes(line)));
}

/** The states of the slots, from nothing but entries and documents. */
export async function fillSlots(
  lines: readonly SlotLine[],
  held: {
    readonly entries: readonly Pick<Entry, 'seq' | 'type' | 'of' | 'att'>[];
    readonly documents: readonly SlotDocument[];
    readonly isRefused: boolean;
  },
  engine: Engine,
): Promise<readonly SlotState[]> {
  const states: SlotState[] = [];
  for (const line of lines) {
    const digest = await slotDigest(line, engine);
    const named = (prefix: string) => (entry: Pick<Entry, 'of'>) =>
      entry.of.some((one) => one.name === `${prefix}/${line.slot}` && one.sha256 === digest);
    const filled = filledBy(line, held, named('slot'));
    const isMet = isFilled(line, filled, held.documents);
    const explained = held.entries.find(
      (entry) => entry.type === 'slot.absent' && named('slot')(entry),
    );
    const added = held.entries.find((entry) => entry.type === 'slot.added' && named('slot')(entry));
    const by = (isMet ? undefined : explained)?.seq ?? added?.seq;
    states.push({
      line,
      filled,
      isMet,
      absent: isMet ? undefined : absenceOf(line, held.isRefused, explained !== undefined),
      ...(by === undefined ? {} : { by }),
    });
  }
  return states;
}

/** The file `slots.json`: what the seal of a case names under `slots`. */
export function printSlots(list: string, states: readonly SlotState[]): Uint8Array {
  const slots = states.map(({ line, filled, absent, by }) => ({
    slot: line.slot,
    title: line.title,
    line: line.line,
    filled,
    ...(absent === undefined ? {} : { absent }),
    ...(by === undefined ? {} : { by }),
  }));
  return canonicalBytes({ v: 1, list, slots });
}

/** The lines that a `slots.json` brings beside those of the list, in their order. */
export function addedSlotsIn(slots: Uint8Array, listed: number): readonly SlotLine[] {
  const fields = objectOf(reading(() => parseCanonical(slots)));
  return linesOf(fields['slots'])
    .slice(listed)
    .map((slot) => readAddedSlot(objectOf(slot['line'] ?? null)));
}

function filledBy(
  { needs, line }: SlotLine,
  held: Parameters<typeof fillSlots>[1],
  isNamed: (entry: Pick<Entry, 'of'>) => boolean,
): readonly number[] {
  if (needs.kind === 'entries') {
    const own = 'slot' in line;
    return held.entries
      .filter((entry) => entry.type === needs.type && (!own || isNamed(entry)))
      .filter((entry) => isAsked(entry, line))
      .map(({ seq }) => seq);
  }
  const { name, fields } = needs;
  const type: EntryType = fields.length > 0 ? 'seal.done' : 'document.drafted';
  const digests = held.documents
    .filter((document) => document.name === name)
    .flatMap(({ revisions }) => revisions);
  return held.entries
    .filter((entry) => entry.type === type && entry.of.some((one) => digests.includes(one.sha256)))
    .map(({ seq }) => seq);
}

/** A line may ask for statements of one kind, or for records of one schema. */
function isAsked({ of, att }: Pick<Entry, 'of' | 'att'>, { kind, schema }: JsonObject): boolean {
  const isOfKind = typeof kind !== 'string' || att?.statement['kind'] === kind;
  if (typeof schema !== 'string') return isOfKind;
  return isOfKind && of.some(({ name }) => name.startsWith(`schema/${schema}@`));
}

function isFilled(
  { needs }: SlotLine,
  filled: readonly number[],
  documents: readonly SlotDocument[],
): boolean {
  if (needs.kind === 'entries') return filled.length >= needs.min;
  return documents.some(
    ({ name, fields }) => name === needs.name && needs.fields.every((one) => fields.includes(one)),
  );
}

function absenceOf(line: SlotLine, isRefused: boolean, isExplained: boolean): Absence {
  if (isExplained) return 'explained';
  return isRefused && line.approvedOnly ? 'refused' : 'not_reached';
}

function entryLine(line: JsonObject): SlotLine {
  const type = textOf(line['type'], 'type');
  if (!isEntryType(type)) throw malformed('type');
  const min = line['min'] ?? 1;
  if (typeof min !== 'number' || min < 0) throw malformed('min');
  const slot = 'slot' in line ? slotOf(line['slot']) : `entry/${type}`;
  return {
    ...wordsOf(line, { slot, otherwise: type }),
    needs: { kind: 'entries', type, min },
    line,
  };
}

function documentLine(line: JsonObject): SlotLine {
  const name = textOf(line['name'], 'name');
  const { fields } = line;
  if (!Array.isArray(fields)) throw malformed('fields');
  const wanted = (fields as readonly Json[]).map((field) => textOf(field, 'fields'));
  return {
    ...wordsOf(line, { slot: `document/${name}`, otherwise: name }),
    needs: { kind: 'document', name, fields: wanted },
    line,
  };
}

function wordsOf(line: JsonObject, { slot, otherwise }: { slot: string; otherwise: string }) {
  const title = 'title' in line ? textOf(line['title'], 'title') : otherwise;
  return { slot, title, approvedOnly: 'when' in line && line['when'] === 'approved' };
}

function slotOf(json: Json | undefined): string {
  const text = textOf(json, 'slot');
  if (!slotPattern.test(text)) throw malformed('slot');
  return text;
}

/** Lists of earlier packages are JSON as people write it; what counts is what it says. */
function canonicalOf(list: Uint8Array): Uint8Array {
  try {
    return canonicalBytes(JSON.parse(fromUtf8(list)));
  } catch (cause) {
    throw malformed('json', cause);
  }
}

function linesOf(json: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(json) || json.length > linesMax) throw malformed('lines');
  return (json as readonly Json[]).map(objectOf);
}

function objectOf(json: Json): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('object');
  return json as JsonObject;
}

function textOf(json: Json | undefined, what: string): string {
  if (typeof json !== 'string' || json.length === 0 || json.length > titleLettersMax) {
    throw malformed(what);
  }
  return json;
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw malformed('json', cause);
  }
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault('entry.slots_malformed', { why }, { cause });
}
