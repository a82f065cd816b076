/**
 * The ground every business process stands on: database, vault, evidence, the trusted services.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { KeystoreClient } from '#adapters/keystores';
import {
  logStores,
  openDatabase,
  PostgresEntries,
  PostgresEnvironments,
  PostgresRevisions,
  PostgresUnits,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { TrustCentreClient } from '#adapters/trust-centre';
import { systemRandom } from '#base/random';
import type { TenantId, Units } from '#base/unit';
import { Vault } from '#business/vault';
import { CaseFile, Evidence, Explorer, type TilesOf } from '#trust/evidence';
import { RevisionShelf } from '#trust/signing';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../estate/database-access.ts';
import { logFolder } from '../estate/trust-folder.ts';
import { environmentRecord, withEnvironment } from './environment.ts';
import { openHouseClock } from './house-clock.ts';
import { openNoteJudge } from './note-judge.ts';
import { meteredEntries, openTenancyGround, openTenants } from './tenancy.ts';
import { vaultParts } from './vault.ts';

export type Ground = Awaited<ReturnType<typeof openGround>>;

export async function openGround(settings: ProcessSettings) {
  const { folder, name, trust, sockets } = settings;
  const url = await readFile(join(folder, databaseUrlFile), 'utf8');
  const database = openDatabase(url.trim());
  const keystore = new KeystoreClient(sockets['keystore'] ?? '');
  const clock = await openHouseClock(trust);
  const base = { clock, random: systemRandom, engine: nodeEngine };
  const tenancy = await openTenancyGround({ ...base, trust, database });
  const suiteOf = async (tenant: TenantId) => (await tenancy.recordOf(tenant)).suite;
  const vault = new Vault(vaultParts(keystore, suiteOf));
  const record = await environmentRecord(settings);
  const metered = meteredEntries(new PostgresEntries(), tenancy.metering);
  const entries = withEnvironment(metered, { record, shelf: new PostgresEnvironments() });
  const evidence = new Evidence({
    ...base,
    store: entries,
    keeper: vault,
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    actor: name,
    environment: record.sha256,
    judge: openNoteJudge(trust),
  });
  const tilesOf: TilesOf = (tenant, shard) => new FileTiles(logFolder(trust, tenant, shard));
  const { metering, recordOf, heldRecord, objects, sweep, usage } = tenancy;
  const units: Units = new PostgresUnits({ database });
  return {
    ...base,
    tenants: await openTenants(tenancy, { register: evidence, clock }),
    metering,
    usage,
    recordOf,
    heldRecord,
    objects,
    sweep,
    settings,
    database,
    units,
    keystore,
    centre: new TrustCentreClient(sockets['trust-centre'] ?? ''),
    vault,
    evidence,
    entries,
    explorer: new Explorer({ store: logStores().explorer, tilesOf, engine: nodeEngine }),
    cases: new CaseFile({ store: entries, keeper: vault, tilesOf, engine: nodeEngine }),
    shelf: new RevisionShelf({
      revisions: new PostgresRevisions({ objects }),
      cipher: vault,
      engine: nodeEngine,
    }),
  };
}
