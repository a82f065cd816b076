/**
 * The change of epochs in this house: who may order it, and where it is written down.
 *
 * The key store obeys whoever shows the secret of its folder. At provisioning the worker is handed
 * a copy, `serve` is not: who takes the API over can ask for keys and not have any destroyed.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { KeystoreClient, orderSecret } from '#adapters/keystores';
import { PostgresVaultEpochs } from '#adapters/postgres';
import { systemRandom } from '#base/random';
import { EpochChange } from '#business/vault';
import { type Estate, processFolder } from '../estate/estate.ts';
import { writeText } from '../estate/secrets.ts';
import type { Ground } from '../rooms/ground.ts';
import { vaultParts } from '../rooms/vault.ts';
import { renewingCopies } from './backup-run.ts';

const handedFile = 'keystore-order.key';
/** The process whose orders about epochs the key store obeys. */
const worker = 'work';

/** What provisioning does: the worker gets a copy of the key store's order secret. */
export async function handOrderSecret(estate: Estate): Promise<void> {
  const secret = await orderSecret(processFolder(estate, 'keystore'), systemRandom);
  await writeText(join(processFolder(estate, worker), handedFile), `${secret}\n`);
}

/** The secret as the worker reads it in its own folder. */
export async function handedOrderSecret(folder: string): Promise<string> {
  return (await readFile(join(folder, handedFile), 'utf8')).trim();
}

export function openEpochChange(ground: Ground, secret: string): EpochChange {
  const { settings, units, clock, evidence, recordOf } = ground;
  const keystore = new KeystoreClient(settings.sockets['keystore'] ?? '', secret);
  return new EpochChange({
    ...vaultParts(keystore, async (tenant) => (await recordOf(tenant)).suite),
    units,
    rows: new PostgresVaultEpochs(),
    orders: renewingCopies(keystore, settings),
    clock,
    recorder: {
      async turned(unit, { closed, epoch }) {
        const disclosures = [
          { name: 'closed', value: [...closed] },
          { name: 'epoch', value: epoch },
        ];
        await evidence.note(unit, { type: 'epoch.turned', disclosures, of: [] });
      },
    },
  });
}
