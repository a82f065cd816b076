/**
 * `kill -9` at the points of a crossing from one half-year to the next, under load, border after
 * border: nothing that was acknowledged is lost or stands twice, and no size has two roots.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { type Embedded, migrate, PostgresLogAudit, startEmbedded } from '#adapters/postgres';
import { toBase64 } from '#base/bytes';
import { entryHash } from '#formats/entry';
import { isBorder } from '#formats/shard';
import type { BorderKill, BorderOrder, BorderTold } from './border-child.ts';
import { BorderWorld, borderTenant } from './border-world.ts';

const kills: readonly BorderKill[] = [
  { step: 'keys', of: 'old' },
  { step: 'placed', of: 'old' },
  { step: 'link', of: 'old' },
  { step: 'row', of: 'old' },
  { step: 'placed', of: 'new' },
];
const passwords = {
  postgres: 'kill-postgres',
  fubie_owner: 'kill-owner',
  fubie_app: 'kill-app',
  fubie_sequencer: 'kill-sequencer',
  fubie_backup: 'kill-backup',
};
const lifeMsMax = 20_000;
let folder: string;
let embedded: Embedded;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-borderkill-'));
  embedded = await startEmbedded({ folder: join(folder, 'pg'), passwords });
  await migrate(embedded.url('fubie_owner'), passwords);
});
afterAll(async () => {
  await embedded.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Half-years from 2027 on: the time just before the n-th border, and just behind it. */
function border(nth: number): Pick<BorderOrder, 'before' | 'behind'> {
  const year = 2027 + Math.floor(nth / 2);
  return nth % 2 === 0
    ? { before: `${year - 1}-12-31T23:59:30+08:00`, behind: `${year}-01-01T00:00:01+08:00` }
    : { before: `${year}-06-30T23:59:30+08:00`, behind: `${year}-07-01T00:00:01+08:00` };
}

/** The hashes that were acknowledged in a life, and whether it was killed as ordered. */
async function life(order: BorderOrder): Promise<{ hashes: string[]; isKilled: boolean }> {
  const hashes: string[] = [];
  const child: ChildProcess = fork(join(import.meta.dirname, 'border-child.ts'));
  const tooLong = setTimeout(() => child.kill('SIGKILL'), lifeMsMax);
  let hasLived = false;
  child.on('message', (told: BorderTold) => {
    if ('hash' in told) hashes.push(told.hash);
    else {
      hasLived = true;
      child.kill('SIGTERM');
    }
  });
  child.send(order);
  const signal = await new Promise((resolve) => {
    child.once('exit', (_code, by) => resolve(by));
  });
  clearTimeout(tooLong);
  return { hashes, isKilled: signal === 'SIGKILL' && !hasLived };
}

test('a crossing that is killed anywhere goes on where it was', async () => {
  const urls = { app: embedded.url('fubie_app'), sequencer: embedded.url('fubie_sequencer') };
  const acknowledged: string[] = [];
  for (const [nth, kill] of kills.entries()) {
    const caseId = `case-${nth}`;
    const { hashes, isKilled } = await life({ root: folder, urls, ...border(nth), kill, caseId });
    expect([kill, isKilled]).toEqual([kill, true]);
    acknowledged.push(...hashes);
  }
  const world = await BorderWorld.open(folder, urls);
  world.clock.set(border(kills.length).before);
  const stop = world.run();
  await world.record('case-last');
  await world.untilWitnessed('case-last');
  await stop();
  const all = await world.units.run(borderTenant, (unit) =>
    new PostgresLogAudit(unit).entries(0, 1_000_000),
  );
  const placed = new Map<string, number>();
  for (const { bytes } of all) {
    if (isBorder(bytes)) continue;
    const hash = await entryHash(bytes, nodeEngine);
    placed.set(hash, (placed.get(hash) ?? 0) + 1);
  }
  expect(acknowledged.length).toBeGreaterThan(kills.length);
  expect(acknowledged.filter((hash) => !placed.has(hash))).toEqual([]);
  expect([...placed.values()].filter((times) => times !== 1)).toEqual([]);
  // One border after the other, each with its two leaves and no more.
  expect((await world.shards()).map(({ number }) => number)).toHaveLength(kills.length + 1);
  expect(all.filter(({ bytes }) => isBorder(bytes))).toHaveLength(2 * kills.length);
  const roots = new Map<string, string>();
  for (const { memory } of world.witnesses.values()) {
    for (const { origin, size, root } of await memory.all()) {
      const name = `${origin} ${size}`;
      expect(roots.get(name) ?? toBase64(root), name).toBe(toBase64(root));
      roots.set(name, toBase64(root));
    }
  }
  expect(await world.checked()).toMatchObject({ is: 'sound', flaws: [] });
  await world.close();
});
