/**
 * `fubie witness`: one party that watches every log of the house with a key and a memory of its
 * own.
 *
 * All six run the same program: four vote, the sentinel is the logs' own second memory, and the
 * regulator does not vote but keeps a checked copy of every entry.
 */
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { FileTiles, treeHash } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { equal } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { witnessDoor } from '#doors/wire';
import { shardOfOrigin } from '#formats/shard';
import { Mirror, Witness } from '#trust/witness';
import type { ProcessSettings } from '../../config.ts';
import { mirrorName, roleOfWitness } from '../estate/plan.ts';
import { type Opened, onBug, runProcess } from '../estate/process.ts';
import { everyMs, type Running } from '../estate/repeat.ts';
import { witnessKey } from '../estate/trust-folder.ts';
import { TrustedLogs } from '../estate/trusted-logs.ts';
import { SocketTiles } from '../log/tile-wire.ts';

const mirrorMs = 2_000;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, trust } = settings;
  const role = roleOfWitness(settings.name);
  const memory = await FileWitnessMemory.open(join(folder, 'heads.jsonl'));
  // The key of a later shard counts where this witness has cosigned the end of the one before.
  const logs = new TrustedLogs(trust, nodeEngine, async ({ origin, size, root }) => {
    const latest = await memory.latest(origin);
    return latest?.size === size && equal(latest.root, root);
  });
  const witness = new Witness({
    key: await witnessKey(trust, role, nodeEngine),
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    logOf: (origin) => logs.of(origin),
    endOf: (origin) => logs.endOf(origin),
    memory,
    clock: systemClock,
    engine: nodeEngine,
  });
  const mirroring = role === mirrorName ? mirror(settings, logs) : undefined;
  return {
    handler: witnessDoor(witness),
    close: async () => mirroring?.stop(),
  };
}

/** Copies every log; one whose copy does not fit is said, and the others go on. */
function mirror({ folder, sockets }: ProcessSettings, logs: TrustedLogs): Running {
  return everyMs(mirrorMs, async () => {
    for (const { tenant, key: log, after } of await logs.all()) {
      const shard = after === undefined ? '' : (shardOfOrigin(log.name) ?? '');
      const copy = new Mirror({
        source: new SocketTiles(sockets['sequencer'] ?? '', join(tenant, shard)),
        copy: new FileTiles(join(folder, 'copy', tenant, shard)),
        log,
        hash: treeHash,
        engine: nodeEngine,
      });
      await copy.catchUp().catch((thrown: unknown) => {
        if (!(thrown instanceof Fault && thrown.retryable)) onBug(thrown);
      });
    }
  });
}
