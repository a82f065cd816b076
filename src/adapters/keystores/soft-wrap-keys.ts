/**
 * The vault's epoch secrets in files that only the key-store process reads:
 * `<tenant>/e000001.key`, one secret for each tenant and epoch, and `<tenant>/marks.key`, which no
 * change of epoch turns.
 *
 * A tenant's first secret is made when something is first wrapped for it. `retire` overwrites and
 * removes the file of an old epoch, `forget` those of all epochs of a tenant that has left: what
 * anybody still holds under them opens never again and confirms no guess. Nothing here is slow by
 * itself, so questions take many at once, up to limits that are named.
 */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cipherSuites } from '#adapters/engine';
import { syncFolder } from '#adapters/objects';
import { canonicalBytes } from '#base/canonical';
import { type Clock, systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';
import {
  asksPerQuestionMax,
  type CipherSuite,
  type EpochOrders,
  type EpochTokens,
  type TokenAsk,
  type TokenPurpose,
  tokensPerQuestionMax,
  type WrapKeys,
} from '#business/vault';
import { EpochKeys, secretBytes } from './epoch-keys.ts';
import { createSecret, destroySecret, readSecret } from './key-files.ts';
import { MinuteLimit } from './minute-limit.ts';

const keysPerQuestionMax = 2_000;
const tenantsMax = 10_000;
const keyBytesMax = 64;
const valueCharactersMax = 1_000;
const epochPattern = /^e\d{6}$/;
const fieldPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,255}$/;
/** No dot and no slash: it becomes a folder. */
const tenantPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const forgottenName = 'forgotten';
const marksName = 'marks';

/** Values for which one tenant gets tokens in a minute, by what they are for. */
export type TokenLimits = Readonly<Record<TokenPurpose, number>>;

/**
 * `find`: thirty desks that each look somebody up every three seconds. `store`: ten new persons a
 * second, who have some ten pieces each. `change` is spent only while two epochs live.
 */
export const tokenLimits: TokenLimits = { find: 600, store: 6_000, change: 6_000_000 };

interface Tenant {
  readonly folder: string;
  readonly epochs: Map<string, EpochKeys>;
  marks: EpochKeys | undefined;
  isForgotten: boolean;
}

export class SoftWrapKeys implements WrapKeys, EpochOrders {
  readonly #folder: string;
  readonly #random: Random;
  readonly #limits: TokenLimits;
  readonly #minute: MinuteLimit;
  readonly #tenants = new Map<TenantId, Promise<Tenant>>();
  /** Orders about secrets run one after the other. */
  #ordering: Promise<unknown> = Promise.resolve();

  constructor(folder: string, random: Random, more: { clock?: Clock; limits?: TokenLimits } = {}) {
    this.#folder = folder;
    this.#random = random;
    this.#limits = more.limits ?? tokenLimits;
    this.#minute = new MinuteLimit(more.clock ?? systemClock);
  }

