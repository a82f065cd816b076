/**
 * Records of deposits as they come, one or many at once: all of a batch or none.
 *
 * Each record is one entry with a salted commitment for each field. The same record under the same
 * name is the same entry, however often it is sent. Batches of several callers may share a unit:
 * each is judged by itself against what stands, before anything is written, so that one that is
 * refused leaves no trace beside those that are taken.
 */
import { Fault } from '#base/fault';
import type { Commit, Outcome, Unit } from '#base/unit';
import {
  type DepositDesk,
  type DepositParts,
  itemsPerDepositMax,
  slotsOf,
} from './deposit-desk.ts';
import type { ItemRow } from './ports.ts';
import { type RecordDraft, RecordDrafts, type RecordOrder, toldOf } from './record-drafts.ts';
import { type Deposit, openedDeposit } from './sealed-facts.ts';
import { requireOwn, type ScenarioLine, taken } from './slot-lines.ts';
import { requireBatchable } from './source-batch.ts';
import type { GivenSignature, Source } from './source-signature.ts';

/** Records of one request. */
export const recordsPerBatchMax = 500;

/** What a source holds of a record: under which hash it stands in the log. */
export interface ItemReceipt {
  readonly deposit: string;
  readonly own: string;
  readonly seq: number;
  readonly hash: string;
  /** What an examiner will be shown beside it. */
  readonly flags: readonly string[];
}

/** Records that one caller brought together. */
export interface RecordBatch {
  readonly source: Source;
  readonly orders: readonly RecordOrder[];
  /** Over all of them at once, in this order; each then comes with a blind. */
  readonly signature?: GivenSignature | undefined;
}

/** A deposit while a unit works with it: what stands in it, and what this unit adds. */
interface OpenDeposit {
  readonly row: Deposit;
  readonly slots: readonly ScenarioLine[];
  readonly before: ReadonlyMap<string, ItemRow>;
  readonly count: number;
  /** By the source's own name. */
  readonly added: Map<string, RecordDraft>;
}

/** One that cannot be opened, and what its own client hears. */
interface ShutDeposit {
  readonly row: { readonly client: string };
  readonly because: Fault;
}

type OpenDeposits = ReadonlyMap<string, OpenDeposit | ShutDeposit>;

/** What is said of one record: it stood there already, or it is recorded with this unit. */
type Judged = { readonly draft: RecordDraft; readonly before: ItemRow | undefined };

/** What became of the records of a batch, in their order. */
type Drafted = Promise<readonly PromiseSettledResult<RecordDraft>[]>;

/** Where systems of an institution hand in records. */
export class RecordDesk {
  readonly #parts: DepositParts;

  constructor(parts: DepositParts & { readonly desk: DepositDesk }) {
    this.#parts = parts;
  }

  /** Takes records of one or many deposits: all of them or none. */
  submit(
    source: Source,
    orders: readonly RecordOrder[],
    signature?: GivenSignature,
  ): Commit<readonly ItemReceipt[]> {
    const batch = this.batch(source, orders, signature);
    return async (unit) => {
      const [outcome] = await this.submitAll(unit, [batch], { wait: true });
      if (outcome?.is === 'ok') return outcome.value;
      throw outcome?.is === 'refused' ? outcome.because : new Fault('deposit.unknown');
    };
  }

  /** Refuses a batch that no unit could take. */
  batch(source: Source, orders: readonly RecordOrder[], signature?: GivenSignature): RecordBatch {
    if (orders.length === 0 || orders.length > recordsPerBatchMax) {
      throw new Fault('deposit.too_many', { recordsPerBatchMax });
    }
    for (const { own } of orders) requireOwn(own);
    requireBatchable(orders, signature);
    return { source, orders, signature };
  }

