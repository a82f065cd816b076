/**
 * What becomes of a record that came: judged against its schema and its source's signature, and
 * drafted as an entry of its deposit.
 */
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { spelledBy } from '#formats/crypto';
import { parseDisclosure } from '#formats/disclosure';
import type { Original, SourceRecord } from '#formats/entry';
import type { EntryDraft } from '#trust/evidence';
import type { Held } from './definitions.ts';
import type { DepositParts } from './deposit-desk.ts';
import type { JsonObject } from './json.ts';
import type { ItemRow } from './ports.ts';
import { type CheckedRecord, checkRecord } from './record.ts';
import { gapsIn } from './scenario.ts';
import { type EvidenceSchema, ownSign } from './schema.ts';
import type { Deposit } from './sealed-facts.ts';
import { lineOf, type ScenarioLine, slotFor, slotOriginal, taken } from './slot-lines.ts';
import { batchWords } from './source-batch.ts';
import { type GivenSignature, type Source, sourceWord } from './source-signature.ts';

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
  /** Only under a signature over the whole request: 16 bytes of chance, base64url. */
  readonly blind?: string | undefined;
}

/** A record that may be recorded. */
export interface RecordDraft {
  readonly order: RecordOrder;
  readonly draft: Omit<EntryDraft, 'caseId'>;
  readonly schema: string;
  readonly slot: string | undefined;
  /** What an examiner will be shown beside it. */
  readonly flags: readonly string[];
}

/** Where a record comes to. */
export interface RecordPlace {
  readonly source: Source;
  readonly row: Deposit;
  readonly slots: readonly ScenarioLine[];
}

/** A schema with its digests, which are taken once for all records of a unit. */
interface KnownSchema extends Held<EvidenceSchema> {
  readonly original: Original;
}

/** A record that fits its schema; who signed it is not judged yet. */
interface FittingRecord extends Omit<RecordPlace, 'source'> {
  readonly order: RecordOrder;
  readonly held: KnownSchema;
  readonly checked: CheckedRecord;
  readonly record: SourceRecord;
}

/** Drafts records within one unit: what they have in common is asked for once. */
export class RecordDrafts {
  readonly #unit: Unit;
  readonly #parts: DepositParts;
  readonly #schemas = new Map<string, Promise<KnownSchema>>();
  readonly #lines = new Map<JsonObject, Promise<Original>>();

  constructor(unit: Unit, parts: DepositParts) {
    this.#unit = unit;
    this.#parts = parts;
  }

  /** Refuses with deposit.record_malformed, deposit.signature_wrong and their like. */
  async draft(order: RecordOrder, place: RecordPlace): Promise<RecordDraft> {
    const fitting = await this.#fitting(order, place);
    const { record, held } = fitting;
    const isRequired = held.definition.signed;
    const told = { source: place.source, record, signature: order.signature, isRequired };
    return this.#drafted(fitting, { word: await sourceWord(this.#unit, told, this.#parts) });
  }

  /** The same of records under one signature, in their order: one that is wrong refuses all. */
  async draftBatch(
    places: readonly { readonly order: RecordOrder; readonly place: RecordPlace }[],
    signed: { readonly source: Source; readonly signature: GivenSignature },
  ): Promise<readonly RecordDraft[]> {
    const fitting: FittingRecord[] = [];
    for (const { order, place } of places) fitting.push(await this.#fitting(order, place));
    const records = fitting.map(({ record, order: { blind = '' } }) => ({ record, blind }));
    const words = await batchWords(this.#unit, { ...signed, records }, this.#parts);
    return Promise.all(
      fitting.map((one, nth) => this.#drafted(one, { word: words[nth] ?? null, batched: true })),
    );
  }

  async #fitting(order: RecordOrder, { row, slots }: RecordPlace): Promise<FittingRecord> {
    try {
      const held = await this.#schema(order);
      const schema = `${order.schema}@${held.version}`;
      const checked = checkRecord(held.definition, order.fields);
      const record = { deposit: row.own, item: order.own, schema, fields: checked.given };
      return { order, row, slots, held, checked, record };
    } catch (thrown) {
      throw toldOf(order, thrown);
    }
  }

  async #drafted(
    { order, row, slots, held, checked, record }: FittingRecord,
    { word, ...kind }: { readonly word: Json; readonly batched?: true },
  ): Promise<RecordDraft> {
    const { slot, line } = placeOf(slots, order);
    const flags = [...checked.flags, ...(line === undefined ? [] : gapsIn(line, checked.given))];
    const draft: RecordDraft['draft'] = {
      subject: row.subject,
      type: 'deposit.item',
      ...kind,
      disclosures: [
        ...checked.values,
        { name: `${ownSign}item`, value: order.own },
        { name: `${ownSign}source`, value: word },
        { name: `${ownSign}flags`, value: flags },
      ],
      of: [held.original, ...(line === undefined ? [] : [await this.#lineOriginal(line)])],
    };
    return { order, draft, schema: record.schema, slot, flags };
  }

  /** A name that came before stands for the same values, or deposit.name_taken. */
  async requireSame(before: ItemRow, { draft }: RecordDraft): Promise<void> {
    const held = (await this.#parts.cases.openingsOf(this.#unit, before.hash)) ?? [];
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

  #schema(order: RecordOrder): Promise<KnownSchema> {
    const asked = `${order.schema}@${order.version ?? ''}`;
    const known = this.#schemas.get(asked) ?? this.#read(order);
    this.#schemas.set(asked, known);
    return known;
  }

  #lineOriginal(line: JsonObject): Promise<Original> {
    const known = this.#lines.get(line) ?? this.#original(slotOriginal(line));
    this.#lines.set(line, known);
    return known;
  }

  async #original({ name, bytes: of }: { name: string; bytes: Uint8Array }): Promise<Original> {
    const { engine } = this.#parts;
    return {
      name,
      bytes: of.length,
      sha256: await spelledBy(engine, { hash: 'sha256', of, as: 'base64' }),
      sm3: await spelledBy(engine, { hash: 'sm3', of, as: 'base64' }),
    };
  }

  async #read(order: RecordOrder): Promise<KnownSchema> {
    const { definitions } = this.#parts;
    const held = await definitions.schema(this.#unit, order.schema, order.version);
    const { bytes } = held.definition;
    const named = { name: `schema/${order.schema}@${held.version}`, bytes };
    const original = await this.#original(named);
    return { ...held, original };
  }
}

function placeOf(slots: readonly ScenarioLine[], order: RecordOrder) {
  try {
    const slot = order.slot ?? slotFor(slots, order);
    return { slot, line: slot === undefined ? undefined : lineOf(slots, slot, order.schema) };
  } catch (thrown) {
    throw toldOf(order, thrown);
  }
}

/** Of five hundred records one is wrong, and all come back: its source is told which. */
export function toldOf({ own }: RecordOrder, thrown: unknown): unknown {
  if (!(thrown instanceof Fault) || 'item' in thrown.details) return thrown;
  const { code, details, retryable } = thrown;
  return new Fault(code, { ...details, item: own }, { cause: thrown, retryable });
}
