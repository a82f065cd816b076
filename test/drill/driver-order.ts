/**
 * What the drill tells its driver to play, and how the driver's files are read afterwards.
 */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { syntheticBorrower } from '#adapters/gateways';
import { socketOf } from '../../src/main/estate/estate.ts';
import { loanPlan } from '../../src/main/house/story.ts';
import type { World } from '../world.ts';
import type { DriverOrder } from './driver.ts';
import { type Answer, answersFile, driverOrderFile } from './driver-files.ts';

const program = fileURLToPath(new URL('driver.ts', import.meta.url));
/** Through every outage of the drill: what is lost by giving up early proves nothing. */
const patienceMs = 10 * 60_000;

export interface Driven {
  /** Resolves when every story has ended; true when all of them ended well. */
  readonly ended: Promise<boolean>;
  running(): boolean;
  /** What each story was told, in order, as it stands on the disk. */
  answers(): Promise<ReadonlyMap<string, readonly Answer[]>>;
}

/** Starts the driver as a process of its own. Each story has a handset of its own. */
export async function drive(
  world: World,
  order: { folder: string; stories: number; apartMs: number },
): Promise<Driven> {
  const { folder, apartMs } = order;
  const stories: DriverOrder['stories'][number][] = [];
  for (let number = 1; number <= order.stories; number += 1) {
    const name = `story-${String(number).padStart(2, '0')}`;
    const phone = `000000000${String(number).padStart(2, '0')}`;
    await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
    const sim = await world.sim(phone);
    const api = socketOf(world.house.estate, 'serve');
    stories.push({
      name,
      phone: { api, sim, plan: loanPlan({ ...syntheticBorrower, phone }) },
    });
  }
  const written: DriverOrder = { stories, apartMs, patienceMs };
  await writeFile(join(folder, driverOrderFile), JSON.stringify(written));
  const child = spawn(process.execPath, [program, folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let running = true;
  const ended = new Promise<boolean>((resolve) => {
    child.once('exit', (code) => {
      running = false;
      resolve(code === 0);
    });
  });
  return {
    ended,
    running: () => running,
    answers: async () =>
      new Map(
        await Promise.all(
          stories.map(async ({ name }) => [name, await told(join(folder, name))] as const),
        ),
      ),
  };
}

async function told(folder: string): Promise<Answer[]> {
  const text = await readFile(join(folder, answersFile), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
}
