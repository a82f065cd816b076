/**
 * Keeps what is personal as ciphertext, under one key per person that can be destroyed (law 7).
 *
 * A ciphertext is bound to tenant, subject and field and opens nowhere else. A person's key stands
 * in the database wrapped under her tenant's key of an epoch, which exists only in the key store;
 * this process holds it for one unit. Erasure destroys the wrapped key now; the end of the epoch
 * (`EpochChange`) destroys what replicas, logs and back-ups still hold of it, and with it every
 * means to try guesses against the look-up index.
 */
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { BlindIndex } from './blind-index.ts';
import { isLike, piecesAsked, piecesOf } from './grams.ts';
import { boundIn, boundTo, namedField, type Place } from './place.ts';
import type {
  IndexHit,
  IndexKind,
  IndexStore,
  StoredValue,
  VaultStore,
  WrapKeys,
} from './ports.ts';
import { type SubjectKey, SubjectKeys, type SuiteParts } from './subject-keys.ts';

const plainBytesMax = 64 * 1024 * 1024;
const fieldsMax = 256; // of one `putAll`
const erasedPageMax = 1_000;

/** Which fields can be looked up, and how; everything else cannot be found by its value. */
export type IndexedFields = Readonly<Record<string, readonly IndexKind[]>>;

/**
 * Why a restricted person's values are opened all the same (PIPL 47): to keep them safe, because
 * the law asks (court, dispute, regulator), or because she herself wants to see them.
 */
export type Purpose = 'protection' | 'legal' | 'subject';

export interface VaultParts extends SuiteParts {
  readonly store: VaultStore;
  readonly index: IndexStore;
  readonly keys: WrapKeys;
  readonly random: Random;
  readonly indexed: IndexedFields;
}

export class Vault {
  readonly #parts: VaultParts;
  readonly #keys: SubjectKeys;
  readonly #index: BlindIndex;
  readonly #purposes = new WeakMap<Unit, Purpose>();

  constructor(parts: VaultParts) {
    this.#parts = parts;
    this.#keys = new SubjectKeys(parts);
    this.#index = new BlindIndex(parts);
  }

  /** Replaces what stood there, and files it for look-up where the field is indexed. */
  put(unit: Unit, { subject, field }: Place, plain: Uint8Array): Promise<void> {
    return this.putAll(unit, subject, { [field]: plain });
  }

