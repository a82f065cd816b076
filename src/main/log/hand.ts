/**
 * What the process with the logs' keys does for those who ask it: promises, and entries that third
 * parties bring. It looks into the database itself and believes nothing of who asks.
 */
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { logStores, openDatabase, PostgresUnits } from '#adapters/postgres';
import { treeHash } from '#adapters/tiles';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { Intake, PartyIntake } from '#trust/evidence';
import { Promises } from '#trust/receipt';
import type { ProcessSettings } from '../../config.ts';
import { logKeyFile } from '../estate/plan.ts';
import { logKey, partyKeys } from '../estate/trust-folder.ts';
import type { LogHand } from '../rooms/log-wire.ts';

const connectionsMax = 1;

export class LogHands implements LogHand {
  readonly #settings: ProcessSettings;
  readonly #database: ReturnType<typeof openDatabase>;
  readonly #units: PostgresUnits;
  readonly #stores = logStores();
  readonly #parties = new Map<string, PartyIntake>();

  constructor(settings: ProcessSettings, url: string) {
    this.#settings = settings;
    this.#database = openDatabase(url, { connectionsMax });
    this.#units = new PostgresUnits({ database: this.#database });
  }

  /** For one life of a tenant's log: what was brought before is read anew. */
  intakeOf(tenant: TenantId): Intake {
    const intake = new Intake();
    const { trust } = this.#settings;
    const party = new PartyIntake({
      intake,
      shelf: this.#stores.partyShelf(this.#units, tenant),
      keyOf: async (by) => (await partyKeys(trust)).get(by),
      hash: treeHash,
      engine: nodeEngine,
      clock: systemClock,
    });
    this.#parties.set(tenant, party);
    return intake;
  }

  async promise(name: string, hash: string): Promise<string | undefined> {
    if (!this.#parties.has(name)) throw new Fault('evidence.entry_unknown');
    const tenant = name as TenantId;
    const { folder, trust } = this.#settings;
    const promises = new Promises({
      unplaced: (wanted) => this.#stores.unplacedEntry(this.#units, tenant, wanted),
      key: await logKey(trust, tenant, nodeEngine),
      signer: softSigner(await openKeyFile(join(folder, logKeyFile(tenant)))),
      engine: nodeEngine,
      clock: systemClock,
    });
    return promises.of(hash);
  }

  bring(name: string, entries: readonly Uint8Array[]) {
    const party = this.#parties.get(name);
    if (party === undefined) throw new Fault('evidence.intake_closed', {}, { retryable: true });
    return party.bring(entries);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
