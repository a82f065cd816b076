/**
 * A vault for tests: rows in memory, the real key store in a temporary folder, seeded chance.
 *
 * The memory store keeps what the port promises within one process; what only a database can
 * promise (locks, rollback, foreign keys) is tested on PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cipherSuites } from '#adapters/engine';
import { SoftWrapKeys, type TokenLimits } from '#adapters/keystores';
import { toHex, utf8 } from '#base/bytes';
import { type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { type Random, seededRandom } from '#base/random';
import type { TenantId, Unit, Units } from '#base/unit';
import {
  EpochChange,
  type EpochOrders,
  type EpochStore,
  type IndexHit,
  type IndexRow,
  type IndexStore,
  type StoredPlace,
  type StoredValue,
  type SubjectRow,
  type SuiteName,
  tokenBytes,
  Vault,
  type VaultParts,
  type VaultStore,
  type WrappedKey,
} from './index.ts';

export const coop = 'test-coop' as TenantId;
export const other = 'test-other' as TenantId;

interface Row {
  key: WrappedKey | undefined;
  restricted: boolean;
}

type Owned = WrappedKey & { readonly subject: string };

export class MemoryVault implements VaultStore, IndexStore, EpochStore {
  readonly subjects = new Map<string, Row>();
  readonly ciphers = new Map<string, StoredPlace & { cipher: Uint8Array }>();
  readonly rows = new Map<string, { token: Uint8Array; field: string; subject?: string }>();
  readonly epochs = new Map<string, Instant>();

  async subject(unit: Unit, subject: string): Promise<SubjectRow | undefined> {
    return this.subjects.get(at(unit, subject));
  }

  async held(unit: Unit, subjects: readonly string[]) {
    return subjects.flatMap((subject) => {
      const row = this.subjects.get(at(unit, subject));
      return row === undefined ? [] : [{ ...row, subject }];
    });
  }

  async addSubject(
    unit: Unit,
    subject: string,
    { key, values }: { key: WrappedKey; values: readonly StoredValue[] },
  ): Promise<boolean> {
    if (this.subjects.has(at(unit, subject))) return false;
    await this.open(unit, key.epoch, 0 as Instant);
    if (!this.epochs.has(at(unit, key.epoch))) {
      throw new Fault('vault.epoch_over', {}, { retryable: true });
    }
    this.subjects.set(at(unit, subject), { key, restricted: false });
    await this.put(unit, subject, values);
    return true;
  }

  async erase(unit: Unit, subject: string): Promise<void> {
    const restricted = this.subjects.get(at(unit, subject))?.restricted ?? false;
    this.subjects.set(at(unit, subject), { key: undefined, restricted });
    for (const row of this.#rowsOf(unit)) if (row.subject === subject) delete row.subject;
  }

  async restrict(unit: Unit, subject: string, restricted: boolean): Promise<void> {
    const row = this.subjects.get(at(unit, subject));
    if (row !== undefined) row.restricted = restricted;
  }

  async erased(unit: Unit, after: string): Promise<readonly string[]> {
    const all = [...this.subjects].filter(([, { key }]) => key === undefined);
    return named(unit, all).filter((name) => name > after);
  }

  async keysOf(unit: Unit, subjects: readonly string[]): Promise<readonly Owned[]> {
    return subjects.flatMap((subject) => {
      const key = this.subjects.get(at(unit, subject))?.key;
      return key === undefined ? [] : [{ subject, ...key }];
    });
  }

  async put(unit: Unit, subject: string, values: readonly StoredValue[]): Promise<void> {
    for (const { field, cipher } of values) {
      this.ciphers.set(at(unit, subject, field), { subject, field, cipher });
    }
  }

  async values(unit: Unit, subjects: readonly string[], fields?: readonly string[]) {
    return [...this.ciphers]
      .filter(([key]) => key.startsWith(`${unit.tenant}\n`))
      .map(([, value]) => value)
      .filter(({ subject }) => subjects.includes(subject))
      .filter(({ field }) => fields?.includes(field) ?? true);
  }

  async taken(unit: Unit, epoch: string, tokens: readonly Uint8Array[]): Promise<boolean[]> {
    return tokens.map((token) => this.rows.has(at(unit, epoch, toHex(token))));
  }

  async add(
    unit: Unit,
    epoch: string,
    rows: readonly IndexRow[],
  ): Promise<readonly (number | undefined)[]> {
    return rows.map(({ subject, field, tokens: whole, gap, follows }) => {
      const tokens = Array.from({ length: whole.length / tokenBytes }, (_, n) =>
        whole.slice(n * tokenBytes, (n + 1) * tokenBytes),
      );
      const taken = tokens.map((token) => this.rows.has(at(unit, epoch, toHex(token))));
      const chosen = taken.lastIndexOf(true) + 1 + gap;
      const token = tokens[chosen];
      if (token === undefined || (follows && taken[0] !== true)) return undefined;
      this.rows.set(at(unit, epoch, toHex(token)), { token, field, subject });
      return chosen;
    });
  }

  async untie(unit: Unit, { subject, field }: StoredPlace): Promise<void> {
    for (const row of this.#rowsOf(unit)) {
      if (row.subject === subject && row.field === field) delete row.subject;
    }
  }

  async hits(unit: Unit, asked: readonly { epoch: string; tokens: readonly Uint8Array[] }[]) {
    const hits = asked.flatMap(({ epoch, tokens }) =>
      tokens.flatMap((token): IndexHit[] => {
        const row = this.rows.get(at(unit, epoch, toHex(token)));
        if (row === undefined) return [];
        const { subject } = row;
        const held = subject === undefined ? undefined : this.subjects.get(at(unit, subject));
        return [{ epoch, token, subject, restricted: held?.restricted === true }];
      }),
    );
    return { newest: named(unit, [...this.epochs]).at(-1), hits };
  }

  async newest(unit: Unit) {
    const epoch = named(unit, [...this.epochs]).at(-1);
    const since = epoch === undefined ? undefined : this.epochs.get(at(unit, epoch));
    return epoch === undefined || since === undefined ? undefined : { epoch, at: since };
  }

  async open(unit: Unit, epoch: string, since: Instant): Promise<void> {
    if (this.epochs.has(at(unit, epoch))) return;
    const isKnown = named(unit, [...this.epochs]).some((one) => one >= epoch);
    if (!isKnown) this.epochs.set(at(unit, epoch), since);
  }

  async count(unit: Unit, epochs: readonly string[]): Promise<number> {
    return this.#of(unit, epochs).length;
  }

  async subjectsOf(
    unit: Unit,
    asked: { epochs: readonly string[]; after: string; countMax: number },
  ): Promise<readonly Owned[]> {
    const all = this.#of(unit, asked.epochs).filter(({ subject }) => subject > asked.after);
    return all.slice(0, asked.countMax);
  }

  async replaceKeys(
    unit: Unit,
    epoch: string,
    keys: readonly { subject: string; wrapped: Uint8Array }[],
  ): Promise<void> {
    for (const { subject, wrapped } of keys) {
      const row = this.subjects.get(at(unit, subject));
      if (row?.key !== undefined) row.key = { epoch, wrapped };
    }
  }

  async sweep(unit: Unit, epoch: string, from: number): Promise<number | undefined> {
    const old = [...this.rows.keys()].filter((key) => {
      const [tenant, of] = key.split('\n');
      return tenant === unit.tenant && (of ?? '') < epoch;
    });
    for (const key of old.slice(0, sweptCountMax)) this.rows.delete(key);
    return old.length > sweptCountMax ? from + sweptCountMax : undefined;
  }

  async close(unit: Unit, epochs: readonly string[]): Promise<readonly string[]> {
    if (this.#of(unit, epochs).length > 0) throw new Fault('vault.epoch_unfinished');
    return epochs.filter((epoch) => this.epochs.delete(at(unit, epoch)));
  }

  /** Everything that lies in the rows, as one text. */
  dump(): string {
    const all = [
      ...[...this.subjects].flatMap(([key, row]) => [key, toHex(row.key?.wrapped ?? utf8(''))]),
      ...[...this.ciphers].flatMap(([key, { cipher }]) => [key, toHex(cipher)]),
      ...[...this.rows.values()].map(({ token }) => toHex(token)),
    ];
    return all.join('\n');
  }

  #of(unit: Unit, epochs: readonly string[]): Owned[] {
    return named(unit, [...this.subjects]).flatMap((subject) => {
      const key = this.subjects.get(at(unit, subject))?.key;
      return key !== undefined && epochs.includes(key.epoch) ? [{ subject, ...key }] : [];
    });
  }

  #rowsOf(unit: Unit) {
    return [...this.rows].flatMap(([key, row]) =>
      key.startsWith(`${unit.tenant}\n`) ? [row] : [],
    );
  }
}