  /**
   * Takes the batches of many callers in one unit: each wholly or not at all. Without `wait`, one
   * that touches a deposit which another unit holds, or a name that came in this very unit, is to
   * be submitted alone.
   */
  async submitAll(
    unit: Unit,
    batches: readonly RecordBatch[],
    how: { readonly wait: boolean },
  ): Promise<readonly Outcome<readonly ItemReceipt[]>[]> {
    const deposits = await this.#opened(unit, batches, how);
    const drafts = new RecordDrafts(unit, this.#parts);
    const drafted = batches.map((batch) => this.#drafted(batch, deposits, drafts));
    const judged: Outcome<readonly Judged[]>[] = [];
    for (const [nth, batch] of batches.entries()) {
      judged.push(await this.#judged(batch, { deposits, drafts, how, drafted: drafted[nth] }));
    }
    const rows = await this.#record(unit, deposits);
    return judged.map((outcome) =>
      outcome.is === 'ok' ? { is: 'ok', value: receiptsOf(outcome.value, rows) } : outcome,
    );
  }

  /** The rows locked, the keys ready, and what stands under the names that come. */
  async #opened(
    unit: Unit,
    batches: readonly RecordBatch[],
    how: { readonly wait: boolean },
  ): Promise<OpenDeposits> {
    const { store, seal, keys } = this.#parts;
    const named = batches.flatMap(({ orders }) => orders);
    keys.ready(
      unit,
      [...batches, ...named].flatMap(({ signature }) => signature?.key ?? []),
    );
    const ids = [...new Set(named.map(({ deposit }) => deposit))];
    const rows = await store.lockAll(unit, ids, how);
    seal.ready(
      unit,
      rows.map(({ subject }) => subject),
    );
    const items = await store.items(unit, named);
    const counts = await store.counts(unit, ids);
    const held = Map.groupBy(items, ({ deposit }) => deposit);
    const opened = new Map<string, OpenDeposit | ShutDeposit>();
    for (const row of rows) {
      const before = new Map((held.get(row.id) ?? []).map((item) => [item.own, item]));
      const count = counts.get(row.id) ?? 0;
      const deposit = await openedDeposit(unit, row, seal).catch(refusal);
      if (deposit instanceof Fault) opened.set(row.id, { row, because: deposit });
      else {
        const slots = slotsOf(deposit);
        opened.set(row.id, { row: deposit, slots, before, count, added: new Map() });
      }
    }
    return opened;
  }

  /** All at once, so that their signatures are checked beside each other. */
  async #drafted(batch: RecordBatch, deposits: OpenDeposits, drafts: RecordDrafts): Drafted {
    const { source, orders, signature } = batch;
    const placed = (order: RecordOrder) => {
      try {
        return { order, place: { ...writable(deposits.get(order.deposit), source), source } };
      } catch (thrown) {
        throw toldOf(order, thrown);
      }
    };
    if (signature === undefined) {
      return Promise.allSettled(
        orders.map(async (one) => {
          const { order, place } = placed(one);
          return drafts.draft(order, place);
        }),
      );
    }
    try {
      const all = await drafts.draftBatch(orders.map(placed), { source, signature });
      return all.map((value) => ({ status: 'fulfilled', value }));
    } catch (reason) {
      return orders.map(() => ({ status: 'rejected', reason }));
    }
  }

  /** What is accepted counts from here on; what is refused has changed nothing. */
  async #judged(
    { orders }: RecordBatch,
    at: {
      readonly deposits: OpenDeposits;
      readonly drafts: RecordDrafts;
      readonly drafted: Drafted | undefined;
      readonly how: { readonly wait: boolean };
    },
  ): Promise<Outcome<readonly Judged[]>> {
    const { deposits, drafts, how } = at;
    const drafted = (await at.drafted) ?? [];
    const mustWait = orders.some(({ deposit: id, own }) => {
      const deposit = deposits.get(id);
      return deposit === undefined || ('added' in deposit && deposit.added.has(own));
    });
    if (mustWait && !how.wait) return { is: 'alone' };
    try {
      const judged: Judged[] = [];
      const names = new Set<string>();
      for (const [nth, order] of orders.entries()) {
        const draft = settled(drafted[nth]);
        const before = beforeIn(deposits.get(order.deposit), order);
        const name = `${order.deposit} ${order.own}`;
        if (before !== undefined) await drafts.requireSame(before, draft);
        else if (names.has(name)) throw taken(order.own);
        else names.add(name);
        judged.push({ draft, before });
      }
      accept(deposits, judged);
      return { is: 'ok', value: judged };
    } catch (thrown) {
      return { is: 'refused', because: refusal(thrown) };
    }
  }

