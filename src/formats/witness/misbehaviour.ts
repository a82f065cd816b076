/**
 * A proof that a log, or a witness of it, has lied: two notes that cannot both be honest, and the
 * hashes that show it. One file, judged by anybody who holds the keys.
 *
 *   fork      two heads of one log, the larger of which does not begin with the smaller
 *   rollback  two heads of which one witness cosigned the smaller one after the larger one
 *   promise   a promise to include an entry, and a head cosigned after its time without the entry
 *   overrun   a head with the leaf that closes the shard, and a head larger than that leaf allows
 *
 * A head smaller than one seen before convicts no log by itself: anybody can bring an old head to a
 * witness that is behind. A log that goes on from there has forked, and that is proved.
 */
import { equal, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  append,
  type Edge,
  edgeRoot,
  type JudgedCheckpoint,
  judgeCheckpoint,
  judgePrefix,
  type NoteKey,
  parseCheckpoint,
  parseHash,
} from '#formats/tlog';
import { type ClosingLeaf, closingLeafFlaw } from './overrun.ts';
import { isPromiseOf, parsePromise } from './promise.ts';

const format = 'fubie/misbehaviour/v1';
/** One liar more than the policy bears: fewer voices about the time are not believed. */
export const lateVoicesMin = 2;
/** A million leaves after a promise are 44 MiB of text. */
const hashesMax = 1_200_000;
const fieldNames = 'format,hashes,kind,notes';
const overrunNames = 'format,hashes,kind,last,notes';

export const misbehaviourKinds = ['fork', 'rollback', 'promise', 'overrun'] as const;

/** What somebody is accused of. */
export type MisbehaviourKind = (typeof misbehaviourKinds)[number];

/** An accusation as the file holds it; nothing in it is believed before it is judged. */
export interface Misbehaviour {
  readonly kind: MisbehaviourKind;
  /** Signed notes, verbatim. */
  readonly notes: readonly [string, string];
  readonly hashes: readonly Uint8Array[];
  /** Of an overrun; the hashes prove it under the first note. */
  readonly last?: ClosingLeaf;
}

/** Why an accusation proves nothing. */
export type Unproved =
  | 'log_unknown'
  | 'not_signed_by_log'
  | 'other_origins'
  | 'hashes_wrong'
  | 'one_history'
  | 'nobody_went_back'
  | 'promise_kept'
  | 'not_late'
  | 'before_promise'
  | 'not_closed'
  | 'ended_there';

/** What an accusation comes to. `witnesses` names those who lied, by their keys' names. */
export type Judgement =
  | {
      readonly is: 'proved';
      readonly kind: MisbehaviourKind;
      /** The log that lied; a rollback convicts witnesses only. */
      readonly log: NoteKey | undefined;
      readonly witnesses: readonly string[];
      readonly detail: string;
    }
  | { readonly is: 'unproved'; readonly because: Unproved };

interface Keys {
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly NoteKey[];
}

export function printMisbehaviour(one: Misbehaviour): Uint8Array {
  const { kind, notes, hashes, last } = one;
  const ending = last === undefined ? {} : { last: { ...last } };
  const form = { format, hashes: hashes.map(toBase64), kind, notes: [...notes] };
  return canonicalBytes({ ...form, ...ending });
}

/** witness.misbehaviour_malformed for everything that does not print back to the same bytes. */
export function parseMisbehaviour(bytes: Uint8Array): Misbehaviour {
  const json = parseCanonical(bytes);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('form');
  const fields = new Map(Object.entries(json));
  const kind = misbehaviourKinds.find((one) => one === fields.get('kind'));
  const names = kind === 'overrun' ? overrunNames : fieldNames;
  if ([...fields.keys()].toSorted().join() !== names) throw malformed('form');
  const [first, second, ...more] = textsOf(fields.get('notes'));
  const hashes = textsOf(fields.get('hashes'));
  if (fields.get('format') !== format || kind === undefined) throw malformed('kind');
  if (first === undefined || second === undefined || more.length > 0) throw malformed('notes');
  if (hashes.length > hashesMax) throw malformed('hashes');
  const one = { kind, notes: [first, second], hashes: hashes.map(parseHash) } as const;
  return kind === 'overrun' ? { ...one, last: lastOf(fields.get('last')) } : one;
}

/** Throws only for notes that are none; everything else is a judgement. */
export function judgeMisbehaviour(
  one: Misbehaviour,
  keys: Keys,
  engine: Engine,
): Promise<Judgement> {
  if (one.kind === 'fork') return judgeFork(one, keys, engine);
  if (one.kind === 'rollback') return judgeRollback(one, keys, engine);
  if (one.kind === 'overrun') return judgeOverrun(one, keys, engine);
  return judgePromise(one, keys, engine);
}

async function judgeFork(one: Misbehaviour, keys: Keys, engine: Engine): Promise<Judgement> {
  const heads = await bothHeads(one, keys, engine);
  if (!('log' in heads)) return heads;
  const [from, to] = [heads.first.checkpoint, heads.second.checkpoint];
  if (from.size === 0) return unproved('one_history');
  const found = await judgePrefix({ from, to }, one.hashes, engine);
  if (found === 'same') return unproved('one_history');
  if (found !== 'forked') return unproved('hashes_wrong');
  const both = heads.first.cosigners.filter(({ name }) =>
    heads.second.cosigners.some((other) => other.name === name),
  );
  const detail = `size ${from.size} and size ${to.size} are of two histories`;
  const witnesses = both.map(({ name }) => name);
  return { is: 'proved', kind: 'fork', log: heads.log, witnesses, detail };
}

