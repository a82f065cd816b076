/**
 * Brings back what is gone of a log's public files: tiles and bundles, made again from the entries.
 *
 * Nothing is written before the tree over the entries has the root that the log's key signed: what
 * a changed row would make is refused, and the audit that follows says so. A file that is there and
 * differs is left as it lies, for it shows what happened to the disk; whoever has put it aside gets
 * the right one by calling again. Beside a running sequencer both write the same bytes.
 */
import { nodeEngine } from '#adapters/engine';
import { treeHash, twinTreeHash } from '#adapters/tiles';
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import { judgeCheckpoint, type NoteKey } from '#formats/tlog';
import { judgeTwin, type TwinKey } from '#formats/twin';
import {
  type AuditedShard,
  emptyTree,
  grow,
  type LogAudit,
  leafRow,
  type SignedHead,
  type TileStore,
  type TreeHash,
  writeTiles,
} from '#trust/evidence';

const batchEntries = 500;
const checkpointFile = 'checkpoint';

/** A shard as an audit sees it, with folders that can be written. */
export interface MendedShard extends AuditedShard {
  readonly tiles: TileStore;
  readonly twin?: NonNullable<AuditedShard['twin']> & { readonly tiles: TileStore };
}

/** Answers the paths that were written; those of the twin begin with `sm3/`. */
export async function returnLostFiles(
  of: MendedShard,
  audit: LogAudit,
): Promise<readonly string[]> {
  const { shard, log, tiles, twin, published } = of;
  const source = entriesFrom(shard.base, audit);
  const newest = await newestSigned(of, audit);
  const row = newest && `${newest.text}\n${newest.signatures}`;
  const note = published === undefined ? row : textOf(published);
  const head = note === undefined ? undefined : await signedHead(note, log);
  if (note === undefined || head === undefined) return [];
  if (!(await leadTo(head, source, treeHash))) return [];
  const own = new AbsentOnly(tiles);
  await writeTiles({ from: 0, to: head.size, root: head.root }, source, {
    tiles: own,
    hash: treeHash,
    bundles: true,
  });
  // The head of a shard that grows is for its sequencer to show: it alone knows the newest.
  if (published === undefined && shard.end !== undefined) {
    await own.write(checkpointFile, utf8(note));
  }
  const closing = shard.end === undefined ? undefined : newest?.twin;
  const second = twin === undefined ? [] : await returnTwin(twin, { closing, head, source });
  return [...own.written, ...second.map((path) => `sm3/${path}`)];
}

interface TwinReturn {
  /** The note of its last head, in a closed shard: shown again where it is lost. */
  readonly closing: string | undefined;
  /** The log's own. */
  readonly head: SignedHead;
  readonly source: EntrySource;
}

/** The twin's tree is over the same entries; without a head it reaches as far as the log. */
async function returnTwin(
  { published, key, tiles }: NonNullable<MendedShard['twin']>,
  { closing, head: logHead, source }: TwinReturn,
): Promise<readonly string[]> {
  const lost = published === undefined ? closing : undefined;
  const note = published === undefined ? lost : textOf(published);
  const head = note === undefined ? undefined : await twinHead(note, key);
  if (note !== undefined && head === undefined) return [];
  if (head !== undefined && !(await leadTo(head, source, twinTreeHash))) return [];
  const own = new AbsentOnly(tiles);
  const { size, root } = head ?? logHead;
  const files = { tiles: own, hash: twinTreeHash, bundles: false };
  await writeTiles({ from: 0, to: size, root }, source, files);
  if (lost !== undefined) await own.write(checkpointFile, utf8(lost));
  return own.written;
}

interface EntrySource {
  entries(start: number, end: number): Promise<readonly Uint8Array[]>;
}

/** Fewer than were asked for where a place is empty: such entries lead to no signed root. */
function entriesFrom(base: number, audit: LogAudit): EntrySource {
  return {
    async entries(start, end) {
      const rows = await audit.entries(base + start, end - start);
      const gap = rows.findIndex(({ index }, at) => index !== base + start + at);
      return rows.slice(0, gap === -1 ? rows.length : gap).map(({ bytes }) => bytes);
    },
  };
}

/** Do the entries, as they lie in the rows, make the tree that was signed? */
async function leadTo(head: SignedHead, source: EntrySource, hash: TreeHash): Promise<boolean> {
  let tree = emptyTree(hash);
  while (tree.size < head.size) {
    const end = Math.min(tree.size + batchEntries, head.size);
    const entries = await source.entries(tree.size, end);
    if (entries.length !== end - tree.size) return false;
    tree = grow(tree, leafRow(entries, hash), hash).tree;
  }
  return equal(tree.root, head.root);
}

/** Of the rows: the newest of this shard that somebody signed. */
async function newestSigned({ shard }: MendedShard, audit: LogAudit) {
  const last = shard.end ?? Number.POSITIVE_INFINITY;
  return (await audit.checkpoints()).findLast(
    ({ size, signatures }) => signatures !== '' && size > shard.base && size <= last,
  );
}

/** Undefined where nobody can believe it: the audit says why. */
async function signedHead(note: string, log: NoteKey): Promise<SignedHead | undefined> {
  const judged = await judgeCheckpoint(note, { log, witnesses: [] }, nodeEngine).catch(unreadable);
  const isOwn = judged?.signedByLog === true && judged.checkpoint.origin === log.name;
  return isOwn ? judged.checkpoint : undefined;
}

async function twinHead(note: string, key: TwinKey): Promise<SignedHead | undefined> {
  const judged = await judgeTwin(note, key, nodeEngine).catch(unreadable);
  return judged?.signedByLog === true ? judged.checkpoint : undefined;
}

function unreadable(thrown: unknown): undefined {
  if (!(thrown instanceof Fault)) throw thrown;
}

/** A file that is no text is no note. */
function textOf(file: Uint8Array): string {
  return ifReadable(() => fromUtf8(file)) ?? '';
}

/** Writes only where nothing lies, and remembers what it wrote. */
class AbsentOnly implements TileStore {
  readonly written: string[] = [];
  readonly #tiles: TileStore;

  constructor(tiles: TileStore) {
    this.#tiles = tiles;
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#tiles.read(path);
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    if ((await this.read(path)) !== undefined) return;
    await this.#tiles.write(path, bytes);
    this.written.push(path);
  }

  publish(checkpoint: string): Promise<void> {
    return this.#tiles.publish(checkpoint);
  }
}
