/**
 * `fubie trust-centre`: the TEST certification authority and the time-stamping authority.
 *
 * Its door for seals stays closed: the institution's seal was certified when the house was set up.
 */
import { nodeEngine } from '#adapters/engine';
import { openTrustCentre } from '#adapters/trust-centre';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { trustCentreHandler } from '#doors/wire';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../process.ts';
import { everyMs } from '../repeat.ts';
import { gatewayKey } from '../trust-folder.ts';

/** A term of years ends on a day: looking once a day is soon enough. */
const destroyMs = 86_400_000;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const centre = await openTrustCentre({
    folder: settings.folder,
    gatewayKey: await gatewayKey(settings.trust, 'sms'),
    identityKey: await gatewayKey(settings.trust, 'identity'),
    simulatorsAllowed: settings.mode === 'demo',
    engine: nodeEngine,
    clock: systemClock,
    elapsedMs: () => performance.now(),
    random: systemRandom,
  });
  const destroying = everyMs(destroyMs, () => centre.destroyExpired());
  return {
    handler: trustCentreHandler({ ...centre, sealsOpen: false }),
    ownHealth: true,
    close: () => destroying.stop(),
  };
}
