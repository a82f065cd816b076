import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import type { EpochOrders, Vault } from './index.ts';
import { coop, other, VaultWorld, wholeChange } from './vault-world.fixture.ts';

const phone = '00000000007';

describe('a change of epoch', () => {
  let world: VaultWorld;
  let vault: Vault;

  beforeEach(async () => {
    world = await VaultWorld.open(11);
    vault = world.vault();
    for (const subject of ['s1', 's2', 's3']) await enrol(subject);
    await enrol('theirs', other);
  });
  afterEach(() => world.close());

  const enrol = (subject: string, tenant = coop) =>
    world.run(tenant, (unit) =>
      vault.putAll(unit, subject, { phone: utf8(phone), name: utf8(`测试${subject}`) }),
    );
  const nameOf = (subject: string, tenant = coop) =>
    world.run(tenant, async (unit) => {
      const name = await vault.get(unit, { subject, field: 'name' });
      return name && fromUtf8(name);
    });
  const find = (tenant = coop) => world.run(tenant, (unit) => vault.find(unit, 'phone', phone));

  test('everybody is read and found before, in the middle and after; only one tenant moves', async () => {
    const change = world.change();
    const wrapsBefore = structuredClone([...world.rows.subjects.values()]);
    expect(await change.order(coop)).toEqual({ epoch: 'e000002', left: 3, done: false });
    expect(await change.order(coop)).toMatchObject({ epoch: 'e000002', left: 3 });
    await enrol('s4'); // comes in the middle, in the new epoch
    expect(await find()).toEqual(['s1', 's2', 's3', 's4']);
    expect(await change.step(coop)).toMatchObject({ done: false });
    expect(await find()).toEqual(['s1', 's2', 's3', 's4']);
    while (!(await change.step(coop)).done);
    expect(await find()).toEqual(['s1', 's2', 's3', 's4']);
    expect(await nameOf('s2')).toBe('测试s2');
    expect(await world.keys.epochs(coop)).toEqual(['e000002']);
    expect(await world.keys.epochs(other)).toEqual(['e000001']);
    expect(await nameOf('theirs', other)).toBe('测试theirs');
    expect(world.entries).toEqual([{ tenant: coop, closed: ['e000001'], epoch: 'e000002' }]);
    // What an old back-up holds of persons who live opens no more either.
    const stolen = wrapsBefore.flatMap(({ key }, at) =>
      key === undefined ? [] : [{ subject: `s${at + 1}`, ...key }],
    );
    const opened = await world.keys.unwrap(coop, stolen.slice(0, 3));
    expect(opened).toEqual([undefined, undefined, undefined]);
    // And no row of the old epoch is left to try guesses at.
    const epochs = [...world.rows.rows.keys()].map((key) => key.split('\n').slice(0, 2).join(' '));
    expect(new Set(epochs)).toEqual(new Set(['test-coop e000002', 'test-other e000001']));
  });

  test('whoever read a row before the change finishes after it', async () => {
    const late = world.rows.subjects.get(`${coop}\ns1`);
    const stale = late?.key;
    let reads = 0;
    const slow = new Proxy(world.rows, {
      get: (rows, name) => {
        const member: unknown = Reflect.get(rows, name);
        if (typeof member !== 'function') return member;
        if (name !== 'subject') return member.bind(rows) as unknown;
        return async (...asked: Parameters<typeof rows.subject>) => {
          reads += 1;
          return reads === 1 ? { key: stale, restricted: false } : rows.subject(...asked);
        };
      },
    });
    await wholeChange(world.change(), coop);
    const { Vault: Again } = await import('./index.ts');
    const reader = new Again({ ...world.parts(), store: slow });
    const name = await world.run(coop, (unit) =>
      reader.get(unit, { subject: 's1', field: 'name' }),
    );
    expect(name && fromUtf8(name)).toBe('测试s1');
    expect(reads).toBe(2);
  });

  test('a crash at any order to the key store, or at the entry, is gone on from', async () => {
    for (let crashAt = 1; crashAt <= 12; crashAt += 1) {
      let calls = 0;
      const dies = async (): Promise<void> => {
        calls += 1;
        if (calls === crashAt) throw new Error('the process dies here');
      };
      const keys = world.keys;
      const orders: EpochOrders = {
        epochs: async (tenant) => (await dies(), keys.epochs(tenant)),
        turn: async (tenant, from) => {
          const epoch = await keys.turn(tenant, from);
          await dies(); // after the effect, before anybody hears of it
          return epoch;
        },
        retire: async (tenant, epoch) => {
          await dies(); // before the effect, after the rows say that it is over
          await keys.retire(tenant, epoch);
        },
      };
      const before = world.entries.length;
      await wholeChange(world.change(orders), coop).catch(() => undefined);
      world.reopenKeys();
      vault = world.vault();
      expect(await find()).toEqual(['s1', 's2', 's3']);
      const change = world.change();
      while (!(await change.step(coop)).done);
      expect(await world.keys.epochs(coop)).toHaveLength(1);
      expect(world.entries.length - before).toBeLessThanOrEqual(1);
      expect(await find()).toEqual(['s1', 's2', 's3']);
      expect(await nameOf('s3')).toBe('测试s3');
    }
    // Of each turn the register knows: e000002 … in order, none twice.
    const closed = world.entries.flatMap((entry) => entry.closed);
    expect(closed).toEqual(closed.toSorted());
    expect(new Set(closed).size).toBe(closed.length);
    expect(await world.keys.epochs(coop)).toEqual([world.entries.at(-1)?.epoch]);
  });

  test('a restricted person is moved like the others, and stays restricted', async () => {
    await world.run(coop, (unit) => vault.restrict(unit, 's2'));
    await wholeChange(world.change(), coop);
    await expect(nameOf('s2')).rejects.toMatchObject({ code: 'vault.restricted' });
    expect(await find()).toEqual(['s1', 's3']);
    const found = await world.run(coop, async (unit) => {
      vault.under(unit, 'legal');
      return vault.find(unit, 'phone', phone);
    });
    expect(found).toEqual(['s1', 's2', 's3']);
  });

  test('a worker begins a change after seven days and not before', async () => {
    const change = world.change();
    await wholeChange(change, coop);
    world.clock.instant = addSeconds(world.clock.instant, 7 * 86_400 - 1);
    expect(await change.tend(coop)).toEqual({ epoch: 'e000002', left: 0, done: true });
    world.clock.instant = addSeconds(world.clock.instant, 1);
    expect(await change.tend(coop)).toEqual({ epoch: 'e000003', left: 3, done: false });
    while (!(await change.tend(coop)).done);
    expect(await world.keys.epochs(coop)).toEqual(['e000003']);
    expect(await find()).toEqual(['s1', 's2', 's3']);
  });

  test('two workers at one change do it once', async () => {
    await Promise.all([world.change().order(coop), world.change().order(coop)]);
    const [one, two] = [world.change(), world.change()];
    for (;;) {
      const [a, b] = [await one.step(coop), await two.step(coop)];
      if (a.done && b.done) break;
    }
    expect(world.entries).toHaveLength(1);
    expect(await find()).toEqual(['s1', 's2', 's3']);
  });
});
