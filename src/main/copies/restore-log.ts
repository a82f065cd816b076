/**
 * Brings a restored log up to the head that others have seen, from the log's own public files.
 *
 * The rows of a back-up end where it was made; witnesses have cosigned more since. A log that went
 * on from there would be another log, and the sequencer refuses to begin. So every entry of the
 * files takes its place again, and the tree over all of them must have the root that the log's key
 * signed, before the first row is believed.
 */
import { nodeEngine } from '#adapters/engine';
import { LoadedLog, type Loading, type LoggedLooseEntry, type Placed } from '#adapters/postgres';
import { equal, fromUtf8 } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type Entry, entryHash, parseEntry } from '#formats/entry';
import { isBorder, shardName } from '#formats/shard';
import { bundlePath, newTiles, parseBundle } from '#formats/tiles';
import {
  append,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type Level,
  parseCheckpoint,
  printEdge,
  printSignatures,
} from '#formats/tlog';
import { subjectsNamed, type TileFiles } from '#trust/evidence';
import { nextShard } from '../log/border-files.ts';
import type { NoteJudge } from '../rooms/note-judge.ts';

/** What became of one tenant's log. */
export interface LogReturn {
  readonly tenant: TenantId;
  /** Entries the back-up's own rows had a place for. */
  readonly inBackup: number;
  /** Where the log goes on. */
  readonly size: number;
  /** Entries that stood in the files only. Their openings, and the rows they speak of, are lost. */
  readonly broughtBack: number;
  /** Cases with such an entry: by their tag in the log. */
  readonly casesBehind: readonly string[];
  /** Vault subjects that the log says were erased. */
  readonly erased: readonly string[];
  /** Oldest first; none where the log had no files. */
  readonly shards: readonly ShardReturn[];
}

/** One shard as it came back. */
export interface ShardReturn {
  readonly name: string;
  readonly origin: string;
  /** How many leaves its tree has. */
  readonly size: number;
}

export interface LogReturning {
  readonly loading: Loading;
  readonly tenant: TenantId;
  /** The files of a shard; the name of the first one is empty. */
  readonly tilesOf: (shard: string) => Promise<TileFiles>;
  /** A border that was found: later keys are believed from there on. */
  readonly crossed: (border: {
    readonly number: number;
    readonly leaf: Uint8Array;
    readonly note: string;
    readonly tiles: TileFiles;
  }) => Promise<void>;
  readonly judge: NoteJudge;
}

/**
 * Shard after shard, as each one's last leaf names the next. Refuses with main.restore_log_differs
 * where files and rows tell two histories.
 */
export async function returnLog(returning: LogReturning): Promise<LogReturn> {
  const { loading, tenant, tilesOf, crossed, judge } = returning;
  const log = new LoadedLog(loading, tenant);
  const inBackup = await log.size();
  const walk = new Walk(log, tenant);
  let name = '';
  for (;;) {
    const tiles = await tilesOf(name);
    const published = await tiles.read('checkpoint');
    if (published === undefined) break;
    const note = fromUtf8(published);
    const level = await judge(note, tenant);
    const { origin, size } = parseCheckpoint(note);
    await walk.begin({ name, origin });
    for (const tile of newTiles(0, size).filter(({ level: height }) => height === 0)) {
      const bundle = await tiles.read(bundlePath(tile));
      if (bundle === undefined) throw differs(tenant, `no ${bundlePath(tile)}`);
      for (const bytes of parseBundle(bundle)) await walk.entry(bytes);
    }
    await walk.finish({ note, level, inBackup });
    const { leaf } = walk;
    const next = nextShard(leaf);
    if (next === undefined) break;
    await crossed({ number: walk.shards.length, leaf, note, tiles });
    name = next.name;
  }
  const { broughtBack, behind, erased, shards } = walk;
  const size = shards.length === 0 ? inBackup : walk.place;
  const casesBehind = [...behind].toSorted();
  const told = { tenant, inBackup, size, broughtBack, casesBehind, shards };
  return { ...told, erased: [...erased].toSorted() };
}

