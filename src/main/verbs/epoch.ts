/**
 * `fubie epoch --tenant T [--at-once] [--var DIR] [--json]`: where a tenant's epoch stands; with
 * `--at-once` it is changed now, beside the running house, instead of within the week.
 *
 * After it, whoever was erased before opens nowhere any more: not in old pages of the database, not
 * in its logs, not in any back-up. Needs the folder of the key store, for only its holder may order
 * that. Interrupted, the running worker or a second call goes on with it.
 */
import { orderSecret } from '#adapters/keystores';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { EpochChange, EpochStanding } from '#business/vault';
import { readProcessSettings, readStartSettings } from '../../config.ts';
import { openEpochChange } from '../copies/epochs.ts';
import { processFolder, standingEstate } from '../estate/estate.ts';
import { optionOf } from '../options.ts';
import { openGround } from '../rooms/ground.ts';

const attemptsMax = 100; // passing refusals in a row, such as a lock that somebody holds

export async function run(args: readonly string[]): Promise<number> {
  const tenant = optionOf(args, '--tenant');
  if (tenant === undefined) throw new Fault('main.usage', { needs: '--tenant NAME' });
  const estate = standingEstate(optionOf(args, '--var') ?? readStartSettings().root);
  const secret = await orderSecret(processFolder(estate, 'keystore'), systemRandom);
  const ground = await openGround(readProcessSettings(processFolder(estate, 'work')));
  try {
    const change = openEpochChange(ground, secret);
    const of = tenant as TenantId;
    const began = await change.standing(of);
    const standing = args.includes('--at-once') ? await changeNow(change, of) : began;
    if (args.includes('--json')) {
      process.stdout.write(`${JSON.stringify({ tenant, from: began.epoch, ...standing })}\n`);
    } else {
      const words = standing.done ? '无进行中的轮换' : `轮换进行中，尚余 ${standing.left} 人`;
      process.stdout.write(`${tenant}：密钥纪元 ${standing.epoch}，${words}\n`);
    }
    return 0;
  } finally {
    await ground.database.close();
  }
}

async function changeNow(change: EpochChange, tenant: TenantId): Promise<EpochStanding> {
  await change.order(tenant);
  for (let refused = 0; ; ) {
    try {
      const standing = await change.step(tenant);
      if (standing.done) return standing;
      refused = 0;
    } catch (thrown) {
      refused += 1;
      if (!(thrown instanceof Fault) || !thrown.retryable || refused > attemptsMax) throw thrown;
    }
  }
}