  async wrap(
    tenant: TenantId,
    { suite: name, keys }: Parameters<WrapKeys['wrap']>[1],
  ): ReturnType<WrapKeys['wrap']> {
    refuseMany(keys.length, keysPerQuestionMax);
    const { epochs } = await this.#begun(tenant);
    const suite = cipherSuites.find((one) => one.name === name);
    if (suite === undefined) throw new Fault('vault.suite_unknown', { suite: name });
    const epoch = newestOf(epochs);
    const wrapping = keysOf(epochs, epoch).wrapping(suite);
    const wrapped = keys.map(({ subject, key }) => {
      if (key.length > keyBytesMax) throw new Fault('vault.question_too_large');
      return wrapping.seal(ownedBy(tenant, epoch, subject), key, this.#random);
    });
    return { epoch, wrapped };
  }

  async unwrap(
    tenant: TenantId,
    all: Parameters<WrapKeys['unwrap']>[1],
  ): Promise<readonly (Uint8Array | undefined)[]> {
    refuseMany(all.length, keysPerQuestionMax);
    const { epochs } = await this.#tenant(tenant);
    return all.map(({ subject, epoch, wrapped }) => {
      const keys = epochs.get(epoch);
      if (keys === undefined) return undefined;
      const key = keys.wrapping(suiteOf(wrapped)).open(ownedBy(tenant, epoch, subject), wrapped);
      if (key === undefined) throw new Fault('vault.cipher_refused');
      return key;
    });
  }

  async tokens(
    tenant: TenantId,
    { purpose, epoch, asks }: Parameters<WrapKeys['tokens']>[1],
  ): Promise<readonly EpochTokens[]> {
    refuseAsks(asks);
    const { epochs } = purpose === 'find' ? await this.#tenant(tenant) : await this.#begun(tenant);
    // Who pretends that an epoch is changing gets no more than who looks people up.
    const spent = purpose === 'change' && epochs.size < 2 ? 'find' : purpose;
    this.#minute.take(`${tenant} ${spent}`, asks.length, this.#limits[spent]);
    const asked = epoch === undefined ? [...epochs.keys()].toSorted() : [epoch];
    return asked.map((name) => {
      const keys = epochs.get(name);
      if (keys === undefined) throw new Fault('vault.epoch_over', { epoch: name }, retryable);
      return { epoch: name, tokens: asks.map((ask) => keys.tokens(ask)) };
    });
  }

  /**
   * A keyed digest under a secret of the tenant's that lasts: what is counted or recognised by it
   * must be the same in every process and after every change of epoch. For nothing that an erasure
   * has to reach.
   */
  async bind(tenant: TenantId, field: string, value: Uint8Array): Promise<Uint8Array> {
    const held = await this.#begun(tenant);
    const marks = held.marks ?? (await this.#inTurn(() => this.#makeMarks(tenant, held)));
    return marks.bind(field, value);
  }

  /** Makes the first epoch of a tenant that has none. */
  async epochs(tenant: TenantId): Promise<readonly string[]> {
    return [...(await this.#begun(tenant)).epochs.keys()].toSorted();
  }

  turn(tenant: TenantId, from: string): Promise<string> {
    return this.#inTurn(async () => {
      const held = await this.#begun(tenant, true);
      const newest = newestOf(held.epochs);
      if (newest !== from || held.epochs.size > 1) return newest;
      return this.#make(tenant, held, Number(from.slice(1)) + 1);
    });
  }

  retire(tenant: TenantId, epoch: string): Promise<void> {
    return this.#inTurn(async () => {
      const { folder, epochs } = await this.#tenant(tenant);
      if (!epochPattern.test(epoch)) throw new Fault('keystores.name_malformed');
      if (epoch === newestOf(epochs)) throw new Fault('keystores.epoch_in_use', { epoch });
      epochs.get(epoch)?.destroy();
      epochs.delete(epoch);
      await destroySecret(folder, epoch);
    });
  }