class Walk {
  readonly shards: ShardReturn[] = [];
  readonly behind = new Set<string>();
  readonly erased = new Set<string>();
  broughtBack = 0;
  readonly #log: LoadedLog;
  readonly #tenant: TenantId;
  /** The last leaf that was read. */
  leaf: Uint8Array = new Uint8Array();
  /** The place of the next one. */
  place = 0;
  #base = 0;
  #shard = { name: '', origin: '' };
  #edge: Edge = emptyEdge;
  #last = 0;

  constructor(log: LoadedLog, tenant: TenantId) {
    this.#log = log;
    this.#tenant = tenant;
  }

  async begin(shard: { readonly name: string; readonly origin: string }): Promise<void> {
    this.#shard = shard;
    this.#base = this.place;
    this.#edge = emptyEdge;
    // The first shard's row is written when its first entry has told of which half-year it is.
    if (shard.name !== '') await this.#log.shard({ ...shard, base: this.#base });
  }

  async entry(bytes: Uint8Array): Promise<void> {
    const index = this.place;
    const leaf = await hashLeaf(bytes, nodeEngine);
    const entry = entryIn(bytes);
    const placed =
      entry === undefined
        ? await this.#log.placeLoose({ index, leaf, bytes })
        : await this.#place(entry, { index, leaf, bytes });
    if (placed === 'differs') throw differs(this.#tenant, `entry ${index}`);
    // The leaves of a border open to nothing: with them nothing is lost.
    if (placed === 'brought back' && !isBorder(bytes)) {
      this.broughtBack += 1;
      if (entry !== undefined) this.behind.add(entry.caseTag);
    }
    if (entry !== undefined) {
      for (const subject of subjectsErasedBy(entry)) this.erased.add(subject);
      this.#last = entry.at;
      const { name, origin } = this.#shard;
      const isFirst = index === 0 && name === '';
      if (isFirst) await this.#log.shard({ name: shardName(entry.at), origin, base: 0 });
    }
    this.#edge = await append(this.#edge, leaf, { engine: nodeEngine });
    this.leaf = bytes;
    this.place += 1;
  }

  async #place(entry: Entry, at: LoggedLooseEntry): Promise<Placed> {
    const { caseTag, seq, type } = entry;
    const hash = await entryHash(at.bytes, nodeEngine);
    return this.#log.place({ ...at, caseTag, seq, hash, type });
  }

  /** Only a tree with the signed root is the log; rows that know a longer one keep their head. */
  async finish(given: { note: string; level: Level; inBackup: number }): Promise<void> {
    const { size, root, note } = parseCheckpoint(given.note);
    const ours = await edgeRoot(this.#edge, nodeEngine);
    if (this.#edge.size !== size || !equal(ours, root)) throw differs(this.#tenant, 'root');
    this.shards.push({ ...this.#shard, size });
    if (this.place < given.inBackup) return;
    const [origin] = note.text.split('\n');
    const lines = note.signatures.map((signature) => ({
      by: signature.name,
      isLog: signature.name === origin,
      text: printSignatures([signature]),
    }));
    const edge = printEdge(this.#edge);
    const { level } = given;
    const head = { base: this.#base, size: this.place, root, edge };
    await this.#log.head({ ...head, text: note.text, level, at: this.#last, lines });
  }
}

/** What others have brought need not be an entry of ours. */
function entryIn(bytes: Uint8Array): Entry | undefined {
  return ifReadable(() => parseEntry(bytes));
}

/** What ends subjects of the vault: a whole person, or what rested on one consent or had a term. */
const endings: ReadonlySet<string> = new Set(['erased', 'consent.withdrawn', 'retention.executed']);

/** Such an entry names the vault's subjects, which are no person's names. */
export function subjectsErasedBy({ type, of }: Pick<Entry, 'type' | 'of'>): readonly string[] {
  return endings.has(type) ? subjectsNamed(of) : [];
}

function differs(tenant: TenantId, where: string): Fault {
  return new Fault('main.restore_log_differs', { tenant, where });
}
