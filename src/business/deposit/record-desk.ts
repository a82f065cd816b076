/**
 * Records of deposits as they come, one or many at once: all of them or none.
 *
 * Each record is one entry with a salted commitment for each field. The same record under the same
 * name is the same entry, however often it is sent.
 */
import { toBase64 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import { parseDisclosure } from '#formats/disclosure';
import type { Original } from '#formats/entry';
import type { EntryDraft } from '#trust/evidence';
import type { Held } from './definitions.ts';
import {
  type DepositDesk,
  type DepositParts,
  itemsPerDepositMax,
  slotsOf,
} from './deposit-desk.ts';
import type { ItemRow } from './ports.ts';
import { checkRecord } from './record.ts';
import { gapsIn } from './scenario.ts';
import { type EvidenceSchema, ownSign } from './schema.ts';
import type { Deposit } from './sealed-facts.ts';
import {
  lineOf,
  requireOwn,
  type ScenarioLine,
  slotFor,
  slotOriginal,
  taken,
} from './slot-lines.ts';
import { type GivenSignature, type Source, sourceWord } from './source-signature.ts';

/** Records of one request. */
export const recordsPerBatchMax = 500;

/** One record as it comes. */
export interface RecordOrder {
  readonly deposit: string;
  readonly own: string;
  readonly schema: string;
  readonly version?: number | undefined;
  /** Where it belongs, when more than one slot takes its schema. */
  readonly slot?: string | undefined;
  readonly fields: Json;
  readonly signature?: GivenSignature | undefined;
}

/** What a source holds of a record: under which hash it stands in the log. */
export interface ItemReceipt {
  readonly deposit: string;
  readonly own: string;
  readonly seq: number;
  readonly hash: string;
  /** What an examiner will be shown beside it. */
  readonly flags: readonly string[];
}

type Draft = Omit<EntryDraft, 'caseId'>;

interface Made {
  readonly order: RecordOrder;
  readonly draft: Draft;
  readonly schema: string;
  readonly slot: string | undefined;
  readonly flags: readonly string[];
}

/** A schema with its digests, which are taken once for a batch. */
interface KnownSchema extends Held<EvidenceSchema> {
  readonly original: Original;
}

interface Batch {
  readonly source: Source;
  readonly row: Deposit;
  readonly orders: readonly RecordOrder[];
  readonly schemas: Map<string, Promise<KnownSchema>>;
  readonly receipts: Map<RecordOrder, ItemReceipt>;
}

/** Where systems of an institution hand in records. */
export class RecordDesk {
  readonly #parts: DepositParts & { readonly desk: DepositDesk };

  constructor(parts: DepositParts & { readonly desk: DepositDesk }) {
    this.#parts = parts;
  }

  /** Takes records of one or many deposits: all of them or none. */
  submit(source: Source, orders: readonly RecordOrder[]): Commit<readonly ItemReceipt[]> {
    if (orders.length === 0 || orders.length > recordsPerBatchMax) {
      throw new Fault('deposit.too_many', { recordsPerBatchMax });
    }
    for (const { own } of orders) requireOwn(own);
    return async (unit) => {
      const receipts = new Map<RecordOrder, ItemReceipt>();
      const schemas: Batch['schemas'] = new Map();
      // Always in one order: two batches that touch the same deposits wait and never lock up.
      const deposits = Map.groupBy(orders, ({ deposit }) => deposit);
      for (const deposit of [...deposits.keys()].toSorted()) {
        const row = await this.#parts.desk.writable(unit, source, deposit);
        const own = deposits.get(deposit) ?? [];
        await this.#take(unit, { source, row, orders: own, schemas, receipts });
      }
      return orders.flatMap((order) => receipts.get(order) ?? []);
    };
  }

  async #take(unit: Unit, batch: Batch): Promise<void> {
    const { store } = this.#parts;
    const { row, orders, receipts } = batch;
    const slots = slotsOf(row);
    const names = orders.map(({ own }) => own);
    const held = new Map((await store.items(unit, row.id, names)).map((item) => [item.own, item]));
    const fresh = new Map<string, Made>();
    for (const order of orders) {
      const made = await this.#made(unit, batch, { order, slots });
      const before = held.get(order.own);
      if (before !== undefined) {
        await this.#requireSame(unit, before, made.draft);
        const { seq, hash } = before;
        receipts.set(order, { deposit: row.id, own: order.own, seq, hash, flags: made.flags });
      } else if (fresh.has(order.own)) throw taken(order.own);
      else fresh.set(order.own, made);
    }
    if (fresh.size > 0) await this.#record(unit, batch, [...fresh.values()]);
  }

  async #record(
    unit: Unit,
    { row, receipts }: Pick<Batch, 'row' | 'receipts'>,
    fresh: readonly Made[],
  ): Promise<void> {
    const { store, evidence } = this.#parts;
    const count = await store.count(unit, row.id);
    if (count + fresh.length > itemsPerDepositMax) {
      throw new Fault('deposit.too_many', { itemsPerDepositMax });
    }
    const drafts = fresh.map(({ draft }) => draft);
    const recorded = await evidence.recordAll(unit, row.id, drafts);
    const items = fresh.map(({ order, schema, slot, flags }, place): ItemRow => {
      const { seq = 0, hash = '', at = row.openedAt } = recorded[place] ?? {};
      const { own } = order;
      receipts.set(order, { deposit: row.id, own, seq, hash, flags });
      return { deposit: row.id, own, seq, hash, slot, schema, at };
    });
    await store.addItems(unit, items);
  }

  async #made(
    unit: Unit,
    { source, row, schemas }: Batch,
    { order, slots }: { readonly order: RecordOrder; readonly slots: readonly ScenarioLine[] },
  ): Promise<Made> {
    const held = await this.#schema(unit, order, schemas);
    const schema = `${order.schema}@${held.version}`;
    const { values, given, flags: wrong } = checkRecord(held.definition, order.fields);
    const record = { deposit: row.own, item: order.own, schema, fields: given };
    const isRequired = held.definition.signed;
    const told = { source, record, signature: order.signature, isRequired };
    const word = await sourceWord(unit, told, this.#parts);
    const slot = order.slot ?? slotFor(slots, order);
    const line = slot === undefined ? undefined : lineOf(slots, slot, order.schema);
    const flags = [...wrong, ...(line === undefined ? [] : gapsIn(line, given))];
    const draft: Draft = {
      subject: row.subject,
      type: 'deposit.item',
      disclosures: [
        ...values,
        { name: `${ownSign}item`, value: order.own },
        { name: `${ownSign}source`, value: word },
        { name: `${ownSign}flags`, value: flags },
      ],
      of: [held.original, ...(line === undefined ? [] : [slotOriginal(line)])],
    };
    return { order, draft, schema, slot, flags };
  }

  #schema(unit: Unit, order: RecordOrder, schemas: Batch['schemas']): Promise<KnownSchema> {
    const asked = `${order.schema}@${order.version ?? ''}`;
    const known = schemas.get(asked) ?? this.#read(unit, order);
    schemas.set(asked, known);
    return known;
  }

  async #read(unit: Unit, order: RecordOrder): Promise<KnownSchema> {
    const { definitions, engine } = this.#parts;
    const held = await definitions.schema(unit, order.schema, order.version);
    const { bytes } = held.definition;
    const original = {
      name: `schema/${order.schema}@${held.version}`,
      bytes: bytes.length,
      sha256: toBase64(await engine.digest('sha256', bytes)),
      sm3: toBase64(await engine.digest('sm3', bytes)),
    };
    return { ...held, original };
  }

  /** A name that came before stands for the same values, or deposit.name_taken. */
  async #requireSame(unit: Unit, before: ItemRow, draft: Draft): Promise<void> {
    const entries = await this.#parts.cases.openings(unit, before.deposit);
    const held = entries.find(({ seq }) => seq === before.seq)?.disclosures ?? [];
    const values = new Map<string, string>();
    for (const encoded of held) {
      const { name, value } = await parseDisclosure(encoded, this.#parts.engine);
      values.set(name, canonical(value));
    }
    // A source that signs anew with chance in its signature still says the same.
    const isSame = draft.disclosures
      .filter(({ name }) => name !== `${ownSign}source`)
      .every(({ name, value }) => values.get(name) === canonical(value));
    if (!isSame || values.size !== draft.disclosures.length) throw taken(before.own);
  }
}
