/**
 * What the steps about the log's own papers share: the package's checkpoint, the log that signs it,
 * and whether another head of that log is a beginning of its tree.
 */

import { fromUtf8, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, ifReadable } from '#base/fault';
import { type BundleFile, digestName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { isSeal } from '#formats/entry';
import {
  type Checkpoint,
  consistencyFlaw,
  type JudgedCheckpoint,
  type NoteKey,
  parseCheckpoint,
  parseHash,
  parseLogProof,
} from '#formats/tlog';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';
import type { ClosedTree } from './closed-tree.ts';
import type { PackageFiles } from './container.ts';
import { type JudgedEntries, proofOf } from './entries.ts';
import { logNamedBy } from './institution.ts';

/** One shard of the log, and the note under which the package's proofs in it stand. */
export interface LogTree {
  readonly log: NoteKey;
  readonly checkpoint: Checkpoint;
  readonly note: string;
  /** Of a shard that ended: what the next one's first leaf says of its twin. */
  readonly closed: ClosedTree | undefined;
}

/** Where something stands: in which tree of the package, oldest first, and where in it. */
export interface TreePlace {
  readonly tree: number;
  readonly index: number;
}

/** A package whose checkpoint could be read, and where its entries say they stand. */
export interface LogContext {
  readonly files: PackageFiles;
  /** Oldest first; the last one is that of checkpoint.txt. */
  readonly trees: readonly LogTree[];
  readonly checkpoint: Checkpoint;
  /** checkpoint.txt, under which every proof of the last shard stands. */
  readonly note: string;
  /** Place in the log of each entry, in their order; undefined where its proof is none. */
  readonly places: readonly (TreePlace | undefined)[];
  /** When each entry says that it was stated. */
  readonly times: readonly Instant[];
  /** The last entry is the seal of the case. */
  readonly isSealed: boolean;
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

type Head = Pick<Checkpoint, 'size' | 'root'>;

/** Undefined where steps before have said already why there is nothing to stand on. */
export function logContext(
  {
    files,
    recorded,
    placed,
    closed,
  }: JudgedEntries & { readonly files: PackageFiles; readonly closed: readonly ClosedTree[] },
  parts: Pick<LogContext, 'trust' | 'engine' | 'findings'>,
): LogContext | undefined {
  const log = logNamedBy(files, parts.trust)?.key;
  const bytes = files.named('checkpoint.txt');
  const note = bytes && ifReadable(() => fromUtf8(bytes));
  const checkpoint = note === undefined ? undefined : ifReadable(() => parseCheckpoint(note));
  if (log === undefined || note === undefined || checkpoint === undefined) return undefined;
  const trees = [
    ...closed.map((one) => ({ ...one, closed: one })),
    { log, checkpoint, note, closed: undefined },
  ];
  const places = placed.map(({ part }) => {
    const held = files.named(proofOf(part));
    const proof = held && ifReadable(() => parseLogProof(fromUtf8(held)));
    const tree = trees.findIndex((one) => one.note === proof?.checkpoint);
    return proof === undefined || tree < 0 ? undefined : { tree, index: proof.index };
  });
  const last = recorded.length === placed.length ? recorded.at(-1) : undefined;
  const isSealed = isSeal(last?.entry.type ?? 'case.opened');
  const times = placed.map(({ place }) => place.at);
  return { files, trees, checkpoint, note, places, times, isSealed, ...parts };
}

/** Does a head of `size` leaves of its tree stand for everything up to this place? */
export function covers(
  head: { readonly tree: number; readonly size: number },
  last: TreePlace,
): boolean {
  // The first leaf of each shard names the whole one before it.
  return head.tree > last.tree || (head.tree === last.tree && head.size > last.index);
}

/** The last of these places; the end of the package's log where one is not known. */
export function lastOf(places: LogContext['places'], { trees, checkpoint }: LogContext): TreePlace {
  const end = { tree: trees.length - 1, index: checkpoint.size };
  const first = { tree: 0, index: -1 };
  const known = places.map((place) => place ?? end);
  return known.reduce((a, b) => {
    const isLater = b.tree > a.tree || (b.tree === a.tree && b.index > a.index);
    return isLater ? b : a;
  }, first);
}

/** Why the first tree is no beginning of the second by this file; undefined when it is one. */
export async function beginningFlaw(
  of: { readonly files: PackageFiles; readonly name: string },
  heads: { readonly from: Head; readonly to: Head },
  engine: Engine,
): Promise<string | undefined> {
  const bytes = of.files.named(of.name);
  if (bytes === undefined) return `${of.name} is missing`;
  const proof = ifReadable(() => parseHashes(fromUtf8(bytes)));
  if (proof === undefined) return `${of.name} is no list of hashes`;
  const flaw = await consistencyFlaw({ ...heads, proof }, engine);
  return flaw && `${of.name}: ${flaw}`;
}

/** By whom lines are that do not hold, or of whom nothing is known, or that stand there twice. */
export function wrongLines({ checkpoint, broken, unknown }: JudgedCheckpoint): readonly string[] {
  const lines = checkpoint.note.signatures.map(({ name }) => name);
  const twice = lines.filter((name, at) => lines.indexOf(name) !== at);
  return [...broken, ...unknown, ...twice];
}

/** The one of a group that gives it its name `H` must be the file whose digest that is. */
export async function requireOwnName(
  place: 'head' | 'anchor',
  { name, bytes }: BundleFile,
  engine: Engine,
): Promise<void> {
  const own = digestName(place, toHex(await engine.digest('sha256', bytes)));
  if (name !== own) throw new Fault('verify.head_wrong', { why: `its own name is ${own}` });
}

/** Lines of base64, each ended; `fromBase64` takes one spelling only. */
function parseHashes(text: string): readonly Uint8Array[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Fault('tlog.hash_malformed');
  return lines.map(parseHash);
}
