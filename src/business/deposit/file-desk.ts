/**
 * Files of a deposit: announced with both digests, sent in parts, whole only when both agree.
 *
 * Parts come in any order and again after a broken line; each is sealed and durable. The whole file
 * is never in memory: it is digested part by part. Its digests are salted disclosures, for the
 * digest of a one-line file could be guessed from the log (law 7).
 */
import { equal, toHex, utf8 } from '#base/bytes';
import { canonical, isObject, type Json, parseCanonical } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { DocumentObjects } from '#business/tenancy';
import type { Engine } from '#formats/crypto';
import type { DisclosureKeeper, Evidence } from '#trust/evidence';
import { type DepositDesk, itemsPerDepositMax, slotsOf } from './deposit-desk.ts';
import { digestedAtOnceBytesMax, FileDigests, type FileReading } from './file-digests.ts';
import type { ChunkRow, DepositStore, FileRow, RunningDigests, SourceKeys } from './ports.ts';
import { ownSign } from './schema.ts';
import type { Deposit } from './sealed-facts.ts';
import { requireOwn, slotOriginal } from './slot-lines.ts';
import { type GivenSignature, type Source, sourceWord } from './source-signature.ts';

/** Small enough for a slow line, large enough that a gigabyte needs few requests. */
export const partBytes = 1024 * 1024;
export const fileBytesMax = 4 * 1024 * 1024 * 1024;
const nameLettersMax = 200;

/** A file as it is announced. */
export interface FileOrder {
  readonly deposit: string;
  readonly own: string;
  readonly name: string;
  readonly media: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sm3: string;
  readonly slot?: string | undefined;
  readonly signature?: GivenSignature | undefined;
}

/** A file on its way, and the numbers of the parts that are still missing. */
export interface OpenFile {
  readonly file: string;
  readonly missing: readonly number[];
}

/** What the desk of files leans on. */
export interface FileParts {
  readonly units: Units;
  readonly desk: DepositDesk;
  readonly store: DepositStore;
  readonly objects: DocumentObjects;
  readonly seal: DisclosureKeeper;
  readonly digests: () => RunningDigests;
  readonly evidence: Evidence;
  readonly keys: SourceKeys;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** Where files of a deposit are announced, sent and made whole. */
export class FileDesk {
  readonly #parts: FileParts;
  readonly #digests: FileDigests;

  constructor(parts: FileParts) {
    this.#parts = parts;
    this.#digests = new FileDigests(parts);
  }

