/**
 * `fubie sequencer`: holds the log's key and its lease; gives entries their places, gets heads
 * cosigned, and serves the log's public files on its socket.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { openDatabase, PostgresLogLease } from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { FileSignedHeads, SocketWitness } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import { Sequencer } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../database-access.ts';
import { mirrorName, quorum, sentinelName, voterNames, witnessProcess } from '../plan.ts';
import { type Opened, runProcess } from '../process.ts';
import { pause, runBeside } from '../repeat.ts';
import { tileDoor } from '../tile-wire.ts';
import { logFolder, logKey, witnessKey } from '../trust-folder.ts';

/** One for the lease, one for what is asked beside it. */
const connectionsMax = 2;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, trust } = settings;
  const url = await readFile(join(folder, databaseUrlFile), 'utf8');
  const database = openDatabase(url, { connectionsMax });
  const key = await logKey(trust, nodeEngine);
  const tiles = new FileTiles(logFolder(trust));
  const sequencer = new Sequencer({
    key,
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    lease: new PostgresLogLease({ database, origin: key.name }),
    tiles,
    heads: await FileSignedHeads.open(join(folder, 'signed-heads.jsonl')),
    sentinel: await witnessLine(settings, sentinelName),
    voters: await Promise.all(voterNames.map((role) => witnessLine(settings, role))),
    mirrors: [await witnessLine(settings, mirrorName)],
    quorum,
    engine: nodeEngine,
    clock: systemClock,
    pause,
  });
  const running = runBeside((stop) => sequencer.run(stop));
  return {
    handler: tileDoor(tiles),
    close: async () => {
      await running.stop();
      await database.close();
    },
  };
}

async function witnessLine(settings: ProcessSettings, role: string): Promise<SocketWitness> {
  const key = await witnessKey(settings.trust, role, nodeEngine);
  return new SocketWitness({ key, socketPath: settings.sockets[witnessProcess(role)] ?? '' });
}