function at(unit: Unit, ...names: readonly string[]): string {
  return [unit.tenant, ...names].join('\n');
}

function named(unit: Unit, all: readonly (readonly [string, unknown])[]): string[] {
  return all
    .flatMap(([key]) =>
      key.startsWith(`${unit.tenant}\n`) ? [key.slice(unit.tenant.length + 1)] : [],
    )
    .toSorted();
}

const sweptCountMax = 50;

/** Limits that no test of something else meets. */
export const wideLimits: TokenLimits = { find: 1e9, store: 1e9, change: 1e9 };

export class VaultWorld implements Units {
  readonly folder: string;
  readonly rows = new MemoryVault();
  readonly random: Random;
  readonly entries: { tenant: TenantId; closed: readonly string[]; epoch: string }[] = [];
  readonly clock = { instant: parseInstant('2026-11-23T09:00:00.000+08:00') };
  suite: SuiteName = 'aes-256-gcm';
  keys: SoftWrapKeys;

  private constructor(folder: string, seed: number) {
    this.folder = folder;
    this.random = seededRandom(seed);
    this.keys = this.reopenKeys();
  }

  static async open(seed = 3): Promise<VaultWorld> {
    return new VaultWorld(await mkdtemp(join(tmpdir(), 'fubie-vault-')), seed);
  }

  /** The key store after a restart. */
  reopenKeys(): SoftWrapKeys {
    const clock = { now: () => this.clock.instant, source: 'TEST' };
    this.keys = new SoftWrapKeys(this.folder, this.random, { clock, limits: wideLimits });
    return this.keys;
  }

  parts(): VaultParts {
    const { rows, random, keys } = this;
    return {
      store: rows,
      index: rows,
      keys,
      random,
      suites: cipherSuites,
      suiteOf: async () => this.suite,
      indexed: { idNumber: ['exact', 'tail'], phone: ['exact', 'tail'], name: ['exact', 'grams'] },
    };
  }

  vault(): Vault {
    return new Vault(this.parts());
  }

  change(orders: EpochOrders = this.keys): EpochChange {
    return new EpochChange({
      ...this.parts(),
      units: this,
      rows: this.rows,
      orders,
      recorder: {
        turned: async ({ tenant }, change) => void this.entries.push({ tenant, ...change }),
      },
      clock: { now: () => this.clock.instant, source: 'TEST' },
    });
  }

  run<T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> {
    return action({ tenant });
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Turns the epoch from beginning to end. */
export async function wholeChange(change: EpochChange, tenant: TenantId): Promise<void> {
  await change.order(tenant);
  while (!(await change.step(tenant)).done);
}
