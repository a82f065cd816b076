/**
 * Back-ups as the worker makes them: its parts, the copies an epoch's end renews, and the entry in
 * each tenant's register.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { BackupKeysClient } from '#adapters/keystores';
import { type Database, PostgresEntries, PostgresUnits } from '#adapters/postgres';
import { utf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { assert } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { EpochOrders } from '#business/vault';
import type { Original } from '#formats/entry';
import { Evidence } from '#trust/evidence';
import type { Mode, ProcessSettings } from '../../config.ts';
import { backupUrlFile } from '../estate/database-access.ts';
import { type Estate, processFolder } from '../estate/estate.ts';
import { environmentRecord } from '../rooms/environment.ts';
import { openNoteJudge } from '../rooms/note-judge.ts';
import { type BackupParts, backUpWraps } from './back-up.ts';

const actor = 'work';

/** What a back-up is made with, as the worker has it; `settings` are the worker's own. */
export async function backupPartsOf(
  settings: Pick<ProcessSettings, 'folder' | 'trust' | 'sockets'>,
): Promise<BackupParts> {
  const { folder, trust, sockets } = settings;
  return {
    root: dirname(trust),
    folder,
    databaseUrl: (await readFile(join(folder, backupUrlFile), 'utf8')).trim(),
    keys: new BackupKeysClient(sockets['keystore'] ?? ''),
    clock: systemClock,
    random: systemRandom,
  };
}

/**
 * The key store's orders, with one thing more: before an epoch's secret is destroyed, every copy of
 * wrapped keys is renewed. A copy left behind would hold keys that nobody can open any more, and a
 * house that burnt down then could not be restored.
 */
export function renewingCopies(
  orders: EpochOrders,
  settings: Parameters<typeof backupPartsOf>[0],
): EpochOrders {
  return {
    epochs: (tenant) => orders.epochs(tenant),
    turn: (tenant, from) => orders.turn(tenant, from),
    async retire(tenant, epoch) {
      await backUpWraps(await backupPartsOf(settings));
      await orders.retire(tenant, epoch);
    },
  };
}

/** A fact about the whole house, in each tenant's register: files by digest, counts by name. */
export async function noteInRegisters(
  noting: { readonly estate: Estate; readonly mode: Mode; readonly database: Database },
  tenants: readonly TenantId[],
  fact: {
    readonly type: 'backup.made' | 'restored';
    readonly of: readonly Original[];
    readonly counts: Readonly<Record<string, number>>;
  },
): Promise<void> {
  const { estate, mode, database } = noting;
  const folder = processFolder(estate, actor);
  const settings = { v: 1, mode, name: actor, folder, socket: '', trust: estate.trust } as const;
  const evidence = new Evidence({
    store: new PostgresEntries(),
    keeper: { seal: nothingIsSealed, open: nothingIsSealed },
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    actor,
    environment: (await environmentRecord({ ...settings, sockets: {}, more: {} })).sha256,
    judge: openNoteJudge(estate.trust),
    engine: nodeEngine,
    clock: systemClock,
    random: systemRandom,
  });
  const counted = Object.entries(fact.counts).map(([name, count]) => {
    const text = `${name}/${count}`;
    return { name: text, bytes: utf8(text) };
  });
  const units = new PostgresUnits({ database });
  for (const tenant of tenants) {
    await units.run(tenant, (unit) =>
      evidence.note(unit, { type: fact.type, disclosures: [], of: [...fact.of, ...counted] }),
    );
  }
}

async function nothingIsSealed(): Promise<never> {
  assert(false, 'an entry about a back-up has no openings');
}
