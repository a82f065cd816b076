/**
 * One life of a log's process near the border of a half-year: takes the log up where the last life
 * left it, records under load, lets its clock pass the next border, and is killed where it is told.
 */
import { shardName } from '#formats/shard';
import type { SequencerStep } from '#trust/evidence';
import type { BorderStep } from '../../src/main/log/borders.ts';
import { type BorderUrls, BorderWorld, borderTenant } from './border-world.ts';

/** Where a life ends: at the first such step once its clock stands behind the border. */
export interface BorderKill {
  readonly step: SequencerStep | BorderStep;
  /** Of the shard that ends, or of the one that begins. */
  readonly of: 'old' | 'new';
}

export interface BorderOrder {
  readonly root: string;
  readonly urls: BorderUrls;
  /** Times before and behind the border. */
  readonly before: string;
  readonly behind: string;
  readonly kill: BorderKill;
  readonly caseId: string;
}

/** What a life tells: an entry that was acknowledged, or that it was not killed. */
export type BorderTold = { readonly hash: string } | { readonly lived: true };

const writers = 3;

process.once('message', (order: BorderOrder) => void live(order));

async function live({ root, urls, before, behind, kill, caseId }: BorderOrder): Promise<void> {
  const world = await BorderWorld.open(root, urls);
  world.clock.set(before);
  world.run();
  await world.record(caseId);
  // What the last life left of its crossing is finished first.
  await world.until(async () => {
    const name = (await world.shards()).at(-1)?.name ?? '';
    return name === shardName(world.clock.now()) ? true : undefined;
  });
  await world.untilWitnessed(caseId);
  const known = (await world.shards()).length;
  let shards = known;
  let isBehind = false;
  world.observe = (step) => {
    if (step === 'crossed') shards += 1;
    const isHere = kill.of === 'old' ? shards === known : shards > known;
    if (isBehind && isHere && step === kill.step) process.kill(process.pid, 'SIGKILL');
  };
  for (let at = 0; at < writers; at += 1) void write(world, `${caseId}-${at}`);
  world.clock.set(behind);
  isBehind = true;
  await world.until(async () => ((await world.shards()).length > known ? true : undefined));
  await world.record(caseId);
  await world.untilWitnessed(caseId);
  tell({ lived: true });
}

async function write(world: BorderWorld, caseId: string): Promise<void> {
  for (;;) {
    await world.record(caseId);
    const hash = await world.units.run(borderTenant, async (unit) => {
      const entries = await world.entries.ofCase(unit, caseId);
      return entries.at(-1)?.hash ?? '';
    });
    tell({ hash });
  }
}

function tell(told: BorderTold): void {
  process.send?.(told);
}
