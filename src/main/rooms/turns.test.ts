import { expect, test } from 'vitest';
import type { TenantId } from '#base/unit';
import { Turns } from './turns.ts';

const [busy, quiet] = ['busy', 'quiet'] as TenantId[] as [TenantId, TenantId];

function world(hasWork: (tenant: TenantId) => boolean = () => false) {
  const at = { ms: 0 };
  const asked: TenantId[] = [];
  let rounds = 0;
  const turns = new Turns({
    ids: async () => {
      rounds += 1;
      return [busy, quiet];
    },
    turn: async (tenant) => {
      asked.push(tenant);
      return hasWork(tenant);
    },
    now: () => at.ms,
  });
  /** As many passes as there are in so many milliseconds, a tenth of a second each. */
  const goOn = async (ms: number): Promise<void> => {
    for (const end = at.ms + ms; at.ms < end; at.ms += 100) await turns.pass();
  };
  return { at, asked, turns, goOn, rounds: () => rounds };
}

test('who has nothing to do is asked once a second, and the list of tenants with him', async () => {
  const { asked, goOn, rounds } = world();
  await goOn(10_000);
  expect(rounds()).toBe(10);
  expect(asked.filter((tenant) => tenant === quiet)).toHaveLength(10);
});

test('who is woken is asked at the next pass and briskly for a while, the others are not', async () => {
  const { asked, goOn, turns } = world();
  await goOn(500);
  asked.length = 0;
  turns.wake(busy);
  await turns.pass();
  expect(asked).toEqual([busy]);
  await goOn(20_000);
  const times = asked.filter((tenant) => tenant === busy).length;
  expect(times).toBeGreaterThan(50);
  expect(times).toBeLessThan(80);
  expect(asked.filter((tenant) => tenant === quiet).length).toBeLessThan(25);
});

test('who nobody woke is found all the same, and then stays brisk while he has work', async () => {
  const { asked, goOn } = world((tenant) => tenant === busy);
  await goOn(2_000);
  expect(asked.filter((tenant) => tenant === busy)).toHaveLength(20);
});

test('a rest ends when somebody is woken, and when the process stops', async () => {
  const { turns, at } = world();
  await turns.pass();
  const control = new AbortController();
  const woken = turns.rest(control.signal);
  turns.wake(quiet);
  await woken;
  at.ms = 10_000;
  await turns.pass();
  const stopped = turns.rest(control.signal);
  control.abort();
  await stopped;
  await turns.rest(control.signal);
  expect(at.ms).toBe(10_000);
});
