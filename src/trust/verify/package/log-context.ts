/**
 * What the steps about the log's own papers share: the package's checkpoint, the log that signs it,
 * and whether another head of that log is a beginning of its tree.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { isSeal } from '#formats/entry';
import {
  type Checkpoint,
  consistencyFlaw,
  type NoteKey,
  parseCheckpoint,
  parseHash,
  parseLogProof,
} from '#formats/tlog';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';
import type { PackageFiles } from './container.ts';
import type { JudgedEntries } from './entries.ts';
import { logNamedBy } from './institution.ts';

/** A package whose checkpoint could be read, and where its entries say they stand. */
export interface LogContext {
  readonly files: PackageFiles;
  readonly checkpoint: Checkpoint;
  /** checkpoint.txt, under which every proof stands. */
  readonly note: string;
  readonly log: NoteKey;
  /** Index in the log of each entry, in their order; undefined where its proof is none. */
  readonly indices: readonly (number | undefined)[];
  /** The last entry is the seal of the case. */
  readonly isSealed: boolean;
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

type Head = Pick<Checkpoint, 'size' | 'root'>;

/** Undefined where steps before have said already why there is nothing to stand on. */
export function logContext(
  { files, recorded, placed }: JudgedEntries & { readonly files: PackageFiles },
  parts: Pick<LogContext, 'trust' | 'engine' | 'findings'>,
): LogContext | undefined {
  const log = logNamedBy(files, parts.trust)?.key;
  const bytes = files.named('checkpoint.txt');
  const note = bytes && ifReadable(() => fromUtf8(bytes));
  const checkpoint = note === undefined ? undefined : ifReadable(() => parseCheckpoint(note));
  if (log === undefined || note === undefined || checkpoint === undefined) return undefined;
  const indices = placed.map(({ part }) => {
    const proof = files.named(proofOf(part));
    return proof && ifReadable(() => parseLogProof(fromUtf8(proof)).index);
  });
  const last = recorded.length === placed.length ? recorded.at(-1) : undefined;
  const isSealed = isSeal(last?.entry.type ?? 'case.opened');
  return { files, checkpoint, note, log, indices, isSealed, ...parts };
}

/** `entries/0007.json` → `proofs/0007.tlog-proof`; in the twin's folder for the twin. */
export function proofOf(entry: string, folder: 'proofs' | 'twin' = 'proofs'): string {
  return `${folder}/${entry.slice('entries/'.length, -'.json'.length)}.tlog-proof`;
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

/** Lines of base64, each ended; `fromBase64` takes one spelling only. */
function parseHashes(text: string): readonly Uint8Array[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Fault('tlog.hash_malformed');
  return lines.map(parseHash);
}

/** What cannot be read is undefined here; whoever needs it says so. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}