  /** Many values of one person in one go: all of them cost about as much as two. */
  async putAll(
    unit: Unit,
    subject: string,
    values: Readonly<Record<string, Uint8Array>>,
  ): Promise<void> {
    const entries = Object.entries(values);
    if (entries.length > fieldsMax) throw new Fault('vault.too_large', { fieldsMax });
    for (const [field, plain] of entries) refuseLarge(namedField(field), plain);
    const suite = await this.#keys.suiteOf(unit.tenant);
    let isStored = false;
    const sealed = (key: SubjectKey): readonly StoredValue[] => {
      const bound = boundIn(unit, subject);
      const keyed = key.under(suite);
      return entries.map(([field, plain]) => ({
        field,
        cipher: keyed.seal(bound(field), plain, this.#parts.random),
      }));
    };
    // Who is new is stored with her key in one go.
    const key = await this.#keys.writing(unit, subject, (made) => {
      isStored = true;
      return sealed(made);
    });
    this.#refuseRestricted(unit, key);
    const isNew = key.takeFresh();
    await this.#refile(unit, { subject, key, isNew }, values);
    if (entries.length > 0 && !(isNew && isStored)) {
      await this.#parts.store.put(unit, subject, sealed(key));
    }
  }

  /** Undefined where nothing was put; vault.erased when the person was erased. */
  async get(unit: Unit, place: Place): Promise<Uint8Array | undefined> {
    return (await this.getAll(unit, place.subject, [place.field]))[place.field];
  }

  /** The values there are of these fields, of all fields without a list. */
  async getAll(
    unit: Unit,
    subject: string,
    fields?: readonly string[],
  ): Promise<Readonly<Record<string, Uint8Array>>> {
    const rows = await this.#parts.store.values(unit, [subject], fields?.map(namedField));
    if (rows.length === 0) return {};
    const key = await this.#keys.reading(unit, subject);
    this.#refuseRestricted(unit, key);
    const bound = boundIn(unit, subject);
    return Object.fromEntries(
      rows.map(({ field, cipher }) => [field, key.open(bound(field), cipher)]),
    );
  }

  /**
   * Ciphertext for bytes that are kept elsewhere: documents, disclosures, stored answers. Storing
   * is what restriction permits, therefore a restricted person's bytes are sealed like all others.
   * A large file need not be joined: its pieces are sealed as one.
   */
  async seal(unit: Unit, place: Place, ...pieces: readonly Uint8Array[]): Promise<Uint8Array> {
    refuseLarge(place.field, ...pieces);
    const bound = boundTo(unit, place);
    const key = await this.#keys.writing(unit, place.subject);
    const suite = await this.#keys.suiteOf(unit.tenant);
    return key.under(suite).seal(bound, pieces, this.#parts.random);
  }

  /**
   * Says beforehand whose bytes this unit will seal or open: their keys are asked for together. It
   * changes nothing but the price.
   */
  ready(unit: Unit, subjects: readonly string[]): void {
    this.#keys.ready(unit, subjects);
  }

  async open(unit: Unit, place: Place, sealed: Uint8Array): Promise<Uint8Array> {
    const key = await this.#keys.reading(unit, place.subject);
    this.#refuseRestricted(unit, key);
    return key.open(boundTo(unit, place), sealed);
  }

  /**
   * Whose `field` is exactly `text` (spelling of letters and outer spaces aside). The restricted
   * are left out and not refused, so that they do not hide the others and are not betrayed.
   */
  async find(unit: Unit, field: string, text: string): Promise<readonly string[]> {
    const [value] = piecesOf('exact', text);
    this.#kindOf(field, ['exact']);
    if (value === undefined) return [];
    return this.#subjectsIn(unit, await this.#index.find(unit, [{ field, kind: 'exact', value }]));
  }

  /** Whose `field` contains `text` (names) or ends in its last four characters (numbers). */
  async findLike(unit: Unit, field: string, text: string): Promise<readonly string[]> {
    const kind = this.#kindOf(field, ['grams', 'tail']);
    const pieces = piecesAsked(kind, text).map((value) => ({ field, kind, value }));
    if (pieces.length === 0) return [];
    const found = this.#subjectsIn(unit, await this.#index.find(unit, pieces));
    // The rarest piece was met; whether the others stand beside it only the values tell.
    const keys = await this.#keys.many(unit, found);
    const rows = await this.#parts.store.values(unit, found, [field]);
    return rows.flatMap(({ subject, cipher }) => {
      const value = keys.get(subject)?.open(boundTo(unit, { subject, field }), cipher);
      return value !== undefined && isLike(kind, fromUtf8(value), text) ? [subject] : [];
    });
  }

  /**
   * Destroys the person's key: nothing of hers opens again, and her row stays as a tombstone that
   * says so. A second call changes nothing. A restricted person is kept because a law says so; her
   * own wish is what restriction answered already, so only `legal` and `protection` erase her.
   */
  async erase(unit: Unit, subject: string): Promise<void> {
    const row = await this.#parts.store.subject(unit, subject, true);
    const purpose = this.#purposes.get(unit);
    const lawful = purpose === 'legal' || purpose === 'protection';
    if (row?.restricted === true && row.key !== undefined && !lawful) {
      throw new Fault('vault.restricted');
    }
    this.#keys.forget(unit, subject);
    await this.#parts.store.erase(unit, subject);
  }

  /** A page of erased subjects after `after`, in the order of names: for a restore's replay. */
  subjectsErased(unit: Unit, after = ''): Promise<readonly string[]> {
    return this.#parts.store.erased(unit, after, erasedPageMax);
  }

  /** From here on she is kept and nothing else, but for a lawful purpose (PIPL 47). */
  async restrict(unit: Unit, subject: string): Promise<void> {
    this.#keys.forget(unit, subject);
    await this.#parts.store.restrict(unit, subject, true);
  }

  /** Ends a restriction, when its ground has fallen away. */
  async unrestrict(unit: Unit, subject: string): Promise<void> {
    this.#keys.forget(unit, subject);
    await this.#parts.store.restrict(unit, subject, false);
  }

  /** This unit opens restricted persons for a lawful purpose; who calls it writes down why. */
  under(unit: Unit, purpose: Purpose): void {
    this.#purposes.set(unit, purpose);
  }

  #refuseRestricted(unit: Unit, key: SubjectKey): void {
    if (key.restricted && !this.#purposes.has(unit)) throw new Fault('vault.restricted');
  }

  #kindOf(field: string, kinds: readonly IndexKind[]): IndexKind {
    const kind = this.#parts.indexed[namedField(field)]?.find((one) => kinds.includes(one));
    if (kind === undefined) throw new Fault('vault.field_not_indexed', { field });
    return kind;
  }

  /** Changed values of indexed fields lose their old rows and get new ones in her own epoch. */
  async #refile(
    unit: Unit,
    who: { readonly subject: string; readonly key: SubjectKey; readonly isNew: boolean },
    values: Readonly<Record<string, Uint8Array>>,
  ): Promise<void> {
    const { subject, key } = who;
    const fields = Object.keys(values).filter((field) => field in this.#parts.indexed);
    if (fields.length === 0) return;
    const unchanged = new Set<string>();
    const before = who.isNew ? [] : await this.#parts.store.values(unit, [subject], fields);
    for (const { field, cipher } of before) {
      const old = key.open(boundTo(unit, { subject, field }), cipher);
      if (equal(old, values[field] ?? new Uint8Array())) unchanged.add(field);
      else await this.#parts.index.untie(unit, { subject, field });
    }
    const wanted = fields
      .filter((field) => !unchanged.has(field))
      .flatMap((field) => indexedPieces(this.#parts.indexed, field, values[field]))
      .map((piece) => ({ ...piece, subject }));
    await this.#index.file(unit, { epoch: key.epoch, purpose: 'store' }, wanted);
  }

  #subjectsIn(unit: Unit, hits: readonly IndexHit[]): string[] {
    const lawful = this.#purposes.has(unit);
    const living = hits.filter(({ restricted }) => lawful || !restricted);
    return [...new Set(living.flatMap(({ subject }) => subject ?? []))].toSorted();
  }
}

/** Under which pieces a value of a field is filed. */
export function indexedPieces(indexed: IndexedFields, field: string, value?: Uint8Array) {
  const text = fromUtf8(value ?? utf8(''));
  return (indexed[field] ?? []).flatMap((kind) =>
    piecesOf(kind, text).map((piece) => ({ field, kind, value: piece })),
  );
}

function refuseLarge(field: string, ...pieces: readonly Uint8Array[]): void {
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  if (bytes > plainBytesMax) throw new Fault('vault.too_large', { field });
}
