import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { FolderObjects, TenantObjects } from '#adapters/objects';
import { equal } from '#base/bytes';
import { addSeconds, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { ObjectSweep } from '#business/tenancy';
import { RevisionShelf } from '#trust/signing';
import { txOf } from '../database.ts';
import { PostgresRevisions } from '../lending/signing-store.ts';
import { PostgresAlarms } from '../log/alarm-store.ts';
import { PostgresNamedObjects } from '../object-columns.ts';
import { bankA, bankB, openScratch, type Scratch } from '../scratch.ts';
import { PostgresDeposits } from './deposit-store.ts';
import { PostgresOriginals } from './original-store.ts';
import { PostgresPackages } from './package-store.ts';

const pdfBytes = 4_000;
const sharedBytes = 16; // as long a run of one file in another is no chance
let world: Scratch;
let folder = '';
let objects: TenantObjects;
let shelf: RevisionShelf;
let packages: PostgresPackages;
/** What the stores were given, so that a test can look for it. */
const sealedOnes: Uint8Array[] = [];
const pdf = systemRandom.bytes(pdfBytes);

/** Stands in for the vault: other noise for the same bytes each time, and never none (0). */
const cipher = {
  async seal(_: Unit, __: unknown, bytes: Uint8Array) {
    const noise = (sealedOnes.length % 255) + 1;
    const sealed = Uint8Array.from([noise, ...bytes.map((byte) => byte ^ noise)]);
    sealedOnes.push(sealed);
    return sealed;
  },
  async open(_: Unit, __: unknown, sealed: Uint8Array) {
    return sealed.slice(1).map((byte) => byte ^ (sealed[0] ?? 0));
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-objects-'));
  world = await openScratch();
  const ofBankB = new FolderObjects(join(folder, 'stores/bank-b'));
  const own = async ({ tenant }: Unit) => (tenant === bankB ? ofBankB : undefined);
  objects = new TenantObjects({ house: join(folder, 'objects'), own });
  const revisions = new PostgresRevisions({ objects });
  shelf = new RevisionShelf({ revisions, cipher, engine: nodeEngine });
  packages = new PostgresPackages({ objects });
  for (const tenant of [bankA, bankB]) await fill(tenant);
});

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function fill(tenant: TenantId): Promise<void> {
  await world.units.run(tenant, async (unit) => {
    const place = { document: 'd-1', subject: 's-1' };
    await shelf.keep(unit, place, pdf);
    await shelf.append(unit, { ...place, number: 1 }, Uint8Array.from([...pdf, 1]));
    const id = '0192f0c1-0000-7000-8000-000000000001';
    const row = { id, caseId: 'c-1', head: 'h', subject: 's-1', bytes: 3, sha256: '00' };
    await packages.add(unit, row, await cipher.seal(unit, {}, pdf));
  });
}

const inBank = <T>(tenant: TenantId, action: (unit: Unit) => Promise<T>): Promise<T> =>
  world.units.run(tenant, action);

async function filesBelow(path: string): Promise<string[]> {
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

/** Every column of every row of every table, as bytes. */
async function dump(): Promise<Buffer> {
  const client = new pg.Client({ connectionString: world.embedded.url('fubie_owner') });
  await client.connect();
  const tables = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname = 'public'`,
  );
  const parts: Buffer[] = [];
  for (const { name } of tables.rows) {
    for (const tenant of [bankA, bankB]) {
      await client.query("select set_config('fubie.tenant', $1, false)", [tenant]);
      const { rows } = await client.query<Record<string, unknown>>(`select * from ${name}`);
      for (const value of rows.flatMap((row) => Object.values(row))) {
        parts.push(Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? ''));
      }
    }
  }
  await client.end();
  return Buffer.concat(parts);
}

describe('documents outside the database', () => {
  test('S2-35 a hybrid tenant signs on, while no row holds a byte of a document', async () => {
    const newest = await inBank(bankB, (unit) => shelf.read(unit, 'd-1'));
    expect(newest.number).toBe(1);
    expect(equal(newest.bytes.slice(0, pdfBytes), pdf)).toBe(true);
    const rows = await dump();
    expect(rows.includes('d-1')).toBe(true); // the dump does hold the rows
    for (const whole of [pdf, ...sealedOnes]) {
      for (let at = 0; at + sharedBytes <= whole.length; at += sharedBytes) {
        expect(rows.includes(Buffer.from(whole.subarray(at, at + sharedBytes)))).toBe(false);
      }
    }
  });

  test("S2-35 its files lie in its own store, and none of it in the house's", async () => {
    expect(await filesBelow(join(folder, 'stores/bank-b'))).toHaveLength(3);
    expect(await readdir(join(folder, 'objects'))).toEqual([bankA]);
    const held = await filesBelow(join(folder, 'objects', bankA));
    for (const file of held)
      expect((await readFile(file)).includes(Buffer.from(pdf.subarray(0, 32)))).toBe(false);
  });

  test('S0-47 one tenant does not read the object that another one names', async () => {
    const name = await inBank(bankA, (unit) => objects.put(unit, systemRandom.bytes(100)));
    const stolen = inBank(bankB, (unit) => objects.get(unit, name));
    await expect(stolen).rejects.toMatchObject({ code: 'objects.missing' });
  });

  test('an altered or missing object is a refusal with a code', async () => {
    const bytes = systemRandom.bytes(500);
    const name = await inBank(bankA, (unit) => objects.put(unit, bytes));
    const path = join(folder, 'objects', bankA, name.sha256.slice(0, 2), name.sha256);
    await rm(path);
    const read = () => inBank(bankA, (unit) => objects.get(unit, name));
    await expect(read()).rejects.toMatchObject({ code: 'objects.missing' });
    await writeFile(
      path,
      bytes.map((byte, at) => (at === 77 ? byte ^ 1 : byte)),
    );
    await expect(read()).rejects.toMatchObject({ code: 'objects.altered' });
    await rm(path);
  });

  test('a unit that fails leaves an orphan, which is swept after a day; what rows name stays', async () => {
    const failed = inBank(bankA, async (unit) => {
      await shelf.keep(unit, { document: 'd-9', subject: 's-1' }, pdf);
      throw new Error('crash between object and row');
    });
    await expect(failed).rejects.toThrow('crash');
    const parts = { units: world.units, objects, rows: new PostgresNamedObjects() };
    const sweep = new ObjectSweep({ ...parts, clock: systemClock });
    expect(await sweep.sweep(bankA)).toBe(0);
    const before = await filesBelow(join(folder, 'objects', bankA));
    for (const file of before) await utimes(file, 0, 0);
    expect(await sweep.sweep(bankA)).toBeGreaterThan(0);
    expect(await filesBelow(join(folder, 'objects', bankA))).toHaveLength(3);
    expect((await inBank(bankA, (unit) => shelf.read(unit, 'd-1'))).number).toBe(1);
  });
});

test('every object that a row names comes round to be re-hashed, damage sooner, and is an alarm', async () => {
  const rows = new PostgresOriginals();
  const alarms = new PostgresAlarms();
  const start = systemClock.now();
  const due = (unit: Unit, seconds: number) =>
    rows.due(unit, {
      before: addSeconds(start, seconds - 1_000),
      damagedBefore: addSeconds(start, seconds - 10),
      countMax: 10,
    });
  await inBank(bankA, async (unit) => {
    const all = await due(unit, 0);
    expect(all).toHaveLength(3);
    for (const name of all) expect(await objects.get(unit, name)).toHaveLength(name.bytes);
    const [first] = all.map(({ sha256 }) => sha256);
    const isSound = (sha256: string) => sha256 !== first;
    const checked = all.map(({ sha256 }) => ({ sha256, isSound: isSound(sha256) }));
    await rows.checked(unit, start, checked);
    expect(await due(unit, 0)).toEqual([]);
    expect((await due(unit, 20)).map(({ sha256 }) => sha256)).toEqual([first]);
    expect(await due(unit, 1_020)).toHaveLength(3);
    const alarm = { code: 'original_damaged', detail: first };
    expect(await alarms.standing(unit)).toEqual([alarm]);
    await rows.checked(unit, start, [{ sha256: first ?? '', isSound: true }]);
    expect(await alarms.standing(unit)).toEqual([]);
  });
});

test('a part of a file gives way to another until the file is whole, and then to none', async () => {
  const deposits = new PostgresDeposits();
  const at = systemClock.now();
  const [deposit, file] = ['d-of-parts', '0192f0c1-0000-7000-8000-0000000000f1'];
  const client = '0192f0c1-0000-7000-8000-0000000000f3';
  const object = (letter: string) =>
    ({ place: 'house', sha256: letter.repeat(64), bytes: 9 }) as const;
  const sha256At = (number: number) =>
    inBank(bankA, async (unit) => (await deposits.chunk(unit, file, number))?.object.sha256[0]);
  const put = (number: number, letter: string) =>
    inBank(bankA, (unit) => deposits.putChunk(unit, file, { number, object: object(letter) }));
  await inBank(bankA, async (unit) => {
    await sql`insert into client (id, name, scopes, signature, addresses, rate, added_at)
      values (${client}, 'source', '{deposits}', 'optional', '{}', 'usual', 0)`.execute(txOf(unit));
    await deposits.add(unit, {
      id: deposit,
      subject: '0192f0c1-0000-7000-8000-0000000000f2',
      preservationNumber: 'n-of-parts',
      client,
      own: 'parts',
      sealed: Uint8Array.of(1),
      openedAt: at,
      closedAt: undefined,
      keepUntil: undefined,
      erasedAt: undefined,
    });
    const named = { id: file, deposit, own: 'f1', slot: undefined, bytes: 2, openedAt: at };
    await deposits.addFile(unit, { ...named, seq: undefined });
  });
  await put(0, 'a');
  await put(0, 'b');
  expect(await sha256At(0)).toBe('b');
  await inBank(bankA, (unit) => deposits.fileWhole(unit, file, 1));
  await expect(put(0, 'c')).rejects.toThrow('row-level security');
  expect(await sha256At(0)).toBe('b');
  expect(await sha256At(1)).toBeUndefined();
});
