/**
 * Was a promise kept? Looks for the entry among the leaves that came after it, in the first head
 * that enough witnesses cosigned after its time.
 */
import { equal, toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { Cosigner, NodeReader, NoteKey } from '#formats/tlog';
import {
  isPromiseOf,
  lateVoicesMin,
  type Misbehaviour,
  type Promised,
  parsePromise,
} from '#formats/witness';

/** A head that a log shows now. */
interface Seen {
  readonly log: NoteKey;
  readonly note: string;
  readonly size: number;
  readonly cosigners: readonly Cosigner[];
}

/** A promise that was not kept, and what says so. */
interface Broken {
  readonly leaf: string;
  readonly accusation: Misbehaviour;
}

/** Undefined while the promise is kept or may be; `malformed` for what is none of this log. */
export async function accusationOf(
  note: string,
  seen: Seen,
  tree: { readonly nodes: NodeReader; readonly engine: Engine },
): Promise<Broken | 'malformed' | undefined> {
  const promise = await promiseOf(note, seen.log, tree.engine);
  if (promise === undefined) return 'malformed';
  const { since, bySeconds, leaf } = promise;
  const late = seen.cosigners.filter(({ atSeconds }) => atSeconds > bySeconds).length;
  if (late < lateVoicesMin || seen.size < since) return undefined;
  const leaves: Uint8Array[] = [];
  for (let index = since; index < seen.size; index += 1) leaves.push(await tree.nodes(0, index));
  if (leaves.some((one) => equal(one, leaf))) return undefined;
  const edge = await edgeAt(since, tree);
  const notes = [note, seen.note] as const;
  const accusation = { kind: 'promise', notes, hashes: [...edge, ...leaves] } as const;
  return { leaf: toBase64(leaf), accusation };
}

async function promiseOf(
  note: string,
  log: NoteKey,
  engine: Engine,
): Promise<Promised | undefined> {
  try {
    const promise = parsePromise(note);
    const isOwn = promise.origin === log.name && (await isPromiseOf(note, log, engine));
    return isOwn ? promise : undefined;
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

/** The right edge of the tree of that size: one hash for each of its complete subtrees. */
async function edgeAt(
  size: number,
  tree: { readonly nodes: NodeReader; readonly engine: Engine },
): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  let start = 0;
  while (start < size) {
    let [level, span] = [0, 1];
    while (span * 2 <= size - start) [level, span] = [level + 1, span * 2];
    hashes.push(await tree.nodes(level, start / span));
    start += span;
  }
  return hashes;
}
