/**
 * Reads a whole case out of the log for a package: entries, openings, proofs, one checkpoint.
 *
 * All proofs of one shard are made under the same checkpoint, the newest that has reached the level
 * asked for. Each is checked against the entry before it is handed out: a damaged tile must be seen
 * here, not by the judge.
 */
import { assert, Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { parseDisclosures } from '#formats/disclosure';
import { type EntryType, parseEntry } from '#formats/entry';
import { nodesFromTiles } from '#formats/tiles';
import type { Level, NodeReader } from '#formats/tlog';
import { disclosurePlace } from './disclosure-place.ts';
import { provedEntry } from './entry-proof.ts';
import { levelNotReached } from './faults.ts';
import type {
  DisclosureKeeper,
  EntryStore,
  StoredCheckpoint,
  StoredEntry,
  TilesOf,
} from './ports.ts';
import { type Shard, shardHolding, shardOfHead } from './shards.ts';

export interface FiledEntry {
  readonly seq: number;
  readonly type: EntryType;
  readonly hash: string;
  /** Its place in the log, through all shards. */
  readonly index: number;
  /** The file `entries/NNNN.json`, byte for byte. */
  readonly bytes: Uint8Array;
  /** Its openings (RFC 9901); undefined after erasure or where there are none. */
  readonly disclosures: readonly string[] | undefined;
  /** The file `proofs/NNNN.tlog-proof`. */
  readonly proof: string;
}

export interface FiledCase {
  /** The file `checkpoint.txt`: the note with all its cosignatures. */
  readonly checkpoint: string;
  readonly level: Level;
  /** The place after the last leaf of that checkpoint's tree. */
  readonly size: number;
  readonly entries: readonly FiledEntry[];
}

export class CaseFile {
  readonly #store: EntryStore;
  readonly #keeper: DisclosureKeeper;
  readonly #tilesOf: TilesOf;
  readonly #engine: Engine;

  constructor(parts: {
    store: EntryStore;
    keeper: DisclosureKeeper;
    tilesOf: TilesOf;
    engine: Engine;
  }) {
    this.#store = parts.store;
    this.#keeper = parts.keeper;
    this.#tilesOf = parts.tilesOf;
    this.#engine = parts.engine;
  }

  /** Refuses with a retryable evidence.level_not_reached while the log is not that far. */
  async read(unit: Unit, caseId: string, level: Level): Promise<FiledCase> {
    const [filed] = await this.readTogether(unit, [caseId], level);
    assert(filed !== undefined, 'one case asked for is one case read');
    return filed;
  }

  /** Several cases under one checkpoint, such as a loan and the case that adopted the policy. */
  async readTogether(
    unit: Unit,
    caseIds: readonly string[],
    level: Level,
  ): Promise<readonly FiledCase[]> {
    const checkpoint = await this.#store.newestCheckpoint(unit, level);
    if (checkpoint === undefined) throw levelNotReached(level);
    const cases: FiledCase[] = [];
    for (const caseId of caseIds) {
      const stored = await this.#storedOf(unit, caseId);
      const open = (entry: StoredEntry) => this.#open(unit, entry);
      cases.push(await this.#readUnder(unit, stored, { checkpoint, open }));
    }
    return cases;
  }

  /** What anybody may see of a case: entries and proofs, and not one opening. */
  async readClosed(unit: Unit, caseId: string, level: Level): Promise<FiledCase> {
    const checkpoint = await this.#store.newestCheckpoint(unit, level);
    if (checkpoint === undefined) throw levelNotReached(level);
    const stored = await this.#storedOf(unit, caseId);
    return this.#readUnder(unit, stored, { checkpoint, open: leftClosed });
  }

  /** The first entries of a case, as far as the checkpoint covers them, and no opening. */
  async readSoFar(unit: Unit, caseId: string, level: Level): Promise<FiledCase> {
    const checkpoint = await this.#store.newestCheckpoint(unit, level);
    if (checkpoint === undefined) throw levelNotReached(level);
    const stored = await this.#storedOf(unit, caseId);
    const isCovered = ({ index }: StoredEntry) => index !== undefined && index < checkpoint.size;
    const covered = stored.filter(isCovered);
    return this.#readUnder(unit, covered, { checkpoint, open: leftClosed });
  }

  async #storedOf(unit: Unit, caseId: string): Promise<readonly StoredEntry[]> {
    const stored = await this.#store.ofCase(unit, caseId);
    if (stored.length === 0) throw new Fault('evidence.case_unknown', { case: caseId });
    return stored;
  }

  async #readUnder(
    unit: Unit,
    stored: readonly StoredEntry[],
    how: {
      readonly checkpoint: StoredCheckpoint;
      readonly open: (entry: StoredEntry) => Promise<readonly string[] | undefined>;
    },
  ): Promise<FiledCase> {
    const { size, note, level } = how.checkpoint;
    const trees = await this.#trees(unit, how.checkpoint);
    const entries: FiledEntry[] = [];
    for (const entry of stored) {
      const { index: place, seq, type, hash, bytes } = entry;
      if (place === undefined || place >= size) throw levelNotReached(level);
      const tree = await trees(place);
      const index = place - tree.shard.base;
      const proof = await provedEntry({ index, bytes }, tree, this.#engine);
      const disclosures = await how.open(entry);
      entries.push({ seq, type, hash, index: place, bytes, disclosures, proof });
    }
    return { checkpoint: note, level, size, entries };
  }

  /** By place: the tree that holds it, under its newest checkpoint up to the one given. */
  async #trees(
    unit: Unit,
    newest: StoredCheckpoint,
  ): Promise<(place: number) => Promise<{ shard: Shard; note: string; nodes: NodeReader }>> {
    // The checkpoint was read first: its shard is among these, whatever opens meanwhile.
    const shards = await this.#store.shards(unit);
    const made = async (place: number) => {
      const shard = shardHolding(shards, place);
      const isNewest = shard === shardOfHead(shards, newest.size);
      const head = isNewest
        ? newest
        : await this.#store.newestCheckpoint(unit, newest.level, place);
      if (head === undefined || head.size <= place) throw levelNotReached(newest.level);
      const tiles = this.#tilesOf(unit.tenant, shard);
      const size = head.size - shard.base;
      const nodes = nodesFromTiles(size, (path) => tiles.read(path), this.#engine);
      return { shard, note: head.note, nodes };
    };
    const trees = new Map<number, ReturnType<typeof made>>();
    return (place) => {
      const { base } = shardHolding(shards, place);
      const tree = trees.get(base) ?? made(place);
      trees.set(base, tree);
      return tree;
    };
  }

  /** Every entry of the case and its openings, however far the log is: for a timeline. */
  async openings(
    unit: Unit,
    caseId: string,
  ): Promise<readonly (StoredEntry & { disclosures: readonly string[] | undefined })[]> {
    const stored = await this.#store.ofCase(unit, caseId);
    const opened = [];
    for (const entry of stored) {
      opened.push({ ...entry, disclosures: await this.#open(unit, entry) });
    }
    return opened;
  }

  /** The openings of one entry by its hash; undefined after erasure or where there are none. */
  async openingsOf(unit: Unit, hash: string): Promise<readonly string[] | undefined> {
    const stored = await this.#store.byHash(unit, hash);
    return stored && this.#open(unit, stored);
  }

  async #open(unit: Unit, entry: StoredEntry): Promise<readonly string[] | undefined> {
    if (entry.sealed === undefined || entry.subject === undefined) return undefined;
    try {
      const { sd } = parseEntry(entry.bytes);
      const place = { subject: entry.subject, caseId: entry.caseId, type: entry.type, sd };
      const bytes = await this.#keeper.open(
        unit,
        await disclosurePlace(place, this.#engine),
        entry.sealed,
      );
      const disclosures = await parseDisclosures(bytes, this.#engine);
      return disclosures.map(({ encoded }) => encoded);
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.code.endsWith('.erased')) return undefined;
      throw thrown;
    }
  }
}

async function leftClosed(): Promise<undefined> {
  return undefined;
}
