/**
 * What this page computes itself about the log, so that the house is not its own witness: hashes
 * and signatures by the core that judges packages, with keys out of the trust folder.
 */
import {
  consistencyFlaw,
  fromBase64,
  hashLeaf,
  inclusionFlaw,
  judgeCheckpoint,
  pageEngine,
  parseCheckpoint,
  parseLogProof,
  parseVkey,
} from 'fubie-core';
import type { components } from '../api/schema.d.ts';
import { answerOf, api } from './api.ts';
import type { TrustTexts } from './trust.ts';

export type Whole = components['schemas']['GetLogBlocksBySizeAnswer'];
export type Block = Whole['block'];

/** One line under a note, judged. */
export interface JudgedSigner {
  readonly name: string;
  readonly isLog: boolean;
  readonly is: 'valid' | 'invalid' | 'unknown';
  /** Seconds since 1970, by the clock of who signed; the log's own line states none. */
  readonly atSeconds: number | undefined;
}

export interface Found {
  readonly isGood: boolean;
  readonly word: 'consistent' | 'inconsistent' | 'included' | 'excluded';
  readonly values: Readonly<Record<string, string | number>>;
}

/** Who put a line under the note, in the note's order. */
export function signersOf({ note }: Pick<Block, 'note'>): readonly string[] {
  return parseCheckpoint(note).note.signatures.map(({ name }) => name);
}

/** Every line under the note against the keys of the trust folder. */
export async function judgeSigners(
  { note }: Pick<Block, 'note'>,
  trust: TrustTexts,
): Promise<readonly JudgedSigner[]> {
  const origin = parseCheckpoint(note).origin;
  const logs = await keysOf(trust.logs);
  const log = logs.find(({ name }) => name === origin);
  if (log === undefined) throw new Error(`no key of the log ${origin}`);
  const witnesses = await keysOf(trust.witnesses);
  const judged = await judgeCheckpoint(note, { log, witnesses }, pageEngine);
  return signersOf({ note }).map((name) => {
    const isLog = name === log.name;
    const cosigner = judged.cosigners.find((one) => one.name === name);
    const holds = isLog ? judged.signedByLog : cosigner !== undefined;
    const is = holds ? 'valid' : judged.unknown.includes(name) ? 'unknown' : 'invalid';
    return { name, isLog, is, atSeconds: cosigner?.atSeconds };
  });
}

function keysOf(texts: readonly string[]) {
  return Promise.all(texts.map((text) => parseVkey(text, pageEngine)));
}

/** RFC 6962 §2.1.2, with the roots that stand in both signed notes. */
export async function judgeContinuity({ block, consistency }: Whole): Promise<Found> {
  const { size, root } = parseCheckpoint(block.note);
  // Blocks count places through all half-years, a note the leaves of its own.
  const base = block.size - size;
  const from = { size: block.from - base, root: fromBase64(block.previousRoot ?? '') };
  const proof = consistency.map((hash) => fromBase64(hash));
  const flaw = await consistencyFlaw({ from, to: { size, root }, proof }, pageEngine);
  return flaw === undefined
    ? { isGood: true, word: 'consistent', values: {} }
    : { isGood: false, word: 'inconsistent', values: { flaw } };
}

/** RFC 6962 §2.1.1, under the newest block. */
export async function judgeInclusion(index: number): Promise<Found> {
  const params = { path: { index } };
  const shown = await answerOf(api.GET('/v1/log/entries/{index}', { params }));
  const { hashes, checkpoint, index: at } = parseLogProof(shown.proof);
  const { size, root } = parseCheckpoint(checkpoint);
  const leaf = await hashLeaf(fromBase64(shown.entry), pageEngine);
  const claim = { leaf, index: at, size, root, proof: hashes };
  const flaw =
    shown.base + at === index
      ? await inclusionFlaw(claim, pageEngine)
      : `it is the proof of entry ${at}`;
  return flaw === undefined
    ? { isGood: true, word: 'included', values: { size } }
    : { isGood: false, word: 'excluded', values: { flaw } };
}
