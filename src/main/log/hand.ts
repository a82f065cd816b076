/**
 * What the process with the logs' keys does for those who ask it: promises, and entries that third
 * parties bring. It looks into the database itself and believes nothing of who asks.
 */
import { nodeEngine } from '#adapters/engine';
import { logStores, openDatabase, PostgresUnits } from '#adapters/postgres';
import { treeHash } from '#adapters/tiles';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Units } from '#base/unit';
import { Intake, PartyIntake } from '#trust/evidence';
import { Promises } from '#trust/receipt';
import type { ProcessSettings } from '../../config.ts';
import { partyKeys } from '../estate/trust-folder.ts';
import type { LogHand } from '../rooms/log-wire.ts';
import type { GrowingShard } from './borders.ts';

const connectionsMax = 1;

/** One life of a tenant's log: a shard under a rule. */
interface Life {
  readonly party: PartyIntake;
  readonly growing: GrowingShard;
}

export class LogHands implements LogHand {
  readonly units: Units;
  readonly #trust: string;
  readonly #clock: Clock;
  readonly #database: ReturnType<typeof openDatabase>;
  readonly #stores = logStores();
  readonly #lives = new Map<string, Life>();

  /** `url`: of the database, in the sequencer's own role. */
  constructor(parts: {
    readonly settings: Pick<ProcessSettings, 'trust'>;
    readonly url: string;
    readonly clock: Clock;
  }) {
    this.#trust = parts.settings.trust;
    this.#clock = parts.clock;
    this.#database = openDatabase(parts.url, { connectionsMax });
    this.units = new PostgresUnits({ database: this.#database });
  }

  /** For one life of a tenant's log: what was brought before is read anew. */
  takeUp(tenant: TenantId, growing: GrowingShard): Intake {
    const intake = new Intake();
    const party = new PartyIntake({
      intake,
      shelf: this.#stores.partyShelf(this.units, tenant),
      keyOf: async (by) => (await partyKeys(this.#trust)).get(by),
      hash: treeHash,
      engine: nodeEngine,
      clock: this.#clock,
    });
    this.#lives.set(tenant, { party, growing });
    return intake;
  }

  async promise(name: string, hash: string): Promise<string | undefined> {
    const life = this.#lives.get(name);
    if (life === undefined) throw new Fault('evidence.entry_unknown');
    const { log, ends } = life.growing;
    const promises = new Promises({
      unplaced: async (wanted) => {
        const found = await this.#stores.unplacedEntry(this.units, name as TenantId, wanted);
        // What is found before the border stands before the closing leaf. From then on a shard
        // promises nothing: its successor might hold the entry.
        return ends.isDue(this.#clock.now()) ? undefined : found;
      },
      ...log,
      engine: nodeEngine,
      clock: this.#clock,
    });
    return promises.of(hash);
  }

  bring(name: string, entries: readonly Uint8Array[]) {
    const party = this.#lives.get(name)?.party;
    if (party === undefined) throw new Fault('evidence.intake_closed', {}, { retryable: true });
    return party.bring(entries);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
