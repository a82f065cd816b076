/**
 * Reads a whole case out of the log for a package: entries, openings, proofs, one checkpoint.
 *
 * All proofs are made under the same checkpoint, the newest that has reached the level asked for.
 * Each is checked against the entry before it is handed out: a damaged tile must be seen here, not
 * by the judge.
 */
import { assert, Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { parseDisclosures } from '#formats/disclosure';
import { type EntryType, parseEntry } from '#formats/entry';
import { nodesFromTiles } from '#formats/tiles';
import { type Level } from '#formats/tlog';
import { disclosurePlace } from './disclosure-place.ts';
import { provedEntry } from './entry-proof.ts';
import { levelNotReached } from './faults.ts';
import type {
  DisclosureKeeper,
  EntryStore,
  StoredCheckpoint,
  StoredEntry,
  TileFiles,
} from './ports.ts';

export interface FiledEntry {
  readonly seq: number;
  readonly type: EntryType;
  readonly hash: string;
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
  readonly size: number;
  readonly entries: readonly FiledEntry[];
}

export class CaseFile {
  readonly #store: EntryStore;
  readonly #keeper: DisclosureKeeper;
  readonly #tilesOf: (tenant: TenantId) => TileFiles;
  readonly #engine: Engine;

  constructor(parts: {
    store: EntryStore;
    keeper: DisclosureKeeper;
    /** The files of one tenant's log. */
    tilesOf: (tenant: TenantId) => TileFiles;
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
    const tiles = this.#tilesOf(unit.tenant);
    const nodes = nodesFromTiles(size, (path) => tiles.read(path), this.#engine);
    const entries: FiledEntry[] = [];
    for (const entry of stored) {
      const { index } = entry;
      if (index === undefined || index >= size) throw levelNotReached(level);
      const proof = await provedEntry({ ...entry, index }, { note, nodes }, this.#engine);
      const disclosures = await how.open(entry);
      const { seq, type, hash, bytes } = entry;
      entries.push({ seq, type, hash, index, bytes, disclosures, proof });
    }
    return { checkpoint: note, level, size, entries };
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
