/**
 * `fubie trust-centre`: the TEST certification authority and the time-stamping authority.
 *
 * Its door for seals stays closed: the institution's seal was certified when the house was set up.
 */
import { join } from 'node:path';
import { nodeEngine } from '#adapters/engine';
import { openTrustCentre } from '#adapters/trust-centre';
import { systemRandom } from '#base/random';
import { trustCentreHandler } from '#doors/wire';
import { writePem } from '#formats/x509';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../estate/process.ts';
import { everyMs } from '../estate/repeat.ts';
import { writeText } from '../estate/secrets.ts';
import { gatewayKey } from '../estate/trust-folder.ts';
import { openHouseClock } from '../rooms/house-clock.ts';

/** A term of years ends on a day, and a key's too: looking once a day is soon enough. */
const lookMs = 86_400_000;
const publicMode = 0o644;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const clock = await openHouseClock(settings.trust);
  const centre = await openTrustCentre({
    folder: settings.folder,
    gatewayKey: await gatewayKey(settings.trust, 'sms'),
    identityKey: await gatewayKey(settings.trust, 'identity'),
    simulatorsAllowed: settings.mode === 'demo',
    engine: nodeEngine,
    clock,
    distrusted: () => (clock.standing.is === 'far' ? clock.standing.detail : undefined),
    elapsedMs: () => performance.now(),
    random: systemRandom,
  });
  // Whoever trusts the authority's clock reads here which keys it has.
  const publish = () => {
    const ders = centre.stamper.certificates.map(({ der }) => der);
    return writeText(join(settings.trust, 'tsa.pem'), writePem('CERTIFICATE', ...ders), publicMode);
  };
  await publish();
  const looking = everyMs(lookMs, async () => {
    await centre.destroyExpired();
    if (await centre.renewStampKey()) await publish();
  });
  return {
    handler: trustCentreHandler({ ...centre, sealsOpen: false }),
    ownHealth: true,
    close: () => looking.stop(),
  };
}