  /** Announces a file; the same announcement again answers which parts are missing. */
  announce(source: Source, order: FileOrder): Commit<OpenFile> {
    const { store, clock, seal } = this.#parts;
    requireOwn(order.own);
    const isSized = order.bytes > 0 && order.bytes <= fileBytesMax;
    if (!isSized || order.name.length === 0 || order.name.length > nameLettersMax) {
      throw new Fault('deposit.too_many', { fileBytesMax, nameLettersMax });
    }
    return async (unit) => {
      const row = await this.#parts.desk.own(unit, source, order.deposit);
      const held = await store.fileByOwn(unit, row.id, order.own);
      if (held !== undefined) {
        if ((await this.#announced(unit, row, held.id)) !== canonical(factsOf(order))) {
          throw new Fault('deposit.name_taken', { name: order.own });
        }
        return this.open(unit, held);
      }
      if (row.closedAt !== undefined) throw new Fault('deposit.closed');
      const count = (await store.counts(unit, [row.id])).get(row.id) ?? 0;
      if (count >= itemsPerDepositMax) {
        throw new Fault('deposit.too_many', { itemsPerDepositMax });
      }
      if (order.slot !== undefined) requireFileSlot(row, order.slot);
      const word = await this.#word(unit, source, { row, order });
      const id = uuidv7(this.#parts);
      const { own, slot, bytes } = order;
      const file: FileRow = {
        id,
        deposit: row.id,
        own,
        slot,
        bytes,
        openedAt: clock.now(),
        seq: undefined,
      };
      await store.addFile(unit, file);
      const kept = canonical({ facts: factsOf(order), source: word });
      const place = { subject: row.subject, field: factsField(id) };
      const object = await this.#parts.objects.put(unit, await seal.seal(unit, place, utf8(kept)));
      await store.putChunk(unit, id, { number: factsNumber, object });
      return this.open(unit, file);
    };
  }

  async open(unit: Unit, { id, bytes }: FileRow): Promise<OpenFile> {
    const held = new Set((await this.#parts.store.chunks(unit, id)).map(({ number }) => number));
    const count = Math.ceil(bytes / partBytes);
    const numbers = Array.from({ length: count }, (_, number) => number);
    return { file: id, missing: numbers.filter((number) => !held.has(number)) };
  }

  /**
   * Takes one part; the same part again changes nothing. Another one of its number takes its place
   * until the file is whole: who read at the wrong place must be able to send what is right.
   */
  async putPart(
    unit: Unit,
    source: Source,
    part: {
      readonly file: string;
      readonly number: number;
      readonly sha256: string;
      readonly bytes: Uint8Array;
    },
  ): Promise<OpenFile> {
    const { store, seal, objects, engine } = this.#parts;
    const file = await this.#file(unit, part.file);
    const row = await this.#parts.desk.own(unit, source, file.deposit);
    const expected = Math.min(partBytes, file.bytes - part.number * partBytes);
    const sha256 = toHex(await engine.digest('sha256', part.bytes));
    if (expected <= 0 || part.bytes.length !== expected || sha256 !== part.sha256) {
      throw new Fault('deposit.file_differs', { part: part.number });
    }
    const { number, bytes } = part;
    const chunk = await store.chunk(unit, file.id, number);
    const held = chunk && (await this.#opened(unit, row, { file: file.id, chunk }));
    if (held === undefined || !equal(held, bytes)) {
      // What is recorded stays, and who sends something else is not told that it was taken.
      if (file.seq !== undefined) throw new Fault('deposit.file_differs', { part: number });
      const place = { subject: row.subject, field: partField(file.id, number) };
      const object = await objects.put(unit, await seal.seal(unit, place, bytes));
      await store.putChunk(unit, file.id, { number, object });
    }
    return this.open(unit, file);
  }

  /**
   * Reads a large file before the unit that records it: that one would hold its connection for
   * minutes. deposit.file_reading, to come again, while it is not done.
   */
  async readWhole(tenant: TenantId, source: Source, id: string): Promise<void> {
    const reading = await this.#parts.units.run(tenant, async (unit) => {
      const file = await this.#file(unit, id);
      const row = await this.#parts.desk.own(unit, source, file.deposit);
      const isShort = file.bytes <= digestedAtOnceBytesMax;
      if (isShort || file.seq !== undefined || row.closedAt !== undefined) return undefined;
      const { missing } = await this.open(unit, file);
      return missing.length > 0 ? undefined : this.#reading(unit, row, file);
    });
    if (reading !== undefined) await this.#digests.goThrough(tenant, reading);
  }

  /** All parts are there: the file is what was announced, by both digests, and is recorded. */
  complete(
    source: Source,
    id: string,
  ): Commit<{
    readonly seq: number;
    readonly hash: string;
    readonly own: string;
    readonly deposit: string;
  }> {
    const { store, evidence } = this.#parts;
    return async (unit) => {
      const file = await this.#file(unit, id);
      const row = await this.#parts.desk.own(unit, source, file.deposit);
      const [item] = await store.items(unit, [{ deposit: row.id, own: file.own }]);
      if (item !== undefined)
        return { seq: item.seq, hash: item.hash, own: file.own, deposit: row.id };
      if (row.closedAt !== undefined) throw new Fault('deposit.closed');
      const { missing } = await this.open(unit, file);
      if (missing.length > 0) {
        throw new Fault('deposit.file_incomplete', { missing: missing.slice(0, 20).join(' ') });
      }
      const { facts, source: word } = await this.#facts(unit, row, id);
      const { sha256, sm3 } = await this.#digestsOf(unit, row, file);
      if (sha256 !== facts['sha256'] || sm3 !== facts['sm3'])
        throw new Fault('deposit.file_differs');
      const line = slotsOf(row).find(({ slot }) => slot === file.slot)?.line;
      const recorded = await evidence.record(unit, {
        caseId: row.id,
        subject: row.subject,
        type: 'deposit.file',
        disclosures: [
          ...Object.entries(facts).map(([name, value]) => ({ name, value })),
          { name: `${ownSign}item`, value: file.own },
          { name: `${ownSign}source`, value: word },
        ],
        of: line === undefined ? [] : [slotOriginal(line)],
      });
      const { seq, hash, at } = recorded;
      const { own, slot } = file;
      await store.addItems(unit, [{ deposit: row.id, own, seq, hash, slot, schema: 'file', at }]);
      await store.fileWhole(unit, id, seq);
      return { seq, hash, own, deposit: row.id };
    };
  }

  /** One part of a whole file, for whoever may read the deposit. */
  async part(
    unit: Unit,
    row: Deposit,
    asked: { file: string; number: number },
  ): Promise<Uint8Array> {
    const file = await this.#file(unit, asked.file);
    if (file.deposit !== row.id) throw new Fault('deposit.file_unknown');
    const chunk = await this.#parts.store.chunk(unit, file.id, asked.number);
    if (chunk === undefined || asked.number < 0) throw new Fault('deposit.file_unknown');
    return this.#opened(unit, row, { file: file.id, chunk });
  }

  async #opened(
    unit: Unit,
    { subject }: Deposit,
    { file, chunk }: { readonly file: string; readonly chunk: ChunkRow },
  ): Promise<Uint8Array> {
    const { objects, seal } = this.#parts;
    const place = { subject, field: partField(file, chunk.number) };
    return seal.open(unit, place, await objects.get(unit, chunk.object));
  }

  /** Whole files no longer than this, by the number of their entries: what a package can carry. */
  async small(
    unit: Unit,
    row: Deposit,
    bytesMax: number,
  ): Promise<ReadonlyMap<number, Uint8Array>> {
    const whole = new Map<number, Uint8Array>();
    let left = bytesMax;
    for (const file of await this.#parts.store.files(unit, row.id)) {
      if (file.seq === undefined || file.bytes > left) continue;
      left -= file.bytes;
      const bytes = new Uint8Array(file.bytes);
      let end = 0;
      for await (const part of this.#bytesOf(unit, row, file)) {
        bytes.set(part, end);
        end += part.length;
      }
      whole.set(file.seq, bytes);
    }
    return whole;
  }

  /** A part that came between reading and recording makes it another file, to be read again. */
  async #digestsOf(unit: Unit, row: Deposit, file: FileRow) {
    const reading = await this.#reading(unit, row, file);
    const digests = this.#digests.known(reading) ?? (await this.#readAtOnce(unit, file, reading));
    return { sha256: toHex(digests.sha256), sm3: toHex(digests.sm3) };
  }

  async #readAtOnce(unit: Unit, { bytes }: FileRow, { chunks, read }: FileReading) {
    if (bytes > digestedAtOnceBytesMax) {
      throw new Fault('deposit.file_reading', {}, { retryable: true });
    }
    const running = this.#parts.digests();
    for (const chunk of chunks) running.add(await read(unit, chunk));
    return running.end();
  }

