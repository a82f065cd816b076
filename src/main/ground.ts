/**
 * The ground every business process stands on: database, vault, evidence, the trusted services.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { KeystoreClient } from '#adapters/keystores';
import {
  openDatabase,
  PostgresEntries,
  PostgresRevisions,
  PostgresUnits,
  PostgresVault,
} from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { TrustCentreClient } from '#adapters/trust-centre';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { Vault } from '#business/vault';
import { CaseFile, Evidence } from '#trust/evidence';
import { RevisionShelf } from '#trust/signing';
import type { ProcessSettings } from '../config.ts';
import { databaseUrlFile } from './database-access.ts';
import { environmentDigest } from './environment.ts';
import { openNoteJudge } from './note-judge.ts';
import { logFolder, logKey } from './trust-folder.ts';

export type Ground = Awaited<ReturnType<typeof openGround>>;

export async function openGround(settings: ProcessSettings) {
  const { folder, name, trust, sockets } = settings;
  const url = await readFile(join(folder, databaseUrlFile), 'utf8');
  const database = openDatabase(url.trim());
  const keystore = new KeystoreClient(sockets['keystore'] ?? '');
  const vault = new Vault({ store: new PostgresVault(), keys: keystore, random: systemRandom });
  const base = { clock: systemClock, random: systemRandom, engine: nodeEngine };
  const entries = new PostgresEntries({ origin: (await logKey(trust, nodeEngine)).name });
  const evidence = new Evidence({
    ...base,
    store: entries,
    keeper: vault,
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    actor: name,
    environment: await environmentDigest(settings),
    judge: await openNoteJudge(trust),
  });
  const tiles = new FileTiles(logFolder(trust));
  return {
    ...base,
    settings,
    database,
    units: new PostgresUnits({ database }),
    keystore,
    centre: new TrustCentreClient(sockets['trust-centre'] ?? ''),
    vault,
    evidence,
    entries,
    cases: new CaseFile({ store: entries, keeper: vault, tiles, engine: nodeEngine }),
    shelf: new RevisionShelf({
      revisions: new PostgresRevisions(),
      cipher: vault,
      engine: nodeEngine,
    }),
  };
}
