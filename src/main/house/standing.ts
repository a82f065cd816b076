/**
 * Lends a verb a house that stands: the running one over its control socket, or one that is opened
 * for as long as the verb works.
 */
import { call, faultOfAnswer } from '#adapters/wire';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { StartSettings } from '../../config.ts';
import { openEstate, socketOf } from '../estate/estate.ts';
import { gatewayNames } from '../estate/plan.ts';
import { controlName, openHouse } from './house.ts';

/** Provisioning and two restarts of a process on a slow computer. */
const changeMsMax = 120_000;

export interface StandingOrders {
  adopt(): Promise<void>;
  retire(tenant: TenantId): Promise<void>;
}

export async function withStandingHouse<T>(
  settings: StartSettings,
  work: (orders: StandingOrders) => Promise<T>,
): Promise<T> {
  const control = socketOf(openEstate(settings.root), controlName);
  if (await answers(control)) {
    return work({
      adopt: () => ask(control, '/tenants/adopt'),
      retire: (tenant) => ask(control, `/tenants/retire/${tenant}`),
    });
  }
  // Nobody comes in meanwhile, and nobody outside is asked anything.
  const without = ['serve', ...gatewayNames];
  const parts = { clock: systemClock, random: systemRandom, without };
  const house = await openHouse(settings, parts);
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

async function answers(control: string): Promise<boolean> {
  try {
    await call(control, { method: 'GET', path: '/processes' });
    return true;
  } catch (thrown) {
    if (faultCode(thrown) === 'wire.unreachable') return false;
    throw thrown;
  }
}

async function ask(control: string, path: string): Promise<void> {
  const answer = await call(control, { method: 'POST', path, timeoutMs: changeMsMax });
  const fault = faultOfAnswer(answer);
  if (fault !== undefined) throw fault;
}
