import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cipherSuites } from '#adapters/engine';
import { SoftWrapKeys } from '#adapters/keystores';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { EpochChange, Vault, type VaultParts } from '#business/vault';
import { txOf } from '../database.ts';
import { bankA, bankB, openScratch, type Scratch } from '../scratch.ts';
import { findPlainText } from './plain-text.ts';
import { PostgresVaultEpochs } from './vault-epoch-store.ts';
import { PostgresVaultIndex } from './vault-index-store.ts';
import { PostgresVault } from './vault-store.ts';

const limits = { find: 1e9, store: 1e9, change: 1e9 };
const idNumber = '990101199003070111';
const person = { name: '测试借款人', idNumber, phone: '00000000001' };

describe('the vault on PostgreSQL', () => {
  let world: Scratch;
  let folder = '';
  let keys: SoftWrapKeys;
  let vault: Vault;
  const entries: { tenant: TenantId; closed: readonly string[] }[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-keys-'));
    world = await openScratch();
    keys = new SoftWrapKeys(join(folder, 'vault'), systemRandom, { limits });
    vault = new Vault(partsOf());
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  function partsOf(): VaultParts {
    return {
      store: new PostgresVault(),
      index: new PostgresVaultIndex(),
      keys,
      random: systemRandom,
      suites: cipherSuites,
      suiteOf: async () => 'aes-256-gcm',
      indexed: { idNumber: ['exact'], phone: ['exact', 'tail'], name: ['grams'] },
    };
  }

  /** With `dies`, every call of the change passes it first. */
  function changeOf(dies: () => void = () => undefined): EpochChange {
    const dying = <T extends object>(part: T): T =>
      new Proxy(part, {
        get(held, name) {
          const member: unknown = Reflect.get(held, name);
          if (typeof member !== 'function') return member;
          return (...asked: unknown[]): unknown => {
            dies();
            return Reflect.apply(member, held, asked);
          };
        },
      });
    const parts = partsOf();
    return new EpochChange({
      ...parts,
      store: dying(parts.store),
      index: dying(parts.index),
      keys: dying(keys),
      units: world.units,
      rows: dying(new PostgresVaultEpochs()),
      orders: dying(keys),
      recorder: {
        async turned({ tenant }, { closed }) {
          dies();
          entries.push({ tenant, closed });
        },
      },
      clock: systemClock,
    });
  }

  const inBank = <T>(action: (unit: Unit) => Promise<T>, tenant = bankA): Promise<T> =>
    world.units.run(tenant, action);
  const enrol = (subject: string, tenant: TenantId = bankA, values = person): Promise<void> => {
    const all = Object.entries(values).map(([field, value]) => [field, utf8(value)] as const);
    return inBank((unit) => vault.putAll(unit, subject, Object.fromEntries(all)), tenant);
  };
  const find = (value: string, tenant = bankA) =>
    inBank((unit) => vault.find(unit, 'idNumber', value), tenant);
  const turn = async (change: EpochChange, tenant = bankA): Promise<void> => {
    await change.order(tenant);
    while (!(await change.step(tenant)).done);
  };

  const rowsOfSubject = async (unit: Unit, subject: string): Promise<readonly string[]> => {
    const tx = txOf<{ vault_index: { subject: string | null; field: string } }>(unit);
    const rows = tx.selectFrom('vault_index').select('field').where('subject', '=', subject);
    return (await rows.execute()).map(({ field }) => field);
  };

  test('what was put is read back, and no table shows it as plain text', async () => {
    await enrol('s1');
    const name = await inBank((unit) => vault.get(unit, { subject: 's1', field: 'name' }));
    expect(name && fromUtf8(name)).toBe(person.name);
    const search = { tenants: [bankA, bankB], words: Object.values(person) };
    expect(await findPlainText(world.owner, search)).toEqual([]);
  });

  test('the search for plain text finds what a careless store would write', async () => {
    const spellings = [
      utf8(`name=${person.name};`),
      utf8(JSON.stringify({ b64: toBase64(utf8(`x${idNumber}`)) })),
    ];
    await inBank(async (unit) => {
      await vault.seal(unit, { subject: 'careless', field: 'x' }, utf8('makes the subject'));
      const values = spellings.map((cipher, at) => ({ field: `f${at}`, cipher }));
      await new PostgresVault().put(unit, 'careless', values);
    }, bankB);
    const search = { tenants: [bankB], words: [person.name] };
    const found = await findPlainText(world.owner, search);
    expect(found).toEqual([{ table: 'vault_value', word: person.name }]);
    await inBank(async (unit) => {
      await sql`delete from vault_value where subject = 'careless'`.execute(txOf(unit));
      await vault.erase(unit, 'careless');
    }, bankB);
  });

  test('a person is found by the exact value and by parts, in her own bank only', async () => {
    await enrol('s2');
    expect(await find(idNumber)).toEqual(['s1', 's2']);
    expect(await find('990101199111300025')).toEqual([]);
    expect(await find(idNumber, bankB)).toEqual([]);
    const like = (field: string, text: string) =>
      inBank((unit) => vault.findLike(unit, field, text));
    expect(await like('name', '借款')).toEqual(['s1', 's2']);
    expect(await like('phone', '0001')).toEqual(['s1', 's2']);
    expect(await like('name', '款借')).toEqual([]);
  });

  test('equal persons share no stored byte string in any row of the vault', async () => {
    await enrol('s1', bankB);
    const dumped = await Promise.all(
      [bankA, bankB].map((tenant) =>
        inBank(async (unit) => {
          const { rows } = await sql<{ bytes: Uint8Array }>`
            select token as bytes from vault_index union all select cipher from vault_value
            union all select wrapped from vault_subject where wrapped is not null`.execute(
            txOf(unit),
          );
          return rows.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
        }, tenant),
      ),
    );
    const windows = dumped
      .flat()
      .flatMap((text) =>
        Array.from({ length: text.length / 2 - 11 }, (_, at) => text.slice(2 * at, 2 * at + 24)),
      );
    expect(windows.length).toBeGreaterThan(1_000);
    expect(new Set(windows).size).toBe(windows.length);
  });

  test('eight units that file one surname at once all succeed, and all are found', async () => {
    const subjects = Array.from({ length: 8 }, (_, at) => `crowd${String(at).padStart(2, '0')}`);
    const values = { name: '测试欧阳', idNumber: '990101200001010010', phone: '00000000055' };
    const tries = subjects.map(async (subject) => {
      for (;;) {
        const failed = await enrol(subject, bankB, values).catch((thrown: unknown) => thrown);
        if (failed === undefined) return;
        // Two that wait for each other: one is sent away and comes again.
        expect(failed).toMatchObject({ retryable: true });
      }
    });
    await Promise.all(tries);
    expect(await find(values.idNumber, bankB)).toEqual(subjects);
    const like = await inBank((unit) => vault.findLike(unit, 'name', '欧阳'), bankB);
    expect(like).toEqual(subjects);
  });

  test('a document of the largest size is sealed and opened', async () => {
    const document = new Uint8Array(50 * 1024 * 1024).fill(7);
    const place = { subject: 's1', field: 'revision:d:0' };
    await inBank(async (unit) => {
      const sealed = await vault.seal(unit, place, document);
      expect(Buffer.compare(await vault.open(unit, place, sealed), document)).toBe(0);
    });
  });

  test('an erased person does not open, is not found and cannot be written again', async () => {
    await enrol('s4');
    const place = { subject: 's4', field: 'name' };
    await inBank(async (unit) => {
      await vault.get(unit, place);
      await vault.erase(unit, 's4');
      await expect(vault.get(unit, place)).rejects.toMatchObject({ code: 'vault.erased' });
    });
    await inBank(async (unit) => {
      await vault.erase(unit, 's4');
      await vault.erase(unit, 'unseen');
      const erased = { code: 'vault.erased' };
      await expect(vault.put(unit, place, utf8('back'))).rejects.toMatchObject(erased);
      expect(await vault.find(unit, 'idNumber', idNumber)).not.toContain('s4');
      expect(await vault.subjectsErased(unit)).toEqual(['s4', 'unseen']);
    });
  });

  test('an erasure waits for who is still writing, so that nothing of hers is filed after it', async () => {
    const values = { ...person, idNumber: '990101199003070199' };
    await enrol('raced', bankA, values);
    let go: () => void = () => undefined;
    const gate = new Promise<void>((open) => {
      go = open;
    });
    let holding: () => void = () => undefined;
    const held = new Promise<void>((open) => {
      holding = open;
    });
    const place = { subject: 'raced', field: 'idNumber' };
    const writing = inBank(async (unit) => {
      await vault.put(unit, { ...place, field: 'note' }, utf8('x'));
      holding();
      await gate;
      await vault.put(unit, place, utf8('990101199003070198'));
    });
    await held;
    const erasing = inBank((unit) => vault.erase(unit, 'raced'));
    await new Promise((soon) => setTimeout(soon, 300));
    go();
    await Promise.all([writing, erasing]);
    expect(await find('990101199003070198')).toEqual([]);
    expect(await inBank((unit) => rowsOfSubject(unit, 'raced'))).toEqual([]);
  });

  test('two units that meet a person first agree on one key', async () => {
    const put = (field: string) =>
      inBank((unit) => vault.put(unit, { subject: 's5', field }, utf8(field)));
    await Promise.all([put('a'), put('b'), put('c')]);
    const read = await inBank((unit) => vault.getAll(unit, 's5', ['a', 'c']));
    expect(Object.values(read).map(fromUtf8)).toEqual(['a', 'c']);
  });

  test('a crash at every single call of an epoch change loses nobody and tells it once', async () => {
    const living = ['s1', 's2', 's5'];
    const foundBefore = await find(idNumber);
    let crashAt = 0;
    let finished = false;
    while (!finished) {
      crashAt += 1;
      let calls = 0;
      const dying = changeOf(() => {
        calls += 1;
        if (calls === crashAt) throw new Error('the process dies here');
      });
      finished = await turn(dying).then(
        () => true,
        () => false,
      );
      keys = new SoftWrapKeys(join(folder, 'vault'), systemRandom, { limits });
      vault = new Vault(partsOf());
      expect(await find(idNumber)).toEqual(foundBefore);
      const on = changeOf();
      while (!(await on.step(bankA)).done);
      expect(await keys.epochs(bankA)).toHaveLength(1);
      expect(await find(idNumber)).toEqual(foundBefore);
      for (const subject of living) {
        const opened = await inBank((unit) => vault.getAll(unit, subject));
        expect(Object.keys(opened).length).toBeGreaterThan(0);
      }
    }
    expect(crashAt).toBeGreaterThan(15);
    const closed = entries.flatMap((entry) => entry.closed);
    expect(new Set(closed).size).toBe(closed.length);
    const [today] = await keys.epochs(bankA);
    expect(closed.length).toBe(Number(today?.slice(1)) - 1);
    // Nothing stands under an epoch that is over.
    const left = await inBank((unit) =>
      sql`select 1 from vault_index where epoch < ${today}
          union all select 1 from vault_subject where epoch < ${today}
          union all select 1 from vault_epoch where epoch < ${today}`.execute(txOf(unit)),
    );
    expect(left.rows).toEqual([]);
  });

  test('a unit that began under the old epoch holds its end back, or is told to come again', async () => {
    const change = changeOf();
    await change.order(bankA);
    const [old = ''] = await keys.epochs(bankA);
    const store = new PostgresVault();
    const row = { key: { epoch: old, wrapped: Uint8Array.of(1) }, values: [] };
    // It wrote under the old epoch and has not committed: the change cannot end meanwhile.
    let ended = false;
    let ending: Promise<unknown> = Promise.resolve();
    await inBank(async (unit) => {
      await store.addSubject(unit, 'slow', row);
      const rows = new PostgresVaultEpochs();
      ending = inBank(async (closing) => {
        await rows.close(closing, [old]);
        ended = true;
      }).catch((refused: unknown) => refused);
      await new Promise((go) => setTimeout(go, 200));
      expect(ended).toBe(false);
    });
    expect(await ending).toMatchObject({ code: 'vault.epoch_unfinished', retryable: true });
    await inBank((unit) => store.erase(unit, 'slow'));
    while (!(await change.step(bankA)).done);
    // It asked the key store before the turn and writes after the end: refused, nothing lost.
    const late = inBank((unit) => store.addSubject(unit, 'late', row));
    await expect(late).rejects.toMatchObject({ code: 'vault.epoch_over', retryable: true });
  });

  test('people go on writing and reading while their epoch changes', async () => {
    const change = changeOf();
    await change.order(bankA);
    const failures: unknown[] = [];
    const work = { changing: true };
    const busy = async (worker: number): Promise<void> => {
      for (let at = 0; work.changing; at += 1) {
        const subject = `busy${worker}-${at % 5}`;
        const phone = `0000000${worker}${String(at % 100).padStart(3, '0')}`;
        try {
          await enrol(subject, bankA, { ...person, idNumber: `99010119900307${worker}`, phone });
          const found = await inBank((unit) => vault.find(unit, 'phone', phone));
          if (!found.includes(subject)) failures.push({ subject, phone, found });
        } catch (thrown) {
          const isPassing = thrown instanceof Error && 'retryable' in thrown && thrown.retryable;
          if (isPassing !== true) failures.push(thrown);
        }
      }
    };
    const workers = [busy(1), busy(2)];
    for (let turns = 0; turns < 5; turns += 1) {
      for (;;) {
        const standing = await change.step(bankA).catch(() => undefined);
        if (standing?.done === true) break;
      }
      await change.order(bankA);
    }
    work.changing = false;
    await Promise.all(workers);
    while (!(await change.step(bankA)).done);
    expect(failures).toEqual([]);
    for (const worker of [1, 2]) {
      const found = await find(`99010119900307${worker}`);
      expect(found.length).toBeGreaterThan(0);
    }
  });
});
