/**
 * `fubie keystore`: the vault's epoch keys and the institution's seal, in one folder of their own.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import {
  isOrderSecret,
  orderSecret,
  SoftBackupKeys,
  SoftSeals,
  SoftWrapKeys,
  sealSigners,
} from '#adapters/keystores';
import { FolderObjects } from '#adapters/objects';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { backupDoor, keystoreHandler } from '#doors/wire';
import { SealKeys } from '#trust/keys';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../estate/process.ts';
import { actorKeys } from '../estate/trust-folder.ts';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open({ folder, trust, mode }: ProcessSettings): Promise<Opened> {
  const signers = await sealSigners(folder, { simulatorsAllowed: mode !== 'production' });
  const seals = new SoftSeals(folder, signers);
  const sealKeys = new SealKeys({
    seals,
    authorisations: seals,
    // Read anew each time: a process that joined the house later is known at once.
    actors: { actorKeys: () => actorKeys(trust) },
    journal: new FolderObjects(join(folder, 'journal')),
    engine: nodeEngine,
    clock: systemClock,
  });
  const wrapKeys = new SoftWrapKeys(join(folder, 'tenants'), systemRandom, { clock: systemClock });
  const secret = await orderSecret(folder, systemRandom);
  const isOrder = (given: string): boolean => isOrderSecret(given, secret);
  const backupKeys = await SoftBackupKeys.open(folder, systemRandom);
  return {
    handler: backupDoor(backupKeys, keystoreHandler({ wrapKeys, isOrder, sealKeys, seals })),
    close: async () => undefined,
  };
}
