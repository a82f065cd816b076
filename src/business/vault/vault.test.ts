import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import { BlindIndex } from './blind-index.ts';
import { foundCountMax, type Vault } from './index.ts';
import { coop, other, VaultWorld, wholeChange } from './vault-world.fixture.ts';

const person = { name: '测试王小明', idNumber: '99010119900307011X', phone: '00000000001' };

describe('the vault', () => {
  let world: VaultWorld;
  let vault: Vault;

  beforeEach(async () => {
    world = await VaultWorld.open();
    vault = world.vault();
  });
  afterEach(() => world.close());

  const enrol = (subject: string, values: Record<string, string> = person, tenant = coop) =>
    world.run(tenant, (unit) =>
      vault.putAll(
        unit,
        subject,
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, utf8(value)])),
      ),
    );
  const find = (field: string, text: string, tenant = coop) =>
    world.run(tenant, (unit) => vault.find(unit, field, text));
  const findLike = (field: string, text: string) =>
    world.run(coop, (unit) => vault.findLike(unit, field, text));

  test('what was put is read back, one by one and all together', async () => {
    await enrol('s1');
    await world.run(coop, async (unit) => {
      const name = await vault.get(unit, { subject: 's1', field: 'name' });
      expect(name && fromUtf8(name)).toBe(person.name);
      const all = Object.entries(await vault.getAll(unit, 's1'));
      expect(Object.fromEntries(all.map(([field, value]) => [field, fromUtf8(value)]))).toEqual(
        person,
      );
      expect(await vault.get(unit, { subject: 's1', field: 'card' })).toBeUndefined();
    });
  });

  test.each(['aes-256-gcm', 'sm4-ctr-hmac-sm3'] as const)(
    'under %s a ciphertext opens in its place and nowhere else',
    async (suite) => {
      world.suite = suite;
      const place = { subject: 's1', field: 'ticket:1' };
      const sealed = await world.run(coop, (unit) => vault.seal(unit, place, utf8('draft')));
      await enrol('s2');
      await enrol('s1', person, other);
      const opened = await world.run(coop, (unit) => vault.open(unit, place, sealed));
      expect(fromUtf8(opened)).toBe('draft');
      const refused = { code: 'vault.cipher_refused' };
      for (const [tenant, moved] of [
        [coop, { ...place, field: 'ticket:2' }],
        [coop, { ...place, subject: 's2' }],
        [other, place],
      ] as const) {
        const opening = world.run(tenant, (unit) => vault.open(unit, moved, sealed));
        await expect(opening).rejects.toMatchObject(refused);
      }
      for (let at = 0; at < sealed.length; at += 1) {
        const flipped = sealed.map((byte, n) => (n === at ? byte ^ 0x80 : byte));
        const opening = world.run(coop, (unit) => vault.open(unit, place, flipped));
        await expect(opening).rejects.toMatchObject({
          code: at === 0 ? 'vault.cipher_malformed' : 'vault.cipher_refused',
        });
      }
    },
  );

  test('a tenant that changes its suite reads both; relabelled as the other one, none opens', async () => {
    const place = { subject: 's1', field: 'note' };
    const inUnit = <T>(act: (unit: { tenant: TenantId }) => Promise<T>) => world.run(coop, act);
    const first = await inUnit((unit) => vault.seal(unit, place, utf8('long enough for both')));
    world.suite = 'sm4-ctr-hmac-sm3';
    const second = await inUnit((unit) => vault.seal(unit, place, utf8('long enough for both')));
    expect([first[0], second[0]]).toEqual([1, 2]);
    for (const sealed of [first, second]) {
      expect(fromUtf8(await inUnit((unit) => vault.open(unit, place, sealed)))).toContain('both');
      const relabelled = Uint8Array.of(3 - (sealed[0] ?? 0), ...sealed.subarray(1));
      const opening = inUnit((unit) => vault.open(unit, place, relabelled));
      await expect(opening).rejects.toMatchObject({ code: 'vault.cipher_refused' });
    }
  });

  test('equal persons in two cases and two tenants share no stored byte string', async () => {
    for (const subject of ['s1', 's2', 's3']) await enrol(subject);
    await enrol('s1', person, other);
    const strings = world.rows
      .dump()
      .split('\n')
      .filter((text) => /^[0-9a-f]{24,}$/.test(text));
    const tokens = [...world.rows.rows.values()];
    expect(tokens.length).toBeGreaterThan(4 * 10);
    expect(new Set(strings).size).toBe(strings.length);
    const windows = strings.flatMap((text) =>
      Array.from({ length: text.length / 2 - 11 }, (_, at) => text.slice(2 * at, 2 * at + 24)),
    );
    expect(new Set(windows).size).toBe(windows.length);
    for (const value of Object.values(person)) {
      expect(world.rows.dump()).not.toContain(toHex(utf8(value)));
    }
  });

  test('all cases of a person are found by the exact value, in any spelling of it', async () => {
    for (const subject of ['s1', 's2', 's3']) await enrol(subject);
    expect(await find('idNumber', ' 99010119900307011x ')).toEqual(['s1', 's2', 's3']);
    expect(await find('phone', '00000000002')).toEqual([]);
    expect(await find('idNumber', person.idNumber, other)).toEqual([]);
    const unknown = { code: 'vault.field_not_indexed' };
    await expect(find('address', 'x')).rejects.toMatchObject(unknown);
    await expect(findLike('idNumber2', 'x')).rejects.toMatchObject(unknown);
  });

  test('forty cases of one person are all found, though rows are looked at in batches', async () => {
    const subjects = Array.from({ length: 40 }, (_, at) => `s${String(at).padStart(2, '0')}`);
    for (const subject of subjects) await enrol(subject);
    vault = world.vault(); // forgets where the rows ended
    await enrol('s99');
    expect(await find('idNumber', person.idNumber)).toEqual([...subjects, 's99']);
    expect(await findLike('name', '王小')).toEqual([...subjects, 's99']);
  });

  test('a remembered end that was rolled back is not written behind: all are found after it', async () => {
    const subjects = Array.from({ length: 66 }, (_, at) => `s${String(at).padStart(2, '0')}`);
    for (const subject of subjects.slice(0, 6)) await enrol(subject);
    const kept = new Map(world.rows.rows);
    for (const subject of subjects.slice(6)) await enrol(subject);
    // The units of the later sixty fail at their commit, and this process remembers their counters.
    for (const token of world.rows.rows.keys()) {
      if (!kept.has(token)) world.rows.rows.delete(token);
    }
    await enrol('s99');
    expect(await findLike('name', '王小')).toEqual([...subjects.slice(0, 6), 's99']);
    vault = world.vault();
    expect(await findLike('name', '王小')).toEqual([...subjects.slice(0, 6), 's99']);
  });

  test('a part of a name, and the last four of a number, find who has them', async () => {
    await enrol('s1');
    await enrol('s2', { ...person, name: '测试王大', phone: '00000000022' });
    await enrol('s3', { ...person, name: '测试小王' });
    expect(await findLike('name', '王小')).toEqual(['s1']);
    expect(await findLike('name', '王')).toEqual(['s1', 's2', 's3']);
    expect(await findLike('name', '小王')).toEqual(['s3']);
    expect(await findLike('name', '王小王')).toEqual([]);
    expect(await findLike('phone', '0022')).toEqual(['s2']);
    expect(await findLike('phone', '022')).toEqual([]);
    expect(await findLike('name', '  ')).toEqual([]);
  });

  test('a value that changed is found by the new one only, and the others stay found', async () => {
    for (const subject of ['s1', 's2', 's3', 's4', 's5', 's6']) await enrol(subject);
    for (const subject of ['s1', 's2', 's3', 's4']) await enrol(subject, { phone: '00000000009' });
    expect(await find('phone', person.phone)).toEqual(['s5', 's6']);
    expect(await find('phone', '00000000009')).toEqual(['s1', 's2', 's3', 's4']);
    const before = world.rows.rows.size;
    await enrol('s1', { phone: '00000000009' });
    expect(world.rows.rows.size).toBe(before);
  });

  test('an erased person does not open, is not found and cannot be written again', async () => {
    await enrol('s1');
    await enrol('s2');
    const place = { subject: 's1', field: 'name' };
    const sealed = await world.run(coop, (unit) => vault.seal(unit, place, utf8('x')));
    await world.run(coop, async (unit) => {
      await vault.get(unit, place);
      await vault.erase(unit, 's1');
      await vault.erase(unit, 's1');
      const erased = { code: 'vault.erased' };
      await expect(vault.get(unit, place)).rejects.toMatchObject(erased);
      await expect(vault.open(unit, place, sealed)).rejects.toMatchObject(erased);
      await expect(vault.put(unit, place, utf8('back'))).rejects.toMatchObject(erased);
      await vault.erase(unit, 'never-seen');
      expect(await vault.subjectsErased(unit)).toEqual(['never-seen', 's1']);
      expect(await vault.subjectsErased(unit, 'never-seen')).toEqual(['s1']);
      await expect(vault.put(unit, { ...place, subject: 'never-seen' }, utf8('x')))
        .rejects //
        .toMatchObject(erased);
    });
    expect(await find('idNumber', person.idNumber)).toEqual(['s2']);
  });

  test('L-PI-11 a restricted person is kept and not used, except for a lawful purpose', async () => {
    await enrol('s1');
    await enrol('s2');
    const place = { subject: 's1', field: 'name' };
    const restricted = { code: 'vault.restricted' };
    const sealed = await world.run(coop, async (unit) => {
      await vault.get(unit, place);
      await vault.restrict(unit, 's1');
      await expect(vault.get(unit, place)).rejects.toMatchObject(restricted);
      return vault.seal(unit, { ...place, field: 'entry:1' }, utf8('storing goes on'));
    });
    await world.run(coop, async (unit) => {
      await expect(vault.open(unit, { ...place, field: 'entry:1' }, sealed))
        .rejects //
        .toMatchObject(restricted);
      await expect(vault.put(unit, place, utf8('x'))).rejects.toMatchObject(restricted);
      expect(await vault.find(unit, 'phone', person.phone)).toEqual(['s2']);
      expect(await vault.findLike(unit, 'name', '王小')).toEqual(['s2']);
      await expect(vault.erase(unit, 's1')).rejects.toMatchObject(restricted);
    });
    await world.run(coop, async (unit) => {
      vault.under(unit, 'subject');
      const name = await vault.get(unit, place);
      expect(name && fromUtf8(name)).toBe(person.name);
      expect(await vault.find(unit, 'phone', person.phone)).toEqual(['s1', 's2']);
      await expect(vault.erase(unit, 's1')).rejects.toMatchObject(restricted);
    });
    await world.run(coop, async (unit) => {
      await vault.unrestrict(unit, 's1');
      expect(await vault.get(unit, place)).toBeDefined();
      await vault.restrict(unit, 's1');
      vault.under(unit, 'legal');
      await vault.erase(unit, 's1');
      await expect(vault.get(unit, place)).rejects.toMatchObject({ code: 'vault.erased' });
    });
  });

  test('a value too large or a place of no name of ours is refused', async () => {
    await world.run(coop, async (unit) => {
      const large = new Uint8Array(64 * 1024 * 1024 + 1);
      const place = { subject: 's1', field: 'document' };
      await expect(vault.seal(unit, place, large)).rejects.toMatchObject({
        code: 'vault.too_large',
      });
      const malformed = { code: 'vault.field_malformed' };
      for (const name of ['', '测试借款人', 'a b', 'x'.repeat(257)]) {
        const [field, subject] = [name, name];
        await expect(vault.put(unit, { ...place, field }, utf8('x')))
          .rejects //
          .toMatchObject(malformed);
        await expect(vault.seal(unit, { ...place, subject }, utf8('x')))
          .rejects //
          .toMatchObject(malformed);
      }
    });
  });

  test('an index question that nobody could look through is refused', async () => {
    await enrol('s1');
    const piece = { field: 'name', kind: 'grams', value: '王' } as const;
    const crowd = Array.from({ length: foundCountMax }, (_, at) => ({
      ...piece,
      subject: `crowd${at}`,
    }));
    await world.run(coop, (unit) =>
      new BlindIndex(world.parts()).file(unit, { epoch: 'e000001', purpose: 'store' }, crowd),
    );
    await expect(findLike('name', '王')).rejects.toMatchObject({ code: 'vault.find_too_wide' });
    // With one more character it is a question again.
    expect(await findLike('name', '王小')).toEqual(['s1']);
  });

  test('after erasure and a change of epoch nothing opens and no guess is confirmed', async () => {
    await enrol('s1');
    await enrol('s2', { ...person, idNumber: '990101199111300025', name: '测试李四' });
    const backup = structuredClone([...world.rows.rows]);
    const [old] = await world.run(coop, (unit) => world.rows.keysOf(unit, ['s1']));
    await world.run(coop, (unit) => vault.erase(unit, 's1'));
    await wholeChange(world.change(), coop);
    const keys = world.reopenKeys();
    expect(await keys.unwrap(coop, old === undefined ? [] : [old])).toEqual([undefined]);
    // All that the remaining keys can make of a right guess meets no row of then or now.
    const tokens = new Set<string>();
    for (const kind of ['exact', 'tail', 'grams'] as const) {
      for (const field of ['idNumber', 'phone', 'name']) {
        for (const value of [person.idNumber, person.phone, person.name, '王小', '011X']) {
          const asks = [{ field, kind, value, from: 0, count: 100 }];
          for (const { tokens: made } of await keys.tokens(coop, { purpose: 'find', asks })) {
            const all = toHex(made[0] ?? utf8(''));
            for (let at = 0; at < all.length; at += 64) tokens.add(all.slice(at, at + 64));
          }
        }
      }
    }
    expect(tokens.size).toBe(3 * 3 * 5 * 100);
    const then = backup.map(([, { token }]) => toHex(token));
    const now = [...world.rows.rows.values()].map(({ token }) => toHex(token));
    expect(then.filter((token) => tokens.has(token))).toEqual([]);
    // The living one has the same phone: the search works, and finds her alone.
    expect(now.filter((token) => tokens.has(token)).length).toBeGreaterThan(0);
    expect(await find('phone', person.phone)).toEqual(['s2']);
  });
});
