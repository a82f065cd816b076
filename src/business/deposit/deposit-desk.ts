/**
 * Chains of evidence for systems that keep their contracts elsewhere: open, deposit, read, close.
 *
 * A deposit is a case of the log like every other: its first entry fixes what it must hold, each
 * record is one entry with a salted commitment for each field, and the values stand in the vault
 * under a key of the deposit's own (S2-48). The same record under the same name is the same entry.
 */
import { fromUtf8, toBase64Url } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import { type Clock, chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { parseDisclosure } from '#formats/disclosure';
import { caseTagBytes, readAddedSlot } from '#formats/entry';
import { type CaseFile, type EntryDraft, type Evidence, preservationNumber } from '#trust/evidence';
import type { Definitions, Held } from './definitions.ts';
import type { JsonObject } from './json.ts';
import type { DepositRow, DepositStore, ItemRow, SourceKeys } from './ports.ts';
import { checkRecord } from './record.ts';
import { readScenarioSlots, slotLine } from './scenario.ts';
import { type EvidenceSchema, ownSign } from './schema.ts';
import {
  lineOf,
  linesIn,
  requireOwn,
  type ScenarioLine,
  slotFor,
  slotOriginal,
  taken,
  wordOf,
} from './slot-lines.ts';
import { type GivenSignature, type Source, sourceWord } from './source-signature.ts';

/** Records of one request. */
export const recordsPerBatchMax = 500;
/** Of one deposit, so that its package stays within what a package may hold. */
export const itemsPerDepositMax = 500;
const titleLettersMax = 120;
const reasonLettersMax = 200;

/** What the desk of deposits leans on. */
export interface DepositParts {
  readonly store: DepositStore;
  readonly definitions: Definitions;
  readonly evidence: Evidence;
  readonly cases: Pick<CaseFile, 'openings'>;
  readonly keys: SourceKeys;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** A deposit as it is asked for: by a scenario, or by slots of its own. */
export interface DepositOrder {
  readonly own: string;
  readonly title: string;
  readonly scenario?: string | undefined;
  readonly slots?: Json | undefined;
}

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

/** Where systems of an institution open, fill and read their deposits. */
export class DepositDesk {
  readonly #parts: DepositParts;

  constructor(parts: DepositParts) {
    this.#parts = parts;
  }

  /** Opens a deposit; the same name with the same order answers the first one. */
  open(source: Source, order: DepositOrder): Commit<DepositRow> {
    const { store, random, clock } = this.#parts;
    requireOwn(order.own);
    if (order.title.length === 0 || order.title.length > titleLettersMax) {
      throw new Fault('deposit.definition_malformed', { at: 'title' });
    }
    return async (unit) => {
      const held = await store.byOwn(unit, source.client, order.own);
      if (held !== undefined) {
        const same =
          fromUtf8(held.required) ===
          fromUtf8((await this.#required(unit, { order, at: held })).bytes);
        if (!same || held.title !== order.title) throw taken(order.own);
        return held;
      }
      const openedAt = clock.now();
      const id = toBase64Url(random.bytes(caseTagBytes));
      const subject = uuidv7(this.#parts);
      const { bytes: required, definitions } = await this.#required(unit, {
        order,
        at: { openedAt },
      });
      const row: DepositRow = {
        id,
        subject,
        preservationNumber: preservationNumber({ now: openedAt, random }),
        client: source.client,
        own: order.own,
        title: order.title,
        required,
        openedAt,
        closedAt: undefined,
      };
      await store.add(unit, row);
      await this.#parts.evidence.record(unit, {
        caseId: id,
        subject,
        type: 'deposit.opened',
        disclosures: [
          { name: 'preservationNumber', value: row.preservationNumber },
          { name: 'institution', value: unit.tenant },
          { name: 'title', value: row.title },
          { name: 'deposit', value: row.own },
          { name: `${ownSign}source`, value: { client: source.client, name: source.name } },
        ],
        of: [{ name: 'required-evidence', bytes: required }, ...definitions],
      });
      return row;
    };
  }

  /** Takes records of one or many deposits: all of them or none. */
  submit(source: Source, orders: readonly RecordOrder[]): Commit<readonly ItemReceipt[]> {
    if (orders.length === 0 || orders.length > recordsPerBatchMax) {
      throw new Fault('deposit.too_many', { recordsPerBatchMax });
    }
    for (const { own } of orders) requireOwn(own);
    return async (unit) => {
      const receipts = new Map<RecordOrder, ItemReceipt>();
      const schemas = new Map<string, Held<EvidenceSchema>>();
      // Always in one order: two batches that touch the same deposits wait and never lock up.
      const deposits = [...new Set(orders.map(({ deposit }) => deposit))].toSorted();
      for (const deposit of deposits) {
        const own = orders.filter((order) => order.deposit === deposit);
        const row = await this.#writable(unit, source, deposit);
        await this.#take(unit, { source, row, orders: own, schemas, receipts });
      }
      return orders.flatMap((order) => receipts.get(order) ?? []);
    };
  }

  /** One more thing that the deposit must hold; nothing takes it away again. */
  addSlot(
    source: Source,
    order: { readonly deposit: string; readonly slot: Json },
  ): Commit<ItemReceipt> {
    const [slot] = readScenarioSlots([order.slot], 'slot');
    if (slot === undefined) throw new Fault('deposit.slot_unknown');
    return async (unit) => {
      const row = await this.#writable(unit, source, order.deposit);
      const lines = await this.slotsOf(unit, row);
      if (lines.some((one) => one.slot === slot.slot)) throw taken(slot.slot);
      const line = slotLine(slot);
      readAddedSlot(line);
      const recorded = await this.#parts.evidence.record(unit, {
        caseId: row.id,
        subject: row.subject,
        type: 'slot.added',
        disclosures: [{ name: 'line', value: line }],
        of: [slotOriginal(line)],
      });
      return { deposit: row.id, own: slot.slot, ...recorded, flags: [] };
    };
  }

  /** Says why a slot stays empty. */
  explain(
    source: Source,
    order: { readonly deposit: string; readonly slot: string; readonly reason: string },
  ): Commit<ItemReceipt> {
    const { reason } = order;
    if (reason.length === 0 || reason.length > reasonLettersMax) {
      throw new Fault('deposit.record_malformed', { field: 'reason', why: 'length' });
    }
    return async (unit) => {
      const row = await this.#writable(unit, source, order.deposit);
      const line = await this.#line(unit, row, order.slot);
      const recorded = await this.#parts.evidence.record(unit, {
        caseId: row.id,
        subject: row.subject,
        type: 'slot.absent',
        disclosures: [
          { name: 'slot', value: order.slot },
          { name: 'reason', value: reason },
        ],
        of: [slotOriginal(line)],
      });
      return { deposit: row.id, own: order.slot, ...recorded, flags: [] };
    };
  }

  /** The deposit, if it is this client's own; without a client, of anybody. */
  async find(unit: Unit, asked: { readonly id: string; readonly client: string | undefined }) {
    const row = await this.#parts.store.find(unit, asked.id);
    const isOwn = row !== undefined && (asked.client ?? row.client) === row.client;
    if (!isOwn) throw new Fault('deposit.unknown');
    return row;
  }

  /** The lines of its list, and of every entry that added one. */
  async slotsOf(unit: Unit, row: DepositRow): Promise<readonly ScenarioLine[]> {
    const listed = linesIn(row.required);
    const added: JsonObject[] = [];
    for (const { type, disclosures } of await this.#parts.cases.openings(unit, row.id)) {
      if (type !== 'slot.added') continue;
      for (const encoded of disclosures ?? []) {
        const { name, value } = await parseDisclosure(encoded, this.#parts.engine);
        if (name === 'line') added.push(value as JsonObject);
      }
    }
    return [...listed, ...added].map((line) => ({ slot: wordOf(line), line }));
  }

  /** Its row locked, open, and this client's own. */
  async #writable(unit: Unit, source: Source, id: string): Promise<DepositRow> {
    const row = await this.#parts.store.lock(unit, id);
    if (row === undefined || row.client !== source.client) throw new Fault('deposit.unknown');
    if (row.closedAt !== undefined) throw new Fault('deposit.closed');
    return row;
  }

  async #take(unit: Unit, batch: Batch): Promise<void> {
    const { store, evidence } = this.#parts;
    const { row, orders, receipts } = batch;
    const names = orders.map(({ own }) => own);
    const held = new Map((await store.items(unit, row.id, names)).map((item) => [item.own, item]));
    const fresh: { order: RecordOrder; draft: Draft; schema: string; flags: readonly string[] }[] =
      [];
    const slots = await this.slotsOf(unit, row);
    for (const order of orders) {
      const made = await this.#draft(unit, { ...batch, order, slots });
      const before = held.get(order.own);
      if (before === undefined && fresh.some(({ order: other }) => other.own === order.own)) {
        throw taken(order.own);
      }
      if (before === undefined) fresh.push({ order, ...made });
      else {
        await this.#requireSame(unit, before, made.draft);
        const { seq, hash } = before;
        receipts.set(order, { deposit: row.id, own: order.own, seq, hash, flags: made.flags });
      }
    }
    if (fresh.length === 0) return;
    const count = await store.count(unit, row.id);
    if (count + fresh.length > itemsPerDepositMax) {
      throw new Fault('deposit.too_many', { itemsPerDepositMax });
    }
    const drafts = fresh.map(({ draft }) => draft);
    const recorded = await evidence.recordAll(unit, row.id, drafts);
    const items = fresh.map(({ order, schema }, at): ItemRow => {
      const { seq = 0, hash = '', at: stated = row.openedAt } = recorded[at] ?? {};
      const { own, slot } = order;
      return {
        deposit: row.id,
        own,
        seq,
        hash,
        slot: slot ?? slotFor(slots, order),
        schema,
        at: stated,
      };
    });
    await store.addItems(unit, items);
    for (const [at, { order, flags }] of fresh.entries()) {
      const { seq = 0, hash = '' } = recorded[at] ?? {};
      receipts.set(order, { deposit: row.id, own: order.own, seq, hash, flags });
    }
  }

  async #draft(
    unit: Unit,
    {
      source,
      row,
      order,
      slots,
      schemas,
    }: Batch & { order: RecordOrder; slots: readonly ScenarioLine[] },
  ): Promise<{ draft: Draft; schema: string; flags: readonly string[] }> {
    const asked = `${order.schema}@${order.version ?? ''}`;
    const known = schemas.get(asked);
    const held = known ?? (await this.#parts.definitions.schema(unit, order.schema, order.version));
    schemas.set(asked, held);
    const schema = `${order.schema}@${held.version}`;
    const { values, given, flags } = checkRecord(held.definition, order.fields);
    const record = { deposit: row.own, item: order.own, schema, fields: given };
    const isRequired = held.definition.signed;
    const told = { source, record, signature: order.signature, isRequired };
    const word = await sourceWord(unit, told, this.#parts);
    const slot = order.slot ?? slotFor(slots, order);
    const line = slot === undefined ? undefined : lineOf(slots, slot, order.schema);
    const draft: Draft = {
      subject: row.subject,
      type: 'deposit.item',
      disclosures: [
        ...values,
        { name: `${ownSign}item`, value: order.own },
        { name: `${ownSign}source`, value: word },
        { name: `${ownSign}flags`, value: [...flags] },
      ],
      of: [
        { name: `schema/${schema}`, bytes: held.definition.bytes },
        ...(line === undefined ? [] : [slotOriginal(line)]),
      ],
    };
    return { draft, schema, flags };
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

  async #line(unit: Unit, row: DepositRow, slot: string): Promise<JsonObject> {
    const found = (await this.slotsOf(unit, row)).find((one) => one.slot === slot);
    if (found === undefined) throw new Fault('deposit.slot_unknown', { slot: slot.slice(0, 64) });
    return found.line;
  }

  /** What the deposit must hold, as a file of its package, and the definitions it rests on. */
  async #required(
    unit: Unit,
    { order, at }: { order: DepositOrder; at: Pick<DepositRow, 'openedAt'> },
  ): Promise<{ bytes: Uint8Array; definitions: EntryDraft['of'] }> {
    const { definitions } = this.#parts;
    const named =
      order.scenario === undefined ? undefined : await definitions.scenario(unit, order.scenario);
    const slots = named?.definition.slots ?? readScenarioSlots(order.slots, 'slots');
    for (const { schema } of slots)
      if (schema !== undefined) await definitions.schema(unit, schema);
    const bytes = canonicalBytes({
      v: 1,
      id: named === undefined ? 'deposit' : `deposit/${named.definition.id}`,
      version: String(named?.version ?? 1),
      title: named?.definition.title ?? order.title,
      from: chinaDate(at.openedAt),
      to: null,
      basis: [],
      entries: [{ type: 'deposit.opened', min: 1, title: '存证案卷开立' }, ...slots.map(slotLine)],
      documents: [],
    });
    const of =
      named === undefined
        ? []
        : [
            {
              name: `scenario/${named.definition.id}@${named.version}`,
              bytes: named.definition.bytes,
            },
          ];
    return { bytes, definitions: of };
  }
}

type Draft = Omit<EntryDraft, 'caseId'>;

interface Batch {
  readonly source: Source;
  readonly row: DepositRow;
  readonly orders: readonly RecordOrder[];
  readonly schemas: Map<string, Held<EvidenceSchema>>;
  readonly receipts: Map<RecordOrder, ItemReceipt>;
}
