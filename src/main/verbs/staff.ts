/**
 * `fubie staff add --tenant T --login L --role R[,R] [--unit U] [--var DIR]`: lets the first people of
 * a tenant in, each with a password for one login, printed once.
 *
 * Whoever may run this owns the computer and the worker's key, with which the entry is signed; from
 * then on people let each other in through the desk, under four eyes where it takes power.
 */
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { firstPassword, rootUnit } from '#business/access';
import { readProcessSettings, readStartSettings } from '../../config.ts';
import { processFolder, standingEstate } from '../estate/estate.ts';
import { optionOf } from '../options.ts';
import { openGround } from '../rooms/ground.ts';
import { openStaffRooms } from '../rooms/staff.ts';

export async function run(args: readonly string[]): Promise<number> {
  const [act] = args;
  const tenant = optionOf(args, '--tenant') as TenantId | undefined;
  const login = optionOf(args, '--login');
  const roles = optionOf(args, '--role')?.split(',');
  if (act !== 'add' || tenant === undefined || login === undefined || roles === undefined) {
    throw new Fault('main.usage', { needs: 'staff add --tenant --login --role' });
  }
  const estate = standingEstate(optionOf(args, '--var') ?? readStartSettings().root);
  const ground = await openGround(readProcessSettings(processFolder(estate, 'work')));
  try {
    await ground.recordOf(tenant);
    const { staff, passwords } = await openStaffRooms(ground);
    const password = firstPassword(ground.random);
    const verifier = await passwords.verifier(password);
    const unit = optionOf(args, '--unit') ?? rootUnit;
    const commit = staff.found({ login, unit, roles, verifier, mustChange: true });
    const { unitPath } = await ground.units.run(tenant, commit);
    process.stdout.write(`${login} ${unitPath} ${roles.join(',')}\n一次性密码：${password}\n`);
    return 0;
  } finally {
    await ground.database.close();
  }
}
