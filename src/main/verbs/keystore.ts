/**
 * `fubie keystore`: the vault's epoch keys and the institution's seal, in one folder of their own.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { SoftSeals, SoftWrapKeys } from '#adapters/keystores';
import { FolderObjects } from '#adapters/objects';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { keystoreHandler } from '#doors/wire';
import { SealKeys } from '#trust/keys';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../process.ts';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open({ folder }: ProcessSettings): Promise<Opened> {
  const seals = new SoftSeals(folder);
  const sealKeys = new SealKeys({
    seals,
    authorisations: seals,
    journal: new FolderObjects(join(folder, 'journal')),
    engine: nodeEngine,
    clock: systemClock,
  });
  const wrapKeys = await SoftWrapKeys.open(join(folder, 'epochs'), systemRandom);
  return {
    handler: keystoreHandler({ wrapKeys, sealKeys, seals }),
    close: async () => undefined,
  };
}