  /** Everything that was accepted, whosever it is: one statement for entries, one for rows. */
  async #record(unit: Unit, deposits: OpenDeposits): Promise<ReadonlyMap<RecordDraft, ItemRow>> {
    const { store, evidence } = this.#parts;
    const filled = [...deposits.values()].flatMap((deposit) =>
      'added' in deposit && deposit.added.size > 0
        ? [{ row: deposit.row, added: [...deposit.added.values()] }]
        : [],
    );
    const rows = new Map<RecordDraft, ItemRow>();
    if (filled.length === 0) return rows;
    const cases = filled.map(({ row, added }) => ({
      caseId: row.id,
      drafts: added.map(({ draft }) => draft),
    }));
    const recorded = await evidence.recordCases(unit, cases);
    for (const [nth, { row, added }] of filled.entries()) {
      for (const [at, draft] of added.entries()) {
        const { seq = 0, hash = '', at: when = row.openedAt } = recorded[nth]?.[at] ?? {};
        const { order, slot, schema } = draft;
        rows.set(draft, { deposit: row.id, own: order.own, seq, hash, slot, schema, at: when });
      }
    }
    await store.addItems(unit, [...rows.values()]);
    return rows;
  }
}

/** In the order of the records: the first that is refused is what the caller hears of. */
function settled(drafted: PromiseSettledResult<RecordDraft> | undefined): RecordDraft {
  if (drafted?.status === 'fulfilled') return drafted.value;
  throw drafted?.reason;
}

function beforeIn(
  deposit: OpenDeposit | ShutDeposit | undefined,
  { own }: RecordOrder,
): ItemRow | undefined {
  return deposit !== undefined && 'before' in deposit ? deposit.before.get(own) : undefined;
}

/** This client's own, and open. */
function writable(deposit: OpenDeposit | ShutDeposit | undefined, source: Source): OpenDeposit {
  if (deposit?.row.client !== source.client) throw new Fault('deposit.unknown');
  if ('because' in deposit) throw deposit.because;
  if (deposit.row.closedAt !== undefined) throw new Fault('deposit.closed');
  return deposit;
}

/** Refuses with deposit.too_many before it has added any of them. */
function accept(deposits: OpenDeposits, judged: readonly Judged[]): void {
  const fresh = judged.filter(({ before }) => before === undefined);
  for (const [id, own] of Map.groupBy(fresh, ({ draft }) => draft.order.deposit)) {
    const deposit = deposits.get(id);
    if (deposit === undefined || !('added' in deposit)) continue;
    if (deposit.count + deposit.added.size + own.length > itemsPerDepositMax) {
      throw new Fault('deposit.too_many', { itemsPerDepositMax });
    }
  }
  for (const { draft } of fresh) {
    const deposit = deposits.get(draft.order.deposit);
    if (deposit !== undefined && 'added' in deposit) deposit.added.set(draft.order.own, draft);
  }
}

function receiptsOf(
  judged: readonly Judged[],
  rows: ReadonlyMap<RecordDraft, ItemRow>,
): readonly ItemReceipt[] {
  return judged.flatMap(({ draft, before }) => {
    const row = before ?? rows.get(draft);
    if (row === undefined) return [];
    const { deposit, own, seq, hash } = row;
    return [{ deposit, own, seq, hash, flags: draft.flags }];
  });
}

/** A refusal is this member's own; whatever may pass, or is a bug, is everybody's. */
function refusal(thrown: unknown): Fault {
  if (thrown instanceof Fault && !thrown.retryable) return thrown;
  throw thrown;
}