  /** Destroys every secret of a tenant that has left; none is ever made for it again. */
  forget(tenant: TenantId): Promise<void> {
    return this.#inTurn(async () => {
      const held = await this.#tenant(tenant);
      await mkdir(join(held.folder, forgottenName), { recursive: true, mode: 0o700 });
      await syncFolder(held.folder);
      held.isForgotten = true;
      held.marks?.destroy();
      held.marks = undefined;
      await destroySecret(held.folder, marksName);
      for (const [epoch, keys] of held.epochs) {
        keys.destroy();
        held.epochs.delete(epoch);
        await destroySecret(held.folder, epoch);
      }
    });
  }

  async #begun(tenant: TenantId, isOrdered = false): Promise<Tenant> {
    const held = await this.#tenant(tenant);
    if (held.isForgotten) throw new Fault('keystores.tenant_forgotten', { tenant });
    if (held.epochs.size > 0) return held;
    const begin = async (): Promise<unknown> =>
      held.epochs.size === 0 && (await this.#make(tenant, held, 1));
    await (isOrdered ? begin() : this.#inTurn(begin));
    return held;
  }

  async #make(tenant: TenantId, held: Tenant, number: number): Promise<string> {
    if (held.isForgotten) throw new Fault('keystores.tenant_forgotten', { tenant });
    const epoch = `e${String(number).padStart(6, '0')}`;
    await mkdir(held.folder, { recursive: true, mode: 0o700 });
    await syncFolder(this.#folder);
    const secret = this.#random.bytes(secretBytes);
    await createSecret(held.folder, epoch, secret);
    held.epochs.set(epoch, new EpochKeys(secret, { tenant, epoch }));
    return epoch;
  }

  async #makeMarks(tenant: TenantId, held: Tenant): Promise<EpochKeys> {
    if (held.isForgotten) throw new Fault('keystores.tenant_forgotten', { tenant });
    if (held.marks !== undefined) return held.marks;
    const secret = this.#random.bytes(secretBytes);
    await createSecret(held.folder, marksName, secret);
    held.marks = new EpochKeys(secret, { tenant, epoch: marksName });
    return held.marks;
  }

  #tenant(tenant: TenantId): Promise<Tenant> {
    if (!tenantPattern.test(tenant)) throw new Fault('keystores.tenant_malformed');
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    // Names made up by whoever has taken the API over keep no tenant out that was here before.
    if (this.#tenants.size >= tenantsMax) throw new Fault('keystores.tenants_too_many');
    const held = this.#load(tenant);
    this.#tenants.set(tenant, held);
    held.catch(() => this.#tenants.delete(tenant));
    return held;
  }

  async #load(tenant: TenantId): Promise<Tenant> {
    const folder = join(this.#folder, tenant);
    const epochs = new Map<string, EpochKeys>();
    const isThere = await stat(folder).then(
      () => true,
      () => false,
    );
    const names = isThere ? await readdir(folder) : [];
    const isForgotten = names.includes(forgottenName);
    let marks: EpochKeys | undefined;
    for (const name of names.toSorted()) {
      const epoch = name.replace(/\.key$/, '');
      if (epoch === name || !(epochPattern.test(epoch) || epoch === marksName)) continue;
      // A crash in the middle of `forget` is gone on with here.
      if (isForgotten) await destroySecret(folder, epoch);
      else {
        const keys = new EpochKeys(await readSecret(folder, epoch), { tenant, epoch });
        if (epoch === marksName) marks = keys;
        else epochs.set(epoch, keys);
      }
    }
    return { folder, epochs, marks, isForgotten };
  }

  #inTurn<T>(order: () => Promise<T>): Promise<T> {
    const done = this.#ordering.then(order);
    this.#ordering = done.catch(() => undefined);
    return done;
  }
}

const retryable = { retryable: true } as const;

function newestOf(epochs: ReadonlyMap<string, EpochKeys>): string {
  return [...epochs.keys()].toSorted().at(-1) ?? '';
}

function keysOf(epochs: ReadonlyMap<string, EpochKeys>, epoch: string): EpochKeys {
  const keys = epochs.get(epoch);
  if (keys === undefined) throw new Fault('vault.epoch_over', { epoch }, retryable);
  return keys;
}

function suiteOf(wrapped: Uint8Array): CipherSuite {
  const suite = cipherSuites.find(({ layout }) => layout === wrapped[0]);
  if (suite === undefined) throw new Fault('vault.cipher_malformed');
  return suite;
}

function ownedBy(tenant: TenantId, epoch: string, subject: string): Uint8Array {
  return canonicalBytes(['fubie/wrap/v1', epoch, tenant, subject]);
}

function refuseMany(count: number, max: number): void {
  if (count > max) throw new Fault('vault.question_too_large', { max });
}

function refuseAsks(asks: readonly TokenAsk[]): void {
  refuseMany(asks.length, asksPerQuestionMax);
  let tokens = 0;
  for (const { field, value, from, count } of asks) {
    if (!fieldPattern.test(field)) throw new Fault('vault.field_malformed');
    const isRange = Number.isSafeInteger(from) && from >= 0 && Number.isSafeInteger(count);
    if (!isRange || count < 1 || value.length > valueCharactersMax) {
      throw new Fault('vault.question_too_large', { max: tokensPerQuestionMax });
    }
    tokens += count;
    refuseMany(tokens, tokensPerQuestionMax);
  }
}
