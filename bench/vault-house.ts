/**
 * What the vault's bench runs on: a fresh PostgreSQL with the house's own settings and roles, the
 * real stores, and the real key store, in this process or behind its socket.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SoftWrapKeys } from '#adapters/keystores';
import {
  type Database,
  type Embedded,
  migrate,
  openDatabase,
  PostgresUnits,
  PostgresVaultEpochs,
  startEmbedded,
} from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import { EpochChange, type SuiteName, type VaultParts, type WrapKeys } from '#business/vault';
import { vaultParts } from '../src/main/rooms/vault.ts';
import { familyCpuMs } from './processes.ts';

export const bank = 'bench-bank' as TenantId;
const passwords = {
  postgres: 'bench-postgres',
  fubie_owner: 'bench-owner',
  fubie_app: 'bench-app',
  fubie_sequencer: 'bench-sequencer',
  fubie_backup: 'bench-backup',
};
const withoutLimits = { find: 1e12, store: 1e12, change: 1e12 };

export class VaultHouse {
  readonly app: Database;
  readonly owner: Database;
  readonly units: PostgresUnits;
  readonly keys: SoftWrapKeys;
  readonly #embedded: Embedded;
  readonly #folder: string;

  private constructor(embedded: Embedded, folder: string) {
    this.#embedded = embedded;
    this.#folder = folder;
    this.app = openDatabase(embedded.url('fubie_app'));
    this.owner = openDatabase(embedded.url('fubie_owner'), { statementMsMax: 600_000 });
    this.units = new PostgresUnits({ database: this.app });
    this.keys = new SoftWrapKeys(join(folder, 'keys'), systemRandom, { limits: withoutLimits });
  }

  static async open(): Promise<VaultHouse> {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-bench-'));
    const embedded = await startEmbedded({ folder: join(folder, 'pg'), passwords });
    await migrate(embedded.url('fubie_owner'), passwords);
    return new VaultHouse(embedded, folder);
  }

  socket(): string {
    return join(this.#folder, 'k');
  }

  parts(keys: WrapKeys = this.keys, suite: SuiteName = 'aes-256-gcm'): VaultParts {
    return vaultParts(keys, async () => suite);
  }

  /** CPU so far of every process of the database. */
  databaseCpuMs(): Promise<number> {
    return familyCpuMs(this.#embedded.pid);
  }

  change(): EpochChange {
    return new EpochChange({
      ...this.parts(),
      units: this.units,
      rows: new PostgresVaultEpochs(),
      orders: this.keys,
      recorder: { turned: async () => undefined },
      clock: systemClock,
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.owner.close();
    await this.#embedded.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
