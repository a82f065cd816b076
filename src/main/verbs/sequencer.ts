/**
 * `fubie sequencer`: holds the key and the lease of every tenant's log; gives entries their places,
 * gets heads cosigned, and serves the logs' public files on its socket.
 *
 * Each log has a key, a memory and a connection of its own, so that none can write another's; a
 * tenant that comes later is taken up without a restart.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { openDatabase, PostgresLogLease } from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { FileSignedHeads, SocketWitness } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { Sequencer } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../database-access.ts';
import { type HostedLog, LogHost } from '../log-host.ts';
import {
  logKeyFile,
  mirrorName,
  quorum,
  sentinelName,
  voterNames,
  witnessProcess,
} from '../plan.ts';
import { type Opened, onBug, runProcess } from '../process.ts';
import { pause, runBeside } from '../repeat.ts';
import { tileDoor } from '../tile-wire.ts';
import { logFolder, logKey, logTenants, witnessKey } from '../trust-folder.ts';

/** The lease's session is the only one a log needs. */
const connectionsMax = 1;
const headsFile = 'signed-heads.jsonl';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, trust } = settings;
  const url = (await readFile(join(folder, databaseUrlFile), 'utf8')).trim();
  // Of a tenant that has left the house only the public key is kept.
  const isHeld = (tenant: TenantId): boolean => existsSync(join(folder, logKeyFile(tenant)));
  const host = new LogHost({
    known: async () => (await logTenants(trust)).filter(isHeld),
    open: (tenant) => openLog(settings, { tenant, url }),
    onTrouble: onBug,
    pause,
  });
  const running = runBeside((stop) => host.run(stop));
  return {
    handler: tileDoor((name) => {
      const tenant = host.tenants.find((known) => known === name);
      return tenant === undefined ? undefined : new FileTiles(logFolder(trust, tenant));
    }),
    close: () => running.stop(),
  };
}

async function openLog(
  settings: ProcessSettings,
  { tenant, url }: { tenant: TenantId; url: string },
): Promise<HostedLog> {
  const { trust } = settings;
  const keyPath = join(settings.folder, logKeyFile(tenant));
  const parts = {
    key: await logKey(trust, tenant, nodeEngine),
    signer: softSigner(await openKeyFile(keyPath)),
    tiles: new FileTiles(logFolder(trust, tenant)),
    heads: await FileSignedHeads.open(join(dirname(keyPath), headsFile)),
    sentinel: await witnessLine(settings, sentinelName),
    voters: await Promise.all(voterNames.map((role) => witnessLine(settings, role))),
    mirrors: [await witnessLine(settings, mirrorName)],
    quorum,
    engine: nodeEngine,
    clock: systemClock,
    pause,
  };
  const database = openDatabase(url, { connectionsMax });
  const lease = new PostgresLogLease({ database, tenant });
  const sequencer = new Sequencer({ ...parts, lease });
  return { run: (stop) => sequencer.run(stop), close: () => database.close() };
}

async function witnessLine(settings: ProcessSettings, role: string): Promise<SocketWitness> {
  const key = await witnessKey(settings.trust, role, nodeEngine);
  return new SocketWitness({ key, socketPath: settings.sockets[witnessProcess(role)] ?? '' });
}
