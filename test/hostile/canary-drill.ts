/**
 * The canary search over a house: values in, found with the keys, not found without them; some
 * persons erased; a back-up from before restored; of those nothing found with any key there is.
 */
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';

import { cipherSuites } from '#adapters/engine';
import { SoftBackupKeys, SoftWrapKeys } from '#adapters/keystores';
import { txOf } from '#adapters/postgres';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import { backUpHouse, backUpWraps, wrapsName } from '../../src/main/copies/back-up.ts';
import { type RestoreReport } from '../../src/main/copies/restore.ts';
import { openEstate } from '../../src/main/estate/estate.ts';
import { runPhone } from '../../src/main/house/phone-run.ts';
import { loanPlan } from '../../src/main/house/story.ts';
import { personIndexes } from '../../src/main/rooms/vault.ts';
import { restore } from '../../src/main/verbs/restore.ts';
import type { Person } from '../journeys/people.ts';
import { apply, type Institution } from './canary-applicants.ts';
import { openedBackup, rowsIn } from './canary-places.ts';
import { HouseHand, holdersCopies } from './restored-house.ts';

export const institutions: readonly Institution[] = [
  {
    tenant: 'demo-credit-cooperative',
    host: 'demo-credit-cooperative.localhost',
    product: 'rural-loan-demo',
    purpose: 'farming',
  },
  {
    tenant: 'demo-consumer-finance',
    host: 'demo-consumer-finance.localhost',
    product: 'consumer-loan-demo',
    purpose: 'household',
  },
];
export const tenants = institutions.map(({ tenant }) => tenant as TenantId);

const applicantsAtOnce = 4;
const tokenBytes = 32;
/** Every fourth applies at the second institution. */
const secondEvery = 4;

/** A person by the subject under which a tenant's vault knows her. */
export interface Known {
  readonly tenant: TenantId;
  readonly subject: string;
  readonly values: readonly string[];
}

export class CanaryDrill {
  readonly folder: string;
  old: HouseHand;
  restored: HouseHand | undefined;

  private constructor(folder: string, old: HouseHand) {
    this.folder = folder;
    this.old = old;
  }

  /**
   * `temporary` is where every process of the house has its temporary files. Where contracts are
   * signed the house's own worker is there, too.
   */
  static async open(temporary: string, isSigning: boolean): Promise<CanaryDrill> {
    await mkdir(temporary, { recursive: true });
    return new CanaryDrill(
      await mkdtemp(join(tmpdir(), 'c-')),
      await HouseHand.open(undefined, isSigning ? [] : ['work']),
    );
  }

