import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';

import type { TenantId } from '#base/unit';
import { type HostedLog, LogHost } from './host.ts';

const [rural, urban, late] = ['rural', 'urban', 'late'] as [TenantId, TenantId, TenantId];

/** A house of logs that the test lets live, fail and hang. */
class Logs {
  readonly known: TenantId[] = [rural, urban];
  readonly opened: TenantId[] = [];
  readonly closed: TenantId[] = [];
  readonly trouble: string[] = [];
  readonly #failing = new Map<TenantId, () => Promise<void>>();
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor() {
    const host = new LogHost({
      known: async () => this.known,
      open: async (tenant) => this.#open(tenant),
      onTrouble: (thrown) => void this.trouble.push(String(thrown)),
      pause: () => turn(),
    });
    this.#done = host.run(this.#stop.signal);
  }

  whenever(tenant: TenantId, runs: () => Promise<void>): void {
    this.#failing.set(tenant, runs);
  }

  async until(holds: () => boolean): Promise<void> {
    for (let turns = 0; turns < 1_000; turns += 1) {
      if (holds()) return;
      await turn();
    }
    throw new Error('what was waited for never came');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  #open(tenant: TenantId): HostedLog {
    this.opened.push(tenant);
    return {
      run:
        this.#failing.get(tenant) ??
        ((stop) =>
          new Promise((end) => {
            if (stop.aborted) end();
            stop.addEventListener('abort', () => end());
          })),
      close: async () => void this.closed.push(tenant),
    };
  }
}

test('a log that fails is closed and opened again, and the other knows nothing of it', async () => {
  const logs = new Logs();
  logs.whenever(rural, () => Promise.reject(new Error('forked')));
  await logs.until(() => logs.opened.filter((tenant) => tenant === rural).length > 3);
  expect(logs.opened.filter((tenant) => tenant === urban)).toHaveLength(1);
  expect(logs.closed).not.toContain(urban);
  expect(logs.trouble[0]).toContain('forked');
  await logs.stop();
  expect(logs.closed.filter((tenant) => tenant === urban)).toHaveLength(1);
  expect(logs.closed.toSorted()).toEqual(logs.opened.toSorted());
});

test('a log that hangs at once holds up nobody, and a tenant that comes later is taken up', async () => {
  const logs = new Logs();
  let release = (): void => undefined;
  logs.whenever(
    rural,
    () =>
      new Promise((end) => {
        release = end;
      }),
  );
  await logs.until(() => logs.opened.includes(urban));
  logs.known.push(late);
  await logs.until(() => logs.opened.includes(late));
  expect(logs.opened.filter((tenant) => tenant === late)).toHaveLength(1);
  release();
  await logs.stop();
});
