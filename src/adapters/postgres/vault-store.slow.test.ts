import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SoftWrapKeys } from '#adapters/keystores';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import { Vault } from '#business/vault';
import { txOf } from './database.ts';
import { findPlainText } from './plain-text.ts';
import { bankA, bankB, openScratch, type Scratch } from './scratch.ts';
import { PostgresVault } from './vault-store.ts';

describe('the vault on PostgreSQL', () => {
  let world: Scratch;
  let folder = '';
  let keys: SoftWrapKeys;
  let vault: Vault;
  const idNumber = '990101199003070111';
  const person = { name: '测试借款人', idNumber, phone: '00000000001' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-keys-'));
    world = await openScratch();
    keys = await SoftWrapKeys.open(join(folder, 'vault'), systemRandom);
    vault = new Vault({ store: new PostgresVault(), keys, random: systemRandom });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });
  const enrol = (subject: string, tenant: TenantId = bankA): Promise<void> =>
    world.units.run(tenant, async (unit) => {
      for (const [field, value] of Object.entries(person)) {
        await vault.put(unit, { subject, field }, utf8(value));
      }
      await vault.index(unit, { subject, field: 'idNumber' }, utf8(idNumber));
    });

  test('what was put is read back, and no table shows it as plain text', async () => {
    await enrol('s1');
    const name = await world.units.run(bankA, (unit) =>
      vault.get(unit, { subject: 's1', field: 'name' }),
    );
    expect(name && fromUtf8(name)).toBe(person.name);
    const search = { tenants: [bankA, bankB], words: Object.values(person) };
    expect(await findPlainText(world.owner, search)).toEqual([]);
  });

  test('the search for plain text finds what a careless store would write', async () => {
    const spellings = [
      utf8(`name=${person.name};`),
      utf8(JSON.stringify({ b64: toBase64(utf8(`x${idNumber}`)) })),
    ];
    await world.units.run(bankB, async (unit) => {
      await vault.seal(unit, 'careless', utf8('makes the subject'));
      for (const [at, cipher] of spellings.entries()) {
        await new PostgresVault().putCipher(unit, { subject: 'careless', field: `f${at}` }, cipher);
      }
    });
    const found = await findPlainText(world.owner, {
      tenants: [bankB],
      words: [person.name],
    });
    expect(found).toEqual([{ table: 'vault_value', word: person.name }]);
    await world.units.run(bankB, (unit) =>
      sql`delete from vault_value where subject = 'careless'`.execute(txOf(unit)),
    );
  });

  test('a person is found by the exact value, in her own bank only', async () => {
    await enrol('s2');
    const findIn = (tenant: TenantId, value: string) =>
      world.units.run(tenant, (unit) => vault.find(unit, 'idNumber', utf8(value)));
    expect(await findIn(bankA, idNumber)).toEqual(['s1', 's2']);
    expect(await findIn(bankA, '990101199111300025')).toEqual([]);
    expect(await findIn(bankB, idNumber)).toEqual([]);
  });

  test('a ciphertext moved to another person, field or bank does not open', async () => {
    const store = new PostgresVault();
    await enrol('s3');
    await world.units.run(bankA, async (unit) => {
      const cipher = await store.cipherOf(unit, { subject: 's1', field: 'name' });
      const sealed = await vault.seal(unit, 's1', utf8('document'));
      for (const place of [
        { subject: 's3', field: 'name' },
        { subject: 's1', field: 'phone' },
      ]) {
        await store.putCipher(unit, place, cipher ?? new Uint8Array());
        await expect(vault.get(unit, place)).rejects.toMatchObject({
          code: 'vault.cipher_refused',
        });
      }
      expect(fromUtf8(await vault.open(unit, 's1', sealed))).toBe('document');
      for (let at = 0; at < sealed.length; at += 1) {
        const flipped = sealed.map((byte, place) => (place === at ? byte ^ 1 : byte));
        await expect(vault.open(unit, 's1', flipped)).rejects.toMatchObject({
          code: at === 0 ? 'vault.cipher_malformed' : 'vault.cipher_refused',
        });
      }
    });
    await enrol('s1', bankB);
    const sealed = await world.units.run(bankA, (unit) => vault.seal(unit, 's1', utf8('a')));
    await world.units.run(bankB, (unit) =>
      expect(vault.open(unit, 's1', sealed)).rejects.toMatchObject({
        code: 'vault.cipher_refused',
      }),
    );
  });

  test('a document of the largest size is sealed and opened', async () => {
    const document = new Uint8Array(50 * 1024 * 1024).fill(7);
    await world.units.run(bankA, async (unit) => {
      const sealed = await vault.seal(unit, 's1', document);
      expect(Buffer.compare(await vault.open(unit, 's1', sealed), document)).toBe(0);
    });
  });

  test('an erased person does not open, is not found and cannot be written again', async () => {
    const subject = 's4';
    await enrol(subject);
    const sealed = await world.units.run(bankA, (unit) => vault.seal(unit, subject, utf8('x')));
    await world.units.run(bankA, async (unit) => {
      await vault.get(unit, { subject, field: 'name' });
      await vault.erase(unit, subject);
      await expect(vault.get(unit, { subject, field: 'name' })).rejects.toMatchObject({
        code: 'vault.erased',
      });
    });
    await world.units.run(bankA, async (unit) => {
      await vault.erase(unit, subject);
      await expect(vault.open(unit, subject, sealed)).rejects.toMatchObject({
        code: 'vault.erased',
      });
      await expect(vault.put(unit, { subject, field: 'name' }, utf8('back'))).rejects.toMatchObject(
        { code: 'vault.erased' },
      );
      expect(await vault.find(unit, 'idNumber', utf8(idNumber))).not.toContain(subject);
    });
  });

  test('a value too large or a place of no name of ours is refused', async () => {
    await world.units.run(bankA, async (unit) => {
      const large = new Uint8Array(64 * 1024 * 1024 + 1);
      const tooLarge = { code: 'vault.too_large' };
      await expect(vault.seal(unit, 's1', large)).rejects.toMatchObject(tooLarge);
      for (const name of ['', '测试借款人', 'a b', 'x'.repeat(129)]) {
        const malformed = { code: 'vault.field_malformed' };
        await expect(vault.seal(unit, name, utf8('x'))).rejects.toMatchObject(malformed);
        const place = { subject: 's1', field: name };
        await expect(vault.put(unit, place, utf8('x'))).rejects.toMatchObject(malformed);
      }
    });
  });

  test('two units that meet a person first agree on one key', async () => {
    const put = (field: string) =>
      world.units.run(bankA, (unit) => vault.put(unit, { subject: 's5', field }, utf8(field)));
    await Promise.all([put('a'), put('b'), put('c')]);
    const read = await world.units.run(bankA, async (unit) => [
      await vault.get(unit, { subject: 's5', field: 'a' }),
      await vault.get(unit, { subject: 's5', field: 'c' }),
    ]);
    expect(read.map((bytes) => bytes && fromUtf8(bytes))).toEqual(['a', 'c']);
  });

  test('a turned epoch is rewrapped and retired: a back-up from before opens no more', async () => {
    const before = keys.epoch();
    const backup = await world.units.run(bankA, (unit) => new PostgresVault().keyOf(unit, 's1'));
    const epoch = await keys.turn();
    for (const tenant of [bankA, bankB]) {
      await world.units.run(tenant, async (unit) => {
        while ((await vault.rewrap(unit, epoch)) > 0);
      });
    }
    await keys.retire(before);
    const reopened = await SoftWrapKeys.open(join(folder, 'vault'), systemRandom);
    const again = new Vault({ store: new PostgresVault(), keys: reopened, random: systemRandom });
    const phone = await world.units.run(bankA, (unit) =>
      again.get(unit, { subject: 's2', field: 'phone' }),
    );
    expect(phone && fromUtf8(phone)).toBe(person.phone);
    const owner = { tenant: bankA, subject: 's1' };
    const stolen = typeof backup === 'object' ? backup : { epoch: '', wrapped: new Uint8Array() };
    await expect(reopened.unwrap(owner, stolen)).rejects.toMatchObject({ code: 'vault.erased' });
  });
});
