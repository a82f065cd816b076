/**
 * Puts the parts of `fsck` together for one tenant after the other: rows, log, files, openings, all
 * as they were at one moment.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { KeystoreClient } from '#adapters/keystores';
import {
  type Database,
  openDatabase,
  PostgresEntries,
  PostgresLogAudit,
  PostgresRowClaims,
  PostgresShards,
  PostgresUnits,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { call } from '#adapters/wire';
import { signedHeadsIn } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import { type Loan, planOf } from '#business/lending';
import { Vault } from '#business/vault';
import type { WitnessedHead } from '#formats/witness';
import {
  type AdoptedText,
  CaseFile,
  type FsckReport,
  fsck,
  type Openings,
  type SignedHead,
} from '#trust/evidence';
import { databaseUrlFile } from '../estate/database-access.ts';
import { type Estate, processFolder, socketOf } from '../estate/estate.ts';
import { logKeyFile, signedHeadsFile, twinHeadsFile, witnessNames } from '../estate/plan.ts';
import {
  actorKeys,
  logFolder,
  logKey,
  twinFolder,
  twinKeyIfThere,
  witnessKey,
} from '../estate/trust-folder.ts';
import { shardsIn } from '../estate/trusted-logs.ts';
import { policyName } from '../rooms/adopt-policy.ts';
import { loadCatalog } from '../rooms/house-catalog.ts';
import { notesOf } from '../rooms/log-rules.ts';
import { vaultParts } from '../rooms/vault.ts';
import { journalFlaws } from './journal-audit.ts';
import { type MendedShard, returnLostFiles } from './lost-files.ts';

const healthMsMax = 1_000;

export class Auditor {
  readonly #estate: Estate;
  readonly #database: Database;
  readonly #planOf: (loan: Loan) => ReturnType<typeof planOf>['instalments'] | undefined;

  private constructor(parts: {
    estate: Estate;
    database: Database;
    catalog: Awaited<ReturnType<typeof loadCatalog>>;
  }) {
    const { catalog } = parts;
    this.#estate = parts.estate;
    this.#database = parts.database;
    this.#planOf = (loan) => {
      const product = catalog.version(loan.product, loan.productVersion);
      return product && planOf(loan, product, loan.disbursedOn).instalments;
    };
  }

  /** Reads as the rooms do: what row security hides from them, it hides from an auditor. */
  static async open(estate: Estate): Promise<Auditor> {
    const url = await readFile(join(processFolder(estate, 'work'), databaseUrlFile), 'utf8');
    const database = openDatabase(url.trim(), { connectionsMax: 1, snapshot: true });
    const catalog = await loadCatalog({ engine: nodeEngine, clock: systemClock });
    return new Auditor({ estate, database, catalog });
  }

  async check(
    tenant: TenantId,
    witnessed: ReadonlyMap<string, readonly WitnessedHead[]>,
  ): Promise<FsckReport> {
    const { trust } = this.#estate;
    const keys = await actorKeys(trust);
    const keystore = await this.#keystore();
    const witnessKeys = await Promise.all(
      witnessNames.map((role) => witnessKey(trust, role, nodeEngine)),
    );
    const units = new PostgresUnits({ database: this.#database });
    const published = await units.run(tenant, (unit) => shownBefore(this.#estate, unit));
    return units.run(tenant, async (unit) => {
      const vault = keystore === undefined ? undefined : protectedVault(unit, keystore);
      const openings = vault === undefined ? undefined : this.#openings(unit, vault);
      const report = await fsck({
        tenant,
        audit: new PostgresLogAudit(unit),
        shards: await auditedShards(trust, unit, published),
        witnessKeys,
        keyOf: (by) => keys.get(by),
        engine: nodeEngine,
        rows: new PostgresRowClaims({
          unit,
          engine: nodeEngine,
          planOf: this.#planOf,
          cipher: vault,
        }),
        ...(openings === undefined ? {} : { openings }),
        witnessed,
        adopted: await adoptedTexts(trust, tenant),
      });
      const journal = await journalFlaws(units, unit);
      if (journal.length === 0) return report;
      return { ...report, is: 'broken', flaws: [...report.flaws, ...journal] };
    });
  }

  /** Writes the public files that are gone; answers them as `origin path`. */
  async mend(tenant: TenantId): Promise<readonly string[]> {
    const { trust } = this.#estate;
    const units = new PostgresUnits({ database: this.#database });
    const published = await units.run(tenant, (unit) => shownBefore(this.#estate, unit));
    return units.run(tenant, async (unit) => {
      const written: string[] = [];
      for (const shard of await auditedShards(trust, unit, published)) {
        const paths = await returnLostFiles(shard, new PostgresLogAudit(unit));
        written.push(...paths.map((path) => `${shard.log.name} ${path}`));
      }
      return written;
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** Without the key store commitments stay closed, and the report says so. */
  async #keystore(): Promise<KeystoreClient | undefined> {
    const socket = socketOf(this.#estate, 'keystore');
    const question = { method: 'GET', path: '/health', timeoutMs: healthMsMax };
    const answers = await call(socket, question).catch(() => undefined);
    return answers?.status === 200 ? new KeystoreClient(socket) : undefined;
  }

  #openings(unit: Unit, vault: Vault): Openings {
    const { trust } = this.#estate;
    const cases = new CaseFile({
      store: new PostgresEntries(),
      keeper: vault,
      tilesOf: (tenant, shard) => new FileTiles(logFolder(trust, tenant, shard)),
      engine: nodeEngine,
    });
    return {
      async of(caseId) {
        const opened = await cases.openings(unit, caseId);
        return new Map(opened.map(({ hash, disclosures }) => [hash, disclosures]));
      },
    };
  }
}

/** What a shard shows its readers: its own checkpoint and its twin's. */
interface Shown {
  readonly log: Uint8Array | undefined;
  readonly twin: Uint8Array | undefined;
  /** What its sequencer remembers to have signed of either. */
  readonly remembered: readonly SignedHead[];
  readonly twinRemembered: readonly SignedHead[];
}

type ShownShards = ReadonlyMap<number, Shown>;

/** The rows say where each shard begins; its key is what the proofs from the first one lead to. */
async function auditedShards(
  trust: string,
  unit: Unit,
  published: ShownShards,
): Promise<readonly MendedShard[]> {
  const keys = await shardsIn(trust, unit.tenant, nodeEngine);
  const first = await logKey(trust, unit.tenant, nodeEngine);
  const audited: MendedShard[] = [];
  for (const shard of await new PostgresShards().of(unit)) {
    const proved = keys.find(({ key }) => key.name === shard.origin);
    const tiles = new FileTiles(logFolder(trust, unit.tenant, shard));
    const shown = published.get(shard.base);
    const key = await twinKeyIfThere(trust, unit.tenant, { shard, engine: nodeEngine });
    const twinTiles = new FileTiles(twinFolder(trust, unit.tenant, shard));
    // A shard that nothing leads to is judged by the first key, under which nothing of it holds.
    const log = proved?.key ?? first;
    const { log: note, remembered = [], twinRemembered = [] } = shown ?? {};
    const second = { tiles: twinTiles, published: shown?.twin, remembered: twinRemembered };
    const twin = key && { key, ...second };
    audited.push({ shard, log, tiles, published: note, remembered, ...(twin && { twin }) });
  }
  return audited;
}

/**
 * What each shard shows its readers, and what was signed of it, by its first place: read in a unit
 * before the audit's own, which then holds the entries of all of it.
 */
async function shownBefore(estate: Estate, unit: Unit): Promise<ShownShards> {
  const notes = new Map<number, Shown>();
  for (const shard of await new PostgresShards().of(unit)) {
    const [log, twin] = await Promise.all(
      [logFolder, twinFolder].map((folder) =>
        new FileTiles(folder(estate.trust, unit.tenant, shard)).read('checkpoint'),
      ),
    );
    // The first one has no folder of its own.
    const key = logKeyFile(unit.tenant, shard.number === 1 ? '' : shard.name);
    const folder = join(processFolder(estate, 'sequencer'), dirname(key));
    const remembered = await signedHeadsIn(join(folder, signedHeadsFile));
    const twinRemembered = await signedHeadsIn(join(folder, twinHeadsFile));
    notes.set(shard.base, { log, twin, remembered, twinRemembered });
  }
  return notes;
}

/** What every process and verifier goes by: a log's own registers, or those for all logs. */
async function adoptedTexts(trust: string, tenant: TenantId): Promise<readonly AdoptedText[]> {
  const registers = await notesOf(trust, tenant);
  const paths = [join(trust, policyName), ...registers];
  return Promise.all(
    paths.map(async (path) => ({
      name: relative(trust, path),
      bytes: new Uint8Array(await readFile(path)),
      isRegister: registers.includes(path),
    })),
  );
}

/** A restricted person's entries are checked like all others: it is for her protection, too. */
function protectedVault(unit: Unit, keys: KeystoreClient): Vault {
  const vault = new Vault(vaultParts(keys));
  vault.under(unit, 'protection');
  return vault;
}
