/**
 * `fubie witness`: one party that watches the log with a key and a memory of its own.
 *
 * All six run the same program: four vote, the sentinel is the log's own second memory, and the
 * regulator does not vote but keeps a checked copy of every entry.
 */
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { FileTiles } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import { witnessDoor } from '#doors/wire';
import type { NoteKey } from '#formats/tlog';
import { Mirror, Witness } from '#trust/witness';
import type { ProcessSettings } from '../../config.ts';
import { mirrorName, roleOfWitness } from '../plan.ts';
import { type Opened, runProcess } from '../process.ts';
import { everyMs } from '../repeat.ts';
import { SocketTiles } from '../tile-wire.ts';
import { logKey, witnessKey } from '../trust-folder.ts';

const mirrorMs = 2_000;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, trust } = settings;
  const role = roleOfWitness(settings.name);
  const log = await logKey(trust, nodeEngine);
  const witness = new Witness({
    key: await witnessKey(trust, role, nodeEngine),
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    logs: [log],
    memory: await FileWitnessMemory.open(join(folder, 'heads.jsonl')),
    clock: systemClock,
    engine: nodeEngine,
  });
  const mirroring = role === mirrorName ? mirror(settings, log) : undefined;
  return {
    handler: witnessDoor(witness),
    close: async () => mirroring?.stop(),
  };
}

function mirror({ folder, sockets }: ProcessSettings, log: NoteKey): { stop(): Promise<void> } {
  const copy = new Mirror({
    source: new SocketTiles(sockets['sequencer'] ?? ''),
    copy: new FileTiles(join(folder, 'copy')),
    log,
    engine: nodeEngine,
  });
  return everyMs(mirrorMs, () => copy.catchUp());
}
