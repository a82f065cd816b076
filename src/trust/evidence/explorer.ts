/**
 * The log as anybody may look at it: blocks (witnessed checkpoints), entries, inclusion proofs.
 *
 * A block is a checkpoint that has reached the witness quorum: it names size and root, and through
 * its predecessor the entries that came between (S2-11). Nothing here is opened: an entry is shown
 * as the commitment that stands in the log. What is answered is checked by the page itself, with
 * the keys of the log and its witnesses; this room only hands out.
 */
import { toBase64 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { parseEntry } from '#formats/entry';
import { nodesFromTiles } from '#formats/tiles';
import { consistencyProof, parseCheckpoint } from '#formats/tlog';
import { provedEntry } from './entry-proof.ts';
import type { StoredEntry, TilesOf } from './ports.ts';
import { type Shard, shardHolding, shardOfHead } from './shards.ts';

export const blockRowsMax = 50;
export const blockEntriesMax = 200;

/** One block as the store knows it. */
export interface BlockRow {
  /** How many blocks there are up to this one. */
  readonly height: number;
  /** The place after its last entry. */
  readonly size: number;
  /** Size of the block before it; 0 for the first. */
  readonly from: number;
  /** The signed note with every cosignature. */
  readonly note: string;
  readonly previousNote: string | undefined;
  /** When its text was drafted, in ms since 1970. */
  readonly at: number;
  readonly level: string;
}

/** Reads the tenant's blocks and entries by place. */
export interface ExplorerStore {
  /** Newest first, those of a size below `before`. */
  blocks(unit: Unit, page: { before: number | undefined; countMax: number }): Promise<BlockRow[]>;
  /** The first block that holds so many entries. */
  block(unit: Unit, size: number): Promise<BlockRow | undefined>;
  /** In the order of the log, from `start` up to, not including, `end`. */
  entries(unit: Unit, start: number, end: number): Promise<readonly StoredEntry[]>;
  /** The log's shards, oldest first. */
  shards(unit: Unit): Promise<readonly Shard[]>;
}

/**
 * One block with the root of the one before, by which they are a chain. The first block of a shard
 * has none: its opening leaf names the root of the shard before.
 */
export interface Block extends BlockRow {
  /** The places before its shard: its note counts from there. */
  readonly base: number;
  readonly root: string;
  readonly previousRoot: string | undefined;
}

/** One entry as it stands in the log. */
export interface ShownEntry {
  readonly index: number;
  readonly type: string;
  readonly at: string;
  /** The case's name in the log; it names no person. */
  readonly caseTag: string;
  readonly seq: number;
  readonly hash: string;
}

export class Explorer {
  readonly #store: ExplorerStore;
  readonly #tilesOf: TilesOf;
  readonly #engine: Engine;

  constructor(parts: {
    store: ExplorerStore;
    tilesOf: TilesOf;
    engine: Engine;
  }) {
    this.#store = parts.store;
    this.#tilesOf = parts.tilesOf;
    this.#engine = parts.engine;
  }

  async blocks(unit: Unit, before: number | undefined): Promise<readonly Block[]> {
    const rows = await this.#store.blocks(unit, { before, countMax: blockRowsMax });
    const shards = await this.#store.shards(unit);
    return rows.map((row) => linked(row, shardOfHead(shards, row.size)));
  }

  /** The first block of so many entries, what is new in it, and how it continues the last. */
  async block(
    unit: Unit,
    size: number,
  ): Promise<{ block: Block; entries: readonly ShownEntry[]; consistency: readonly string[] }> {
    const row = await this.#store.block(unit, size);
    if (row === undefined) throw new Fault('evidence.block_unknown', { size });
    const end = Math.min(row.size, row.from + blockEntriesMax);
    const entries = await this.#store.entries(unit, row.from, end);
    const shard = shardOfHead(await this.#store.shards(unit), row.size);
    const block = linked(row, shard);
    const between = { from: block.from - shard.base, to: row.size - shard.base };
    const proof =
      between.from === 0
        ? []
        : await consistencyProof(between, this.#nodes(unit, shard, between.to), this.#engine);
    return {
      block,
      entries: entries.map(shownOf),
      consistency: proof.map(toBase64),
    };
  }

  /** The first block that holds the entry at this place; undefined while none does. */
  async holding(unit: Unit, index: number): Promise<Block | undefined> {
    const row = await this.#store.block(unit, index + 1);
    return row && linked(row, shardOfHead(await this.#store.shards(unit), row.size));
  }

  /**
   * The bytes of one entry and its proof under the newest block of its shard: a C2SP `.tlog-proof`,
   * whose index counts from `base`.
   */
  async entry(
    unit: Unit,
    place: number,
  ): Promise<{ bytes: Uint8Array; proof: string; base: number }> {
    const [entry] = await this.#store.entries(unit, place, place + 1);
    const shard = shardHolding(await this.#store.shards(unit), place);
    const before = shard.end === undefined ? undefined : shard.end + 1;
    const [newest] = await this.#store.blocks(unit, { before, countMax: 1 });
    if (entry === undefined || newest === undefined || place >= newest.size) {
      throw new Fault('evidence.entry_unknown', { index: place });
    }
    const { size, note } = newest;
    const { bytes } = entry;
    const { base } = shard;
    const under = { note, nodes: this.#nodes(unit, shard, size - base) };
    const proof = await provedEntry({ index: place - base, bytes }, under, this.#engine);
    return { bytes, proof, base };
  }

  #nodes(unit: Unit, shard: Shard, size: number) {
    const tiles = this.#tilesOf(unit.tenant, shard);
    return nodesFromTiles(size, (path) => tiles.read(path), this.#engine);
  }
}

function linked(row: BlockRow, { base }: Shard): Block {
  const { note, previousNote } = row;
  const isFirst = row.from <= base || previousNote === undefined;
  const previousRoot = isFirst ? undefined : rootOf(previousNote);
  return { ...row, base, root: rootOf(note), previousRoot };
}

function rootOf(note: string): string {
  return toBase64(parseCheckpoint(note).root);
}

function shownOf(entry: StoredEntry): ShownEntry {
  const { at, caseTag } = parseEntry(entry.bytes);
  const { type, seq, hash, index = -1 } = entry;
  return { index, type, at: formatInstant(at), caseTag, seq, hash };
}
