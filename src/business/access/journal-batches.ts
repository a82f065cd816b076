/**
 * Binds the access journal to the log: all rows since the last batch, one Merkle root, one entry.
 *
 * The entry `access.journal` commits to a statement {first, last, count, root}; the root is that of
 * an RFC 6962 tree over the rows' canonical bytes. A row that is changed, removed or slipped in
 * later is found by `check`, and one row is shown to have been there by `prove`, without showing
 * the others.
 */
import { toBase64 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import {
  append,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  hashNode,
  inclusionProof,
  rangeHash,
} from '#formats/tlog';
import { type JournalRow, journalDaysMin, rowBytes } from './journal.ts';
import type { Register } from './ports.ts';

/** One closed batch. Its numbers need not be without gaps; `count` says how many rows there are. */
export interface JournalBatch {
  /** 1 for the tenant's first. */
  readonly seq: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly root: Uint8Array;
  /** Hash of the entry `access.journal`. */
  readonly entry: string;
  readonly closedAt: Instant;
  /** Its rows were removed after their term; the root stays. */
  readonly prunedAt: Instant | undefined;
}

/** Batches, and rows by their numbers. */
export interface BatchStore {
  /**
   * Waits for every unit that is writing rows; answers the number behind which no row can appear
   * any more. Nobody else closes a batch until the unit ends.
   */
  settled(unit: Unit): Promise<number>;
  last(unit: Unit): Promise<JournalBatch | undefined>;
  addBatch(unit: Unit, batch: JournalBatch): Promise<void>;
  /** In the order of their numbers, from after `after` up to `last`. */
  rows(
    unit: Unit,
    range: { after: number; last: number | undefined; countMax: number },
  ): Promise<readonly JournalRow[]>;
  batches(unit: Unit, after: number, countMax: number): Promise<readonly JournalBatch[]>;
  /** The batch whose numbers include this one. */
  around(unit: Unit, number: number): Promise<JournalBatch | undefined>;
  /** Removes rows of batches closed before an instant, never younger ones than the law allows. */
  prune(unit: Unit, times: { before: Instant; at: Instant }): Promise<number>;
}

/** That one row is under the root which the log holds. */
export interface JournalProof {
  readonly row: JournalRow;
  /** The row's bytes: their leaf hash is what `hashes` lead from. */
  readonly bytes: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly hashes: readonly Uint8Array[];
  readonly batch: JournalBatch;
  /** The bytes whose digests stand in the entry. */
  readonly statement: Uint8Array;
}

/** An entry `access.journal` as the log holds it. */
export interface JournalEntry {
  readonly hash: string;
  /** base64 SHA-256 of the statement, from the entry's `of`. */
  readonly sha256: string;
}

/** Something between rows, batches and entries that cannot be. */
export interface JournalFlaw {
  readonly code: 'entry_without_batch' | 'batch_without_entry' | 'rows_differ' | 'pruned_early';
  /** The entry's hash, or the batch's number. */
  readonly at: string;
}

export interface BatchParts {
  readonly units: Units;
  readonly store: BatchStore;
  readonly register: Register;
  readonly engine: Engine;
  readonly clock: Clock;
}

const rowsPerBatchMax = 4_096;
const batchesPerRunMax = 64;
const daySeconds = 24 * 60 * 60;

/** Closes batches, proves rows, checks all of it. */
export class JournalBatches {
  readonly #parts: BatchParts;

  constructor(parts: BatchParts) {
    this.#parts = parts;
  }

  /** Binds every row that is there to the log; answers how many. Without rows nothing is noted. */
  async close(tenant: TenantId): Promise<number> {
    let count = 0;
    for (let run = 0; run < batchesPerRunMax; run += 1) {
      const closed = await this.#parts.units.run(tenant, (unit) => this.#closeOne(unit));
      count += closed;
      if (closed < rowsPerBatchMax) break;
    }
    return count;
  }

  /** Removes rows whose six months are over, batch by batch; answers how many. */
  async prune(tenant: TenantId): Promise<number> {
    const { units, store, clock } = this.#parts;
    const at = clock.now();
    const before = addSeconds(at, -journalDaysMin * daySeconds);
    return units.run(tenant, (unit) => store.prune(unit, { before, at }));
  }

  /** Refuses with access.journal_unknown a row that is not there or in no batch yet. */
  async prove(unit: Unit, number: number): Promise<JournalProof> {
    const { store, engine } = this.#parts;
    const batch = await store.around(unit, number);
    const rows = batch === undefined ? [] : await this.#rowsOf(unit, batch);
    const index = rows.findIndex((row) => row.number === number);
    const row = rows[index];
    if (batch === undefined || row === undefined) throw new Fault('access.journal_unknown');
    const leaves = await Promise.all(rows.map((one) => hashLeaf(rowBytes(one), engine)));
    const at = { index, size: rows.length };
    const hashes = await inclusionProof(
      at,
      (level, place) => node(leaves, { level, place }, engine),
      engine,
    );
    return { row, bytes: rowBytes(row), ...at, hashes, batch, statement: statementOf(batch) };
  }

  /** Compares rows, batches and the log's entries; `entries` are all of the tenant's register. */
  async check(unit: Unit, entries: readonly JournalEntry[]): Promise<readonly JournalFlaw[]> {
    const { store, engine } = this.#parts;
    const flaws: JournalFlaw[] = [];
    const unmet = new Map(entries.map((entry) => [entry.hash, entry]));
    let after = 0;
    let lastNumber = 0;
    for (;;) {
      const batches = await store.batches(unit, after, batchesPerRunMax);
      for (const batch of batches) {
        const digest = toBase64(await engine.digest('sha256', statementOf(batch)));
        const isNoted = unmet.get(batch.entry)?.sha256 === digest;
        unmet.delete(batch.entry);
        const at = String(batch.seq);
        // A number left out, or rows below the first that are in no batch, change what is counted.
        const isNext = batch.seq === after + 1 && batch.first > lastNumber;
        if (!isNoted || !isNext) flaws.push({ code: 'batch_without_entry', at });
        flaws.push(...(await this.#flawsOf(unit, batch, lastNumber)));
        after = batch.seq;
        lastNumber = batch.last;
      }
      if (batches.length < batchesPerRunMax) break;
    }
    const left = [...unmet.keys()].map((at) => ({ code: 'entry_without_batch', at }) as const);
    return [...flaws, ...left];
  }

  async #closeOne(unit: Unit): Promise<number> {
    const { store, register, engine, clock } = this.#parts;
    const settled = await store.settled(unit);
    const before = await store.last(unit);
    const range = { after: before?.last ?? 0, last: settled, countMax: rowsPerBatchMax };
    const rows = await store.rows(unit, range);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return 0;
    const batch = {
      seq: (before?.seq ?? 0) + 1,
      first: first.number,
      last: last.number,
      count: rows.length,
      root: await rootOf(rows, engine),
      closedAt: clock.now(),
      prunedAt: undefined,
    };
    const of = [{ name: 'access-journal', bytes: statementOf(batch) }];
    const { hash } = await register.note(unit, { type: 'access.journal', disclosures: [], of });
    await store.addBatch(unit, { ...batch, entry: hash });
    return rows.length;
  }

  async #flawsOf(unit: Unit, batch: JournalBatch, after: number): Promise<readonly JournalFlaw[]> {
    const at = String(batch.seq);
    const { prunedAt, closedAt } = batch;
    const isDue =
      prunedAt === undefined || prunedAt >= addSeconds(closedAt, journalDaysMin * daySeconds);
    const flaws: JournalFlaw[] = isDue ? [] : [{ code: 'pruned_early', at }];
    const rows = await this.#rowsOf(unit, { ...batch, first: after + 1 });
    const isWhole =
      prunedAt === undefined
        ? toBase64(await rootOf(rows, this.#parts.engine)) === toBase64(batch.root)
        : rows.length === 0;
    return isWhole ? flaws : [...flaws, { code: 'rows_differ', at }];
  }

  #rowsOf(unit: Unit, { first, last, count }: JournalBatch): Promise<readonly JournalRow[]> {
    // One more than there should be, so that a row too many is seen.
    return this.#parts.store.rows(unit, { after: first - 1, last, countMax: count + 1 });
  }
}

/** What the entry commits to. */
export function statementOf(
  batch: Pick<JournalBatch, 'seq' | 'first' | 'last' | 'count' | 'root'>,
) {
  const { seq, first, last, count, root } = batch;
  return canonicalBytes({
    v: 1,
    seq,
    first: String(first),
    last: String(last),
    count,
    root: toBase64(root),
  });
}

async function rootOf(rows: readonly JournalRow[], engine: Engine): Promise<Uint8Array> {
  let edge = emptyEdge;
  for (const row of rows)
    edge = await append(edge, await hashLeaf(rowBytes(row), engine), { engine });
  return edgeRoot(edge, engine);
}

/** A complete node over leaves that are all here. */
async function node(
  leaves: readonly Uint8Array[],
  at: { readonly level: number; readonly place: number },
  engine: Engine,
): Promise<Uint8Array> {
  const leaf = leaves[at.place];
  if (at.level === 0 && leaf !== undefined) return leaf;
  const start = at.place * 2 ** at.level;
  const half = 2 ** (at.level - 1);
  const nodes = (level: number, place: number) => node(leaves, { level, place }, engine);
  const left = await rangeHash({ start, end: start + half }, nodes, engine);
  const right = await rangeHash({ start: start + half, end: start + 2 * half }, nodes, engine);
  return hashNode(left, right, engine);
}
