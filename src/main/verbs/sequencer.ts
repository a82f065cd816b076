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

import { nodeEngine, openKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { openDatabase, PostgresEntries, PostgresLogLease } from '#adapters/postgres';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { convictionsIn, FileSignedHeads, SocketWitness } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { requireSound } from '#formats/tlog';
import { twinKey, twinOrigin } from '#formats/twin';
import { Bell, Sequencer, type TwinParts } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../database-access.ts';
import { LogHands } from '../log-hand.ts';
import { type HostedLog, LogHost } from '../log-host.ts';
import { logDoor } from '../log-wire.ts';
import {
  logKeyFile,
  mirrorName,
  quorum,
  sentinelName,
  twinKeyFile,
  voterNames,
  witnessProcess,
} from '../plan.ts';
import { type Opened, onBug, runProcess } from '../process.ts';
import { pause, runBeside } from '../repeat.ts';
import { tileDoor } from '../tile-wire.ts';
import { logFolder, logKey, logTenants, twinFolder, witnessKey } from '../trust-folder.ts';

/** The lease's session is the only one a log needs. */
const connectionsMax = 1;
const headsFile = 'signed-heads.jsonl';
const twinHeadsFile = 'twin-heads.jsonl';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  requireSound({ sentinel: sentinelName, voters: voterNames, quorum });
  const { folder, trust } = settings;
  const url = (await readFile(join(folder, databaseUrlFile), 'utf8')).trim();
  // Of a tenant that has left the house only the public key is kept.
  const isHeld = (tenant: TenantId): boolean => existsSync(join(folder, logKeyFile(tenant)));
  const bells = new Map<string, Bell>();
  const bellOf = (tenant: TenantId): Bell => {
    const bell = bells.get(tenant) ?? new Bell();
    bells.set(tenant, bell);
    return bell;
  };
  const hands = new LogHands(settings, url);
  const host = new LogHost({
    known: async () => (await logTenants(trust)).filter(isHeld),
    open: (tenant) => openLog(settings, { tenant, url, hands, arrivals: bellOf(tenant) }),
    onTrouble: onBug,
    pause,
  });
  const ear = openDatabase(url, { connectionsMax });
  const hearing = ear.hear(PostgresEntries.channel, (tenant) => bells.get(tenant)?.ring());
  const running = runBeside((stop) => host.run(stop));
  return {
    handler: logDoor(
      hands,
      tileDoor((name) => {
        const tenant = host.tenants.find((known) => known === name);
        return tenant === undefined ? undefined : new FileTiles(logFolder(trust, tenant));
      }),
    ),
    close: async () => {
      await running.stop();
      await hands.close();
      await hearing.close();
      await ear.close();
    },
  };
}

async function openLog(
  settings: ProcessSettings,
  {
    tenant,
    url,
    hands,
    arrivals,
  }: { tenant: TenantId; url: string; hands: LogHands; arrivals: Bell },
): Promise<HostedLog> {
  const { trust } = settings;
  const twin = await twinOf(settings, tenant);
  const keyPath = join(settings.folder, logKeyFile(tenant));
  const key = await logKey(trust, tenant, nodeEngine);
  const sentinel = await witnessLine(settings, sentinelName);
  const voters = await Promise.all(voterNames.map((role) => witnessLine(settings, role)));
  const witnesses = [sentinel, ...voters].map((line) => line.key);
  const parts = {
    key,
    signer: softSigner(await openKeyFile(keyPath)),
    hash: treeHash,
    tiles: new FileTiles(logFolder(trust, tenant)),
    heads: await FileSignedHeads.open(join(dirname(keyPath), headsFile)),
    sentinel,
    voters,
    mirrors: [await witnessLine(settings, mirrorName)],
    quorum,
    intake: hands.intakeOf(tenant),
    arrivals,
    conviction: convictionsIn(join(trust, 'convictions'), { log: key, witnesses }, nodeEngine),
    ...(twin === undefined ? {} : { twin }),
    engine: nodeEngine,
    clock: systemClock,
    pause,
  };
  const database = openDatabase(url, { connectionsMax });
  const lease = new PostgresLogLease({ database, tenant });
  const sequencer = new Sequencer({ ...parts, lease });
  return { run: (stop) => sequencer.run(stop), close: () => database.close() };
}

/** The twin under SM3, where the house has made a key for one. */
async function twinOf(
  { folder, trust }: ProcessSettings,
  tenant: TenantId,
): Promise<TwinParts | undefined> {
  const home = join(folder, dirname(logKeyFile(tenant)));
  const key = await openKeyFileIfThere(join(folder, twinKeyFile(tenant)));
  if (key === undefined) return undefined;
  const signer = softSigner(key);
  const name = twinOrigin((await logKey(trust, tenant, nodeEngine)).name);
  return {
    key: await twinKey({ name, publicKey: signer.publicKey }, nodeEngine),
    signer,
    hash: twinTreeHash,
    tiles: new FileTiles(twinFolder(trust, tenant)),
    heads: await FileSignedHeads.open(join(home, twinHeadsFile)),
  };
}

async function witnessLine(settings: ProcessSettings, role: string): Promise<SocketWitness> {
  const key = await witnessKey(settings.trust, role, nodeEngine);
  return new SocketWitness({ key, socketPath: settings.sockets[witnessProcess(role)] ?? '' });
}