async function judgeRollback(one: Misbehaviour, keys: Keys, engine: Engine): Promise<Judgement> {
  const heads = await bothHeads(one, keys, engine);
  if (!('log' in heads)) return heads;
  const { first, second } = heads;
  if (one.hashes.length > 0) return unproved('hashes_wrong');
  if (second.checkpoint.size >= first.checkpoint.size) return unproved('nobody_went_back');
  const back = second.cosigners.filter(({ name, atSeconds }) =>
    first.cosigners.some((before) => before.name === name && before.atSeconds < atSeconds),
  );
  if (back.length === 0) return unproved('nobody_went_back');
  const detail = `size ${second.checkpoint.size} cosigned after size ${first.checkpoint.size}`;
  const witnesses = back.map(({ name }) => name);
  return { is: 'proved', kind: 'rollback', log: undefined, witnesses, detail };
}

async function judgePromise(one: Misbehaviour, keys: Keys, engine: Engine): Promise<Judgement> {
  const promise = parsePromise(one.notes[0]);
  const log = keys.logs.find(({ name }) => name === promise.origin);
  if (log === undefined) return unproved('log_unknown');
  if (!(await isPromiseOf(one.notes[0], log, engine))) return unproved('not_signed_by_log');
  const judged = await judgeCheckpoint(one.notes[1], { log, witnesses: keys.witnesses }, engine);
  const { size, root, origin } = judged.checkpoint;
  if (origin !== promise.origin) return unproved('other_origins');
  if (!judged.signedByLog) return unproved('not_signed_by_log');
  const late = judged.cosigners.filter(({ atSeconds }) => atSeconds > promise.bySeconds);
  if (late.length < lateVoicesMin) return unproved('not_late');
  if (size < promise.since) return unproved('before_promise');
  const known = bitCount(promise.since);
  const leaves = one.hashes.slice(known);
  if (leaves.length !== size - promise.since) return unproved('hashes_wrong');
  if (leaves.some((leaf) => equal(leaf, promise.leaf))) return unproved('promise_kept');
  let edge: Edge = { size: promise.since, hashes: one.hashes.slice(0, known) };
  for (const leaf of leaves) edge = await append(edge, leaf, { engine });
  if (!equal(await edgeRoot(edge, engine), root)) return unproved('hashes_wrong');
  const detail = `promised by ${promise.bySeconds}, not among ${size} entries cosigned later`;
  return { is: 'proved', kind: 'promise', log, witnesses: [], detail };
}

async function judgeOverrun(one: Misbehaviour, keys: Keys, engine: Engine): Promise<Judgement> {
  const heads = await bothHeads(one, keys, engine);
  if (!('log' in heads)) return heads;
  const { last, hashes } = one;
  if (last === undefined) return unproved('not_closed');
  const under = { head: heads.first.checkpoint, proof: hashes };
  const flaw = await closingLeafFlaw(last, under, engine);
  if (flaw !== undefined) return unproved(flaw);
  const { size } = heads.second.checkpoint;
  const end = last.index + 1;
  if (size <= end) return unproved('ended_there');
  // A witness that has not seen the closed tree cannot know: it convicts the log alone.
  const detail = `closed with size ${end}, and size ${size} is signed`;
  return { is: 'proved', kind: 'overrun', log: heads.log, witnesses: [], detail };
}

type Heads =
  | { readonly log: NoteKey; readonly first: JudgedCheckpoint; readonly second: JudgedCheckpoint }
  | { readonly is: 'unproved'; readonly because: Unproved };

async function bothHeads({ notes }: Misbehaviour, keys: Keys, engine: Engine): Promise<Heads> {
  const { origin } = parseCheckpoint(notes[0]);
  const log = keys.logs.find(({ name }) => name === origin);
  if (log === undefined) return unproved('log_unknown');
  const under = { log, witnesses: keys.witnesses };
  const first = await judgeCheckpoint(notes[0], under, engine);
  const second = await judgeCheckpoint(notes[1], under, engine);
  if (second.checkpoint.origin !== origin) return unproved('other_origins');
  if (!first.signedByLog || !second.signedByLog) return unproved('not_signed_by_log');
  return { log, first, second };
}

function unproved(because: Unproved): { is: 'unproved'; because: Unproved } {
  return { is: 'unproved', because };
}

function lastOf(json: Json | undefined): ClosingLeaf {
  if (typeof json !== 'object' || json === null || !('index' in json && 'leaf' in json)) {
    throw malformed('last');
  }
  const { index, leaf, ...more } = json;
  const isPlace = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0;
  const isWhole = isPlace && typeof leaf === 'string' && Object.keys(more).length === 0;
  if (!isWhole) throw malformed('last');
  return { index, leaf };
}

function textsOf(json: Json | undefined): string[] {
  if (!Array.isArray(json)) throw malformed('list');
  return json.map((text: Json) => {
    if (typeof text !== 'string') throw malformed('text');
    return text;
  });
}

function bitCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

function malformed(why: string): Fault {
  return new Fault('witness.misbehaviour_malformed', { why });
}
