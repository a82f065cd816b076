/**
 * Persons' keys, unwrapped by the key store and held for one unit.
 *
 * Writing holds the person's row, so that no epoch change moves her while rows are written under
 * her epoch. Reading holds nothing: if an epoch change moved her and destroyed the old epoch in
 * between, her row is simply read again.
 */
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { namedSubject } from './place.ts';
import type { StoredValue, SubjectRow, VaultStore, WrapKeys, WrappedKey } from './ports.ts';
import type { CipherSuite, KeyedSuite, SuiteName } from './suite.ts';

type FirstValues = (key: SubjectKey) => readonly StoredValue[];

const keyBytes = 32;
const unwrapAttemptsMax = 3;

export interface SuiteParts {
  readonly suites: readonly CipherSuite[];
  /** The suite a tenant writes with now; what it wrote with another still opens. */
  readonly suiteOf: (tenant: TenantId) => Promise<SuiteName>;
}

/** A person's key while a unit works with it. */
export class SubjectKey {
  readonly epoch: string;
  readonly restricted: boolean;
  readonly #key: Uint8Array;
  readonly #suites: readonly CipherSuite[];
  readonly #keyed = new Map<number, KeyedSuite>();
  #isFresh: boolean;

  constructor(
    row: { readonly epoch: string; readonly restricted: boolean; readonly isFresh?: boolean },
    key: Uint8Array,
    suites: readonly CipherSuite[],
  ) {
    this.epoch = row.epoch;
    this.restricted = row.restricted;
    this.#isFresh = row.isFresh ?? false;
    this.#key = key;
    this.#suites = suites;
  }

  /** True once for a key made in this unit: nothing of hers stands anywhere yet. */
  takeFresh(): boolean {
    const isFresh = this.#isFresh;
    this.#isFresh = false;
    return isFresh;
  }

  /** The key itself, to be wrapped again. */
  raw(): Uint8Array {
    return this.#key;
  }

  under(suite: CipherSuite): KeyedSuite {
    const keyed = this.#keyed.get(suite.layout) ?? suite.keyed(this.#key);
    this.#keyed.set(suite.layout, keyed);
    return keyed;
  }

  open(bound: Uint8Array, cipher: Uint8Array): Uint8Array {
    const suite = this.#suites.find(({ layout }) => layout === cipher[0]);
    if (suite === undefined) throw new Fault('vault.cipher_malformed');
    const plain = this.under(suite).open(bound, cipher);
    if (plain === undefined) throw new Fault('vault.cipher_refused');
    return plain;
  }
}

/** Persons whose keys are asked for together, once one of them is wanted. */
interface Wanted {
  readonly names: Set<string>;
  keys: Promise<ReadonlyMap<string, SubjectKey>> | undefined;
}

export class SubjectKeys {
  readonly #parts: SuiteParts & { store: VaultStore; keys: WrapKeys; random: Random };
  readonly #reading = new WeakMap<Unit, Map<string, Promise<SubjectKey>>>();
  readonly #writing = new WeakMap<Unit, Map<string, Promise<SubjectKey>>>();
  readonly #wanted = new WeakMap<Unit, Map<string, Wanted>>();

  constructor(parts: SuiteParts & { store: VaultStore; keys: WrapKeys; random: Random }) {
    this.#parts = parts;
  }

