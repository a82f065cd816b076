/**
 * One run of the fuzzer over the two demo institutions of a world; its seed is printed.
 */
import type { World } from '../world.ts';
import { ask } from './asker.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { furnishBoth } from './two-demo-tenants.ts';

export async function fuzzBoth(
  world: World,
  how: { readonly seed: number; readonly secondsMax: number },
): Promise<FuzzReport> {
  const tenants = await furnishBoth(world);
  const path = '/v1/openapi.json';
  const document = (await ask(tenants[0].house, { method: 'GET', path })).body;
  process.stdout.write(`fuzz: KILL_SEED=${how.seed}\n`);
  const report = await fuzz({ tenants, document, ...how });
  process.stdout.write(`fuzz: ${report.asked} asked, ${JSON.stringify(report.statuses)}\n`);
  return report;
}
