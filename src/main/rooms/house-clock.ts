/**
 * The clock of a process of the house: the computer's, measured against the servers that the file
 * `time-servers.json` beside the trust folder names; without it nothing is measured and nothing
 * said.
 */
import { dirname, join } from 'node:path';
import { readIfThere } from '#adapters/objects';
import { askTimeServer, MeasuredClock, parseTimeServers } from '#adapters/time-sources';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';

const lookMs = 10 * 60 * 1_000;

export async function openHouseClock(trust: string): Promise<MeasuredClock> {
  const settings = await readIfThere(join(dirname(trust), 'time-servers.json'));
  const servers = settings === undefined ? [] : parseTimeServers(settings);
  const parts = { clock: systemClock, random: systemRandom };
  const clock = new MeasuredClock({
    clock: systemClock,
    servers,
    ask: (server) => askTimeServer(server, parts),
  });
  if (servers.length === 0) return clock;
  // Before the first entry: it says how far the clock is, or that nobody answered.
  await clock.look();
  setInterval(() => void clock.look(), lookMs).unref();
  return clock;
}