  reading(unit: Unit, subject: string): Promise<SubjectKey> {
    const held = this.#writing.get(unit)?.get(subject);
    const ask = async () =>
      (await this.#readied(unit, subject)) ?? this.#read(unit, subject, false);
    return held ?? remembered(heldIn(this.#reading, unit), subject, ask);
  }

  /**
   * The person's key, made when she has none yet; her row is held until the unit ends. What `first`
   * makes of a new key is stored together with it.
   */
  writing(unit: Unit, subject: string, first: FirstValues = () => []): Promise<SubjectKey> {
    const ask = async () =>
      (await this.#readied(unit, subject)) ?? this.#readOrMake(unit, subject, first);
    return remembered(heldIn(this.#writing, unit), subject, ask);
  }

  /**
   * Names persons whose keys this unit will want: they are asked for together, held as by
   * `writing`, when the first of them is wanted. Who has no key, yet or any more, is left out.
   */
  ready(unit: Unit, subjects: readonly string[]): void {
    const wanted = this.#wanted.get(unit) ?? new Map<string, Wanted>();
    this.#wanted.set(unit, wanted);
    const open = [...wanted.values()].find((one) => one.keys === undefined);
    const group: Wanted = open ?? { names: new Set<string>(), keys: undefined };
    for (const subject of subjects.map(namedSubject)) {
      if (wanted.has(subject)) continue;
      group.names.add(subject);
      wanted.set(subject, group);
    }
  }

  /** Her row has changed: the next question reads it again. */
  forget(unit: Unit, subject: string): void {
    this.#wanted.get(unit)?.delete(subject);
    this.#reading.get(unit)?.delete(subject);
    this.#writing.get(unit)?.delete(subject);
  }

  /** Many persons' keys in one question; the erased are left out. */
  async many(unit: Unit, subjects: readonly string[]): Promise<ReadonlyMap<string, SubjectKey>> {
    return this.unwrapped(unit, await this.#parts.store.keysOf(unit, subjects));
  }

  async unwrapped(
    unit: Unit,
    rows: readonly (WrappedKey & { readonly subject: string })[],
  ): Promise<ReadonlyMap<string, SubjectKey>> {
    const keys = await this.#parts.keys.unwrap(unit.tenant, rows);
    const all = new Map<string, SubjectKey>();
    for (const [at, { subject, epoch }] of rows.entries()) {
      const key = keys[at];
      if (key === undefined) continue;
      all.set(subject, new SubjectKey({ epoch, restricted: false }, key, this.#parts.suites));
    }
    return all;
  }

  async suiteOf(tenant: TenantId): Promise<CipherSuite> {
    const name = await this.#parts.suiteOf(tenant);
    const suite = this.#parts.suites.find((one) => one.name === name);
    if (suite === undefined) throw new Fault('vault.suite_unknown', { suite: name });
    return suite;
  }

  /** Her key out of what was asked for together, if she was named and has one. */
  async #readied(unit: Unit, subject: string): Promise<SubjectKey | undefined> {
    const group = this.#wanted.get(unit)?.get(subject);
    if (group === undefined) return undefined;
    group.keys ??= this.#together(unit, [...group.names].toSorted());
    return (await group.keys).get(subject);
  }

  async #together(
    unit: Unit,
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectKey>> {
    const rows = await this.#parts.store.held(unit, subjects);
    const living = rows.flatMap(({ subject, key, restricted }) =>
      key === undefined ? [] : [{ subject, restricted, ...key }],
    );
    const keys = await this.#parts.keys.unwrap(unit.tenant, living);
    const all = new Map<string, SubjectKey>();
    for (const [at, { subject, epoch, restricted }] of living.entries()) {
      const key = keys[at];
      if (key === undefined) continue;
      all.set(subject, new SubjectKey({ epoch, restricted }, key, this.#parts.suites));
    }
    return all;
  }

  async #readOrMake(unit: Unit, subject: string, first: FirstValues): Promise<SubjectKey> {
    const { store, keys, random, suites, suiteOf } = this.#parts;
    const known = await store.subject(unit, namedSubject(subject), true);
    if (known !== undefined) return this.#unwrap(unit, { subject, hold: true }, known);
    const raw = random.bytes(keyBytes);
    const suite = await suiteOf(unit.tenant);
    const answer = await keys.wrap(unit.tenant, { suite, keys: [{ subject, key: raw }] });
    const {
      epoch,
      wrapped: [wrapped],
    } = answer;
    assert(wrapped !== undefined, 'one key wrapped is one key answered');
    const made = new SubjectKey({ epoch, restricted: false, isFresh: true }, raw, suites);
    const row = { key: { epoch, wrapped }, values: first(made) };
    if (await store.addSubject(unit, subject, row)) return made;
    // Another unit was first: its key stands, and is the one read here.
    return this.#read(unit, subject, true);
  }

  async #read(unit: Unit, subject: string, hold: boolean): Promise<SubjectKey> {
    const row = await this.#parts.store.subject(unit, namedSubject(subject), hold);
    // Ciphertext of a subject that never had a key is not ours.
    if (row === undefined) throw new Fault('vault.cipher_refused');
    return this.#unwrap(unit, { subject, hold }, row);
  }

  async #unwrap(
    unit: Unit,
    { subject, hold }: { readonly subject: string; readonly hold: boolean },
    first: SubjectRow,
  ): Promise<SubjectKey> {
    let row: SubjectRow | undefined = first;
    for (let attempt = 0; attempt < unwrapAttemptsMax; attempt += 1) {
      if (row?.key === undefined) break;
      const { epoch, wrapped }: WrappedKey = row.key;
      const [key] = await this.#parts.keys.unwrap(unit.tenant, [{ subject, epoch, wrapped }]);
      const { restricted } = row;
      if (key !== undefined) return new SubjectKey({ epoch, restricted }, key, this.#parts.suites);
      // That epoch is gone. Either she was moved in between, or nothing of hers opens any more.
      row = await this.#parts.store.subject(unit, subject, hold);
      if (row?.key?.epoch === epoch) break;
    }
    throw new Fault('vault.erased');
  }
}

type HeldKeys = Map<string, Promise<SubjectKey>>;

function heldIn(memory: WeakMap<Unit, HeldKeys>, unit: Unit): HeldKeys {
  const held = memory.get(unit) ?? new Map<string, Promise<SubjectKey>>();
  memory.set(unit, held);
  return held;
}

/** One question for all who ask in a unit. A failure is not remembered: the next one asks again. */
function remembered(
  held: HeldKeys,
  subject: string,
  ask: () => Promise<SubjectKey>,
): Promise<SubjectKey> {
  const key = held.get(subject) ?? ask();
  held.set(subject, key);
  key.catch(() => held.delete(subject));
  return key;
}
