/**
 * Photos she takes: opened with their digest, sent in parts, whole only when the digest says so.
 *
 * The page hashes a photo as it leaves the camera and says so before it sends a byte; the entry
 * `capture.stored` commits to that digest and the time; device and place, where she consents to
 * them, stand in entries and under keys of their own, which go when she takes that back. Parts and
 * photo are ciphertext under her key, so that she takes them with her when she is erased. Which
 * photos are asked for stands in the product's minimisation list (PIPL 6).
 */
import { concat, equal, toHex, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { addSeconds, type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import type { AskedCapture } from '#business/catalog';
import { type Consents, portionOf } from '#business/consent';
import type { CaseState, Loan, LoanFile, PersonalValues } from '#business/lending';
import type { DocumentObjects } from '#business/tenancy';
import type { Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';
import type { Cipher } from '#trust/signing';
import { type PhotoMedia, photoMediaOf } from './photo.ts';
import type { CaptureRow, CaptureStore } from './ports.ts';

export const captureBytesMax = 4 * 1024 * 1024;
/** Small enough for one request on a slow line, large enough to need few of them. */
export const chunkBytes = 256 * 1024;
/** Of one case, taken again and unfinished ones included. */
const capturesOfCaseMax = 24;
/** What is not whole by then is begun anew. */
const captureOpenSecondsMax = 86_400;

/** A place in whole numbers, as canonical JSON wants them: millionths of a degree (WGS 84). */
export interface Whereabouts {
  readonly [name: string]: number;
  readonly latitudeMillionths: number;
  readonly longitudeMillionths: number;
  readonly accuracyM: number;
}

/** Where and with what a photo was taken, as far as she consents. */
export interface Circumstances {
  /** By the device's own clock, as it says. */
  readonly takenAt: string;
  readonly device?: string | undefined;
  readonly place?: Whereabouts | undefined;
}

/** A photo as it is announced. */
export interface CaptureOrder extends Circumstances {
  readonly kind: string;
  readonly media: PhotoMedia;
  /** SHA-256 (hex) of the whole photo, made on the device. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A photo that has been announced, and the parts that are still missing. */
export interface OpenCapture {
  readonly id: string;
  readonly kind: string;
  readonly bytes: number;
  readonly missing: readonly number[];
}

/** A photo of hers as she is told of it. */
export interface KnownPhoto {
  readonly id: string;
  readonly kind: string;
  readonly bytes: number;
  /** SHA-256 (hex) of the whole photo. */
  readonly sha256: string;
  readonly takenAt: string;
  readonly storedAt: Instant;
  readonly device: string | null;
  readonly place: Whereabouts | null;
}

export interface CaptureParts {
  readonly file: LoanFile;
  readonly store: CaptureStore;
  readonly objects: DocumentObjects;
  readonly seal: Cipher;
  readonly persons: PersonalValues;
  readonly consents: Consents;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** What may be said beside a photo, and the consent on which alone it rests. */
const circumstances = [
  { kind: 'precise-location', name: 'place' },
  { kind: 'device-fingerprint', name: 'device' },
] as const;

type Circumstance = (typeof circumstances)[number];

/** Before the agreement nothing is collected, after the end nothing more. */
const closed: readonly CaseState[] = ['opened', 'refused', 'settled'];

export class Captures {
  readonly #parts: CaptureParts;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
  }

  /** The photos that the product may ask for. */
  asked(loan: Loan): readonly AskedCapture[] {
    return this.#parts.file.productOf(loan).minimisation.captures;
  }

  /** Announces a photo; refuses what is not asked for, not consented to, or too much. */
  async open(unit: Unit, caseId: string, order: CaptureOrder): Promise<OpenCapture> {
    const { file, store, clock, persons } = this.#parts;
    const loan = await file.lock(unit, caseId);
    const asked = this.asked(loan).find(({ kind }) => kind === order.kind);
    if (asked === undefined) throw new Fault('signer.capture_kind', { kind: order.kind });
    if (closed.includes(loan.state)) {
      throw new Fault('lending.out_of_order', { state: loan.state, wanted: 'applied' });
    }
    await this.#requireConsents(unit, { caseId, asked, order });
    const held = await store.ofCase(unit, caseId);
    if (order.bytes > captureBytesMax || held.length >= capturesOfCaseMax) {
      throw new Fault('signer.capture_limit', { bytesMax: captureBytesMax, capturesOfCaseMax });
    }
    const id = uuidv7(this.#parts);
    const { subject } = loan;
    const { kind, bytes } = order;
    const openedAt = clock.now();
    const row = { id, caseId, subject, kind, bytes, openedAt };
    await store.add(unit, { ...row, storedAt: undefined, object: undefined });
    await persons.put(unit, { subject, field: factsField(id) }, canonical(factsOf(order)));
    for (const one of circumstances) {
      const value = order[one.name];
      if (value !== undefined) await persons.put(unit, placeOf(row, one), canonical(value));
    }
    return { id, kind, bytes, missing: numbersOf(bytes) };
  }

  /** Takes one part; the same part again changes nothing. Answers which are missing. */
  async putChunk(
    unit: Unit,
    at: { caseId: string; id: string; number: number },
    part: { sha256: string; bytes: Uint8Array },
  ): Promise<readonly number[]> {
    const { store, seal, engine } = this.#parts;
    const row = await this.#own(unit, at);
    if (row.storedAt !== undefined) return [];
    const expected = Math.min(chunkBytes, row.bytes - at.number * chunkBytes);
    const sha256 = toHex(await engine.digest('sha256', part.bytes));
    if (expected <= 0 || part.bytes.length !== expected || sha256 !== part.sha256) {
      throw new Fault('signer.capture_differs', { chunk: at.number });
    }
    const place = { subject: row.subject, field: chunkField(row.id, at.number) };
    const sealed = await seal.seal(unit, place, part.bytes);
    await store.putChunk(unit, { capture: row.id, number: at.number, sealed });
    return this.#missing(unit, row);
  }

  /** All parts are there: the photo is what was announced, or signer.capture_differs. */
  async complete(unit: Unit, at: { caseId: string; id: string }): Promise<{ sha256: string }> {
    const { store, seal, objects, engine, clock, evidence } = this.#parts;
    const loan = await this.#parts.file.lock(unit, at.caseId);
    const row = await this.#own(unit, at);
    const facts = await this.#facts(unit, row);
    if (row.storedAt !== undefined) return { sha256: facts.sha256 };
    const missing = await this.#missing(unit, row);
    if (missing.length > 0)
      throw new Fault('signer.capture_incomplete', { missing: missing.join(' ') });
    const photo = await this.#assembled(unit, row);
    const sha256 = toHex(await engine.digest('sha256', photo));
    if (!equal(utf8(sha256), utf8(facts.sha256)) || photoMediaOf(photo) !== facts.media) {
      throw new Fault('signer.capture_differs', { kind: row.kind });
    }
    const place = { subject: row.subject, field: photoField(row.id) };
    const object = await objects.put(unit, await seal.seal(unit, place, photo));
    const storedAt = clock.now();
    await store.store(unit, { id: row.id, at: storedAt, object });
    await evidence.record(unit, {
      caseId: loan.id,
      subject: loan.subject,
      type: 'capture.stored',
      disclosures: [
        { name: 'kind', value: row.kind },
        { name: 'sha256', value: sha256 },
        { name: 'bytes', value: row.bytes },
        { name: 'takenAt', value: facts.takenAt },
        { name: 'storedAt', value: formatInstant(storedAt) },
      ],
      of: [],
    });
    await this.#recordCircumstances(unit, row, sha256);
    return { sha256 };
  }

  /** Under keys of their own, so that each goes with the consent it rests on. */
  async #recordCircumstances(unit: Unit, row: CaptureRow, photo: string): Promise<void> {
    for (const one of circumstances) {
      const value = await this.#circumstance(unit, row, one);
      if (value === null) continue;
      await this.#parts.evidence.record(unit, {
        caseId: row.caseId,
        subject: placeOf(row, one).subject,
        type: 'capture.stored',
        disclosures: [
          { name: 'kind', value: one.name },
          { name: 'of', value: photo },
          { name: one.name, value },
        ],
        of: [],
      });
    }
  }

  /** Null where she did not say it, or has taken it back since. */
  async #circumstance(unit: Unit, row: CaptureRow, one: Circumstance): Promise<Json> {
    try {
      const kept = await this.#parts.persons.get(unit, placeOf(row, one));
      return kept === undefined ? null : parseCanonical(utf8(kept));
    } catch (thrown) {
      if (faultCode(thrown) === 'vault.erased') return null;
      throw thrown;
    }
  }

  /** The photos of a case: what is stored, and what is still on its way. */
  async ofCase(
    unit: Unit,
    caseId: string,
  ): Promise<{ stored: readonly CaptureRow[]; open: readonly OpenCapture[] }> {
    const since = addSeconds(this.#parts.clock.now(), -captureOpenSecondsMax);
    const rows = await this.#parts.store.ofCase(unit, caseId);
    const open: OpenCapture[] = [];
    for (const row of rows) {
      if (row.storedAt !== undefined || row.openedAt < since) continue;
      const { id, kind, bytes } = row;
      open.push({ id, kind, bytes, missing: await this.#missing(unit, row) });
    }
    return { stored: rows.filter(({ storedAt }) => storedAt !== undefined), open };
  }

  /** What is kept of her photos, for herself to know: never the picture, which she may ask for. */
  async known(unit: Unit, caseId: string): Promise<readonly KnownPhoto[]> {
    const { stored } = await this.ofCase(unit, caseId);
    const photos: KnownPhoto[] = [];
    for (const row of stored) {
      const { sha256, takenAt } = await this.#facts(unit, row);
      const { id, kind, bytes, storedAt = row.openedAt } = row;
      const [place = null, device = null] = await Promise.all(
        circumstances.map((one) => this.#circumstance(unit, row, one)),
      );
      photos.push({ id, kind, bytes, sha256, takenAt, storedAt, ...asSaid(place, device) });
    }
    return photos;
  }

  /** The photo itself, for herself and for whoever a permission lets see it. */
  async read(unit: Unit, at: { caseId: string; id: string }): Promise<Uint8Array> {
    const row = await this.#own(unit, at);
    if (row.object === undefined) throw new Fault('signer.capture_unknown');
    const place = { subject: row.subject, field: photoField(row.id) };
    return this.#parts.seal.open(unit, place, await this.#parts.objects.get(unit, row.object));
  }

  /** Where she refused the place or the device, what was sent of it is refused, not dropped. */
  async #requireConsents(
    unit: Unit,
    { caseId, asked, order }: { caseId: string; asked: AskedCapture; order: CaptureOrder },
  ): Promise<void> {
    const kinds = asked.basis.startsWith('consent:') ? [asked.basis.slice(8)] : [];
    if (order.place !== undefined) kinds.push('precise-location');
    if (order.device !== undefined) kinds.push('device-fingerprint');
    await this.#parts.consents.requireAccepted(unit, caseId, kinds);
  }

  async #own(unit: Unit, at: { caseId: string; id: string }): Promise<CaptureRow> {
    const row = await this.#parts.store.lock(unit, at.id);
    const over = addSeconds(this.#parts.clock.now(), -captureOpenSecondsMax);
    const isOver = row?.storedAt === undefined && row !== undefined && row.openedAt < over;
    if (row === undefined || row.caseId !== at.caseId || isOver) {
      throw new Fault('signer.capture_unknown', { capture: at.id });
    }
    return row;
  }

  async #missing(unit: Unit, row: CaptureRow): Promise<readonly number[]> {
    const there = new Set(await this.#parts.store.chunkNumbers(unit, row.id));
    return numbersOf(row.bytes).filter((number) => !there.has(number));
  }

  async #assembled(unit: Unit, row: CaptureRow): Promise<Uint8Array> {
    const { store, seal } = this.#parts;
    const parts: Uint8Array[] = [];
    for (const number of numbersOf(row.bytes)) {
      const sealed = await store.chunk(unit, row.id, number);
      if (sealed === undefined) throw new Fault('signer.capture_incomplete', { missing: number });
      const place = { subject: row.subject, field: chunkField(row.id, number) };
      parts.push(await seal.open(unit, place, sealed));
    }
    return concat(...parts);
  }

  async #facts(unit: Unit, row: CaptureRow): Promise<Facts> {
    const place = { subject: row.subject, field: factsField(row.id) };
    const kept = await this.#parts.persons.get(unit, place);
    if (kept === undefined) throw new Fault('signer.capture_unknown', { capture: row.id });
    return JSON.parse(kept) as Facts;
  }
}

/** What was said of a photo when it was announced, as the vault keeps it. */
interface Facts {
  readonly sha256: string;
  readonly media: string;
  readonly takenAt: string;
}

function factsOf({ sha256, media, takenAt }: CaptureOrder): Json {
  return { sha256, media, takenAt };
}

/** A key of its own, so that it goes with the consent it rests on. */
function placeOf(
  { subject, id }: Pick<CaptureRow, 'subject' | 'id'>,
  { kind, name }: Circumstance,
) {
  return { subject: portionOf(subject, { kind, id }), field: name };
}

/** They were written in this form by `open`. */
function asSaid(place: Json, device: Json): Pick<KnownPhoto, 'device' | 'place'> {
  return { place: place as Whereabouts | null, device: device as string | null };
}

function numbersOf(bytes: number): readonly number[] {
  return Array.from({ length: Math.ceil(bytes / chunkBytes) }, (_, number) => number);
}

function factsField(id: string): string {
  return `capture:${id}`;
}

function chunkField(id: string, number: number): string {
  return `capture:${id}:${number}`;
}

function photoField(id: string): string {
  return `photo:${id}`;
}