  async #reading(unit: Unit, row: Deposit, { id }: FileRow): Promise<FileReading> {
    const chunks = await this.#parts.store.chunks(unit, id);
    return {
      file: id,
      chunks: chunks.filter(({ number }) => number !== factsNumber),
      read: (inside, chunk) => this.#opened(inside, row, { file: id, chunk }),
    };
  }

  /** The parts in their order; which they are is asked once, for there may be thousands. */
  async *#bytesOf(unit: Unit, row: Deposit, { id }: FileRow): AsyncGenerator<Uint8Array> {
    for (const chunk of await this.#parts.store.chunks(unit, id)) {
      if (chunk.number !== factsNumber) yield await this.#opened(unit, row, { file: id, chunk });
    }
  }

  async #announced(unit: Unit, row: Deposit, id: string): Promise<string> {
    return canonical((await this.#facts(unit, row, id)).facts);
  }

  async #facts(
    unit: Unit,
    row: Deposit,
    id: string,
  ): Promise<{ facts: { readonly [name: string]: Json }; source: Json }> {
    const { store, objects, seal } = this.#parts;
    const held = await store.chunk(unit, id, factsNumber);
    if (held === undefined) throw new Fault('deposit.file_unknown');
    const place = { subject: row.subject, field: factsField(id) };
    const kept = parseCanonical(await seal.open(unit, place, await objects.get(unit, held.object)));
    if (!isObject(kept) || !isObject(kept['facts'])) throw new Fault('deposit.file_unknown');
    return { facts: kept['facts'], source: kept['source'] ?? null };
  }

  async #word(unit: Unit, source: Source, told: { row: Deposit; order: FileOrder }): Promise<Json> {
    const { row, order } = told;
    const record = { deposit: row.own, item: order.own, schema: 'file', fields: factsOf(order) };
    const { signature } = order;
    return sourceWord(unit, { source, record, signature, isRequired: false }, this.#parts);
  }

  async #file(unit: Unit, id: string): Promise<FileRow> {
    const file = await this.#parts.store.file(unit, id);
    if (file === undefined) throw new Fault('deposit.file_unknown');
    return file;
  }
}

function requireFileSlot(row: Deposit, slot: string): void {
  const found = slotsOf(row).find((one) => one.slot === slot);
  if (found?.line['type'] !== 'deposit.file') throw new Fault('deposit.slot_unknown', { slot });
}

/** The announcement itself is kept beside the parts, under a number that no part has. */
const factsNumber = -1;

function factsOf({ name, media, bytes, sha256, sm3 }: FileOrder): {
  readonly [name: string]: Json;
} {
  return { name, media, bytes, sha256, sm3 };
}

function factsField(id: string): string {
  return `deposit-file:${id}`;
}

function partField(id: string, number: number): string {
  return `deposit-file:${id}:${number}`;
}
