/**
 * `fubie start [--no-story] [--lan]`: the whole house on this computer, until Ctrl-C.
 *
 * With `--lan` other computers and telephones of the same network reach it over HTTPS.
 */
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { readStartSettings } from '../../config.ts';
import { runFirstStory, type StoryOutcome } from '../house/first-story.ts';
import { type House, openHouse } from '../house/house.ts';
import { printHouse } from '../house/print-house.ts';
import { printLan } from '../house/print-lan.ts';
import { tellStory } from '../house/story.ts';

export async function run(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const ended = endSignal();
  const lan = args.includes('--lan');
  const house = await openHouse(
    { ...readStartSettings(), lan },
    { clock: systemClock, random: systemRandom },
  );
  try {
    const told = args.includes('--no-story') ? undefined : firstTold(house);
    // Ctrl-C in the middle of the story ends the house; what the story then meets is not news.
    const story = await Promise.race([told, ended.then(() => undefined)]);
    printHouse(house, { story, readyMs: performance.now() - began });
    if (lan) await printLan(house);
    await ended;
    process.stdout.write('\n正在停止 …\n');
  } finally {
    await house.close();
  }
  return 0;
}

/** A house that stands is worth more than its first story: a failed one is told and tried again. */
async function firstTold(house: House): Promise<StoryOutcome | undefined> {
  try {
    return await runFirstStory(house, tellStory);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    process.stderr.write(`首个故事没有走完：${thrown.code} ${JSON.stringify(thrown.details)}\n`);
    return undefined;
  }
}

/** Ctrl-C, a polite kill, or a closed terminal. A second Ctrl-C changes nothing: we are ending. */
function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve());
    }
  });
}