  /** The telephones are their owners' and lie outside of every folder that is searched. */
  get phones(): string {
    return `${dirname(this.folder)}-phones`;
  }

  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  /** The first `signers` sign at the first institution; the others apply at both. */
  async admit(persons: readonly Person[], signers: number): Promise<void> {
    for (const [at, person] of persons.slice(0, signers).entries()) {
      const { address, ...known } = person;
      const plan = loanPlan(known);
      const folder = join(this.phones, String(at));
      await mkdir(folder, { recursive: true });
      const applicant = { ...plan.applicant, address };
      await runPhone(this.old.world.house, { folder, plan: { ...plan, applicant } });
    }
    const waiting = persons.slice(signers).map((person, at) => ({ person, at }));
    const one = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { person, at } = next;
        const [first, second] = institutions;
        const institution = at % secondEvery === secondEvery - 1 ? second : first;
        if (institution === undefined) return;
        await apply(this.old.world.url, institution, person);
      }
    };
    await Promise.all(Array.from({ length: applicantsAtOnce }, one));
  }

  /** Everything the keys open: subject by subject, in every tenant. */
  async known(house: HouseHand): Promise<readonly Known[]> {
    const { units, vault } = house.ground;
    const all: Known[] = [];
    for (const tenant of tenants) {
      await units.run(tenant, async (unit) => {
        const { rows } = await sql<{ subject: string }>`
          select subject from vault_subject
          where tenant = ${tenant} and wrapped is not null`.execute(txOf(unit));
        vault.under(unit, 'legal');
        for (const { subject } of rows) {
          const values = Object.values(await vault.getAll(unit, subject));
          all.push({
            tenant,
            subject,
            values: values.map((bytes) => Buffer.from(bytes).toString()),
          });
        }
      });
    }
    return all;
  }

  /** A back-up, then erasures with a change of epoch, then the newest wraps and the public log. */
  async backUpThenErase(erased: readonly Known[]): Promise<string> {
    const parts = await this.old.backupParts();
    for (const tenant of tenants) await this.old.settled(tenant);
    const [made] = await backUpHouse(parts, this.at('media'));
    await cp(this.at('media', wrapsName), this.at('old-wraps'));
    const { units, vault } = this.old.ground;
    for (const { tenant, subject } of erased) {
      await units.run(tenant, (unit) => vault.erase(unit, subject));
    }
    for (const tenant of tenants) {
      await this.old.changeEpoch(tenant);
      await this.old.settled(tenant);
    }
    await backUpWraps(parts);
    return made?.file ?? '';
  }

  async restore(house: string): Promise<RestoreReport> {
    await cp(join(this.old.root, 'log'), this.at('mirror'), { recursive: true });
    const root = this.at('second');
    await holdersCopies(this.old.root, root);
    const report = await restore({
      estate: openEstate(root),
      settings: { mode: 'demo', databaseUrl: undefined },
      house,
      wraps: this.at('media', wrapsName),
      log: this.at('mirror'),
    });
    this.restored = await HouseHand.open(root);
    for (const tenant of tenants) await this.restored.changeEpoch(tenant, 'tend');
    return report;
  }

  /** The back-up key, as the holder of the key store has it. */
  backupKeys(): Promise<SoftBackupKeys> {
    return SoftBackupKeys.openHeld(join(this.old.root, 'keystore'), systemRandom);
  }

  async close(): Promise<void> {
    await this.restored?.close();
    await this.old.close();
    for (const folder of [this.folder, this.phones]) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Every epoch secret that is left after an erasure, and what can be tried with it. */
export class RemainingKeys {
  readonly #stores: readonly { readonly folder: string; readonly wraps: SoftWrapKeys }[];

  /** Of the key stores of these roots, as whoever holds their folders has them. */
  constructor(roots: readonly string[]) {
    const limits = { find: 1e9, store: 1e9, change: 1e9 };
    this.#stores = roots.map((root) => {
      const folder = join(root, 'keystore', 'tenants');
      return { folder, wraps: new SoftWrapKeys(folder, systemRandom, { limits }) };
    });
  }

  /** Does any epoch of any tenant open the wrapped key? Answers the person's key. */
  async unwrap(subject: string, wrapped: Buffer): Promise<Uint8Array | undefined> {
    for (const { folder, wraps } of this.#stores) {
      for (const tenant of tenants) {
        for (const epoch of await epochsIn(folder, tenant)) {
          const asked = [{ subject, epoch, wrapped: new Uint8Array(wrapped) }];
          const [key] = await wraps.unwrap(tenant, asked).catch(() => [undefined]);
          if (key !== undefined) return key;
        }
      }
    }
    return undefined;
  }

  /** All look-up tokens the remaining epochs make of a value: what a guess is tested against. */
  async tokens(value: string, count: number): Promise<readonly Buffer[]> {
    const asks = Object.entries(personIndexes).flatMap(([field, kinds]) =>
      kinds.map((kind) => ({ field, kind, value, from: 0, count })),
    );
    const all: Buffer[] = [];
    for (const { wraps } of this.#stores) {
      for (const tenant of tenants) {
        for (const { tokens } of await wraps.tokens(tenant, { purpose: 'find', asks })) {
          all.push(...tokens.flatMap(eachToken));
        }
      }
    }
    return all;
  }
}

async function epochsIn(folder: string, tenant: TenantId): Promise<readonly string[]> {
  const names = await readdir(join(folder, tenant)).catch(() => []);
  return names.flatMap((name) => /^(e\d{6})\.key$/.exec(name)?.[1] ?? []);
}

function eachToken(many: Uint8Array): Buffer[] {
  const count = many.length / tokenBytes;
  return Array.from({ length: count }, (_, at) =>
    Buffer.from(many.slice(at * tokenBytes, (at + 1) * tokenBytes)),
  );
}

/** Persons' keys that open, from a copy of wrapped keys. */
export async function keysFrom(
  wraps: string,
  keys: { readonly backup: SoftBackupKeys; readonly remaining: RemainingKeys },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const sections = await openedBackup(wraps, keys.backup);
  const opened = new Map<string, Uint8Array>();
  for (const [, subject, , wrapped] of rowsIn(sections.get('rows/public.vault_subject'))) {
    if (!Buffer.isBuffer(wrapped) || typeof subject !== 'string') continue;
    const key = await keys.remaining.unwrap(subject, wrapped);
    if (key !== undefined) opened.set(subject, key);
  }
  return opened;
}

/** How many ciphertexts of these subjects some key opens, each tried under its own place. */
export function opensWith(
  values: readonly (readonly (string | Buffer)[])[],
  subjects: ReadonlySet<string>,
  keys: Iterable<Uint8Array>,
): number {
  const keyed = [...keys].flatMap((key) => cipherSuites.map((suite) => suite.keyed(key)));
  let opened = 0;
  for (const [tenant, subject, field, cipher] of values) {
    if (typeof subject !== 'string' || !subjects.has(subject) || !Buffer.isBuffer(cipher)) continue;
    const bound = Buffer.from(JSON.stringify(['fubie/vault/v1', tenant, subject, field]));
    if (keyed.some((suite) => suite.open(bound, cipher) !== undefined)) opened += 1;
  }
  return opened;
}
