/**
 * Synthetic people for the vault's bench, many of them, with real keys, ciphertexts and index rows.
 *
 * Rows are written many persons at a time, which the vault itself never does; what is written is
 * what the vault writes.
 */
import { sql } from 'kysely';
import { cipherSuites } from '#adapters/engine';
import { txOf } from '#adapters/postgres';
import { utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { systemRandom } from '#base/random';
import type { IndexKind, TokenAsk } from '#business/vault';
import { personIndexes } from '../src/main/rooms/vault.ts';
import { bank, type VaultHouse } from './vault-house.ts';

const batchCount = 300; // so that their pieces fit into one question to the key store
const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const given = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文海燕红梅雪晨浩宇欣怡'];

export interface BenchPerson {
  readonly subject: string;
  readonly idNumber: string;
  readonly phone: string;
  readonly card: string;
  readonly name: string;
}

export function personNumber(at: number): BenchPerson {
  const digits = String(at).padStart(8, '0');
  const count = given.length;
  const second = given[Math.floor(at / surnames.length) % count];
  const third = given[Math.floor(at / surnames.length / count) % count];
  const name = `${surnames[at % surnames.length]}${second}${third}`;
  return {
    subject: `bench-${digits}`,
    idNumber: `990101${digits}0000`,
    phone: `000${digits}`,
    card: `990001${digits}00`,
    name,
  };
}

/** Adds persons `from` up to `to`; answers the milliseconds it took. */
export async function fill(
  house: VaultHouse,
  range: { readonly from: number; readonly to: number },
  say: (line: string) => void,
): Promise<number> {
  const counters = new Map<string, number>();
  const began = performance.now();
  let writing: Promise<void> = Promise.resolve();
  for (let at = range.from; at < range.to; at += batchCount) {
    const count = Math.min(batchCount, range.to - at);
    const people = Array.from({ length: count }, (_, n) => personNumber(at + n));
    // The database writes one batch while this process makes the next one.
    const rows = await rowsFor(house, people, counters);
    await writing;
    writing = write(house, rows);
    if (at % 50_000 < batchCount) say(`filled ${at} of ${range.to}`);
  }
  await writing;
  await sql`vacuum analyze vault_subject`.execute(house.owner.kysely);
  await sql`vacuum analyze vault_value`.execute(house.owner.kysely);
  await sql`vacuum analyze vault_index`.execute(house.owner.kysely);
  return performance.now() - began;
}

interface Batch {
  readonly epoch: string;
  readonly keys: readonly { readonly subject: string; readonly wrapped: Uint8Array }[];
  readonly values: readonly {
    readonly subject: string;
    readonly field: string;
    readonly cipher: Uint8Array;
  }[];
  readonly rows: readonly {
    readonly subject: string;
    readonly field: string;
    readonly token: Uint8Array;
  }[];
}

async function rowsFor(
  house: VaultHouse,
  people: readonly BenchPerson[],
  counters: Map<string, number>,
): Promise<Batch> {
  const keys = people.map(({ subject }) => ({ subject, key: systemRandom.bytes(32) }));
  const { epoch, wrapped } = await house.keys.wrap(bank, { suite: 'aes-256-gcm', keys });
  const [suite] = cipherSuites;
  const values = people.flatMap(({ subject, ...fields }, at) => {
    const keyed = suite?.keyed(keys[at]?.key ?? new Uint8Array());
    return Object.entries(fields).map(([field, value]) => {
      const bound = canonicalBytes(['fubie/vault/v1', bank, subject, field]);
      const cipher = keyed?.seal(bound, utf8(value), systemRandom) ?? new Uint8Array();
      return { subject, field, value, cipher };
    });
  });
  const asked = values.flatMap(({ subject, field, value }) =>
    asksFor(field, value, counters).map((ask) => ({ subject, ask })),
  );
  const asks = asked.map(({ ask }) => ask);
  const [made] = await house.keys.tokens(bank, { purpose: 'store', epoch, asks });
  return {
    epoch,
    values,
    keys: keys.map(({ subject }, at) => ({ subject, wrapped: bytesAt(wrapped, at) })),
    rows: asked.map(({ subject, ask: { field } }, at) => ({
      subject,
      field,
      token: bytesAt(made?.tokens ?? [], at),
    })),
  };
}

async function write(house: VaultHouse, { epoch, keys, values, rows }: Batch): Promise<void> {
  await house.units.run(bank, async (unit) => {
    const tx = txOf<object>(unit);
    // Who measures a fill waits for no disk: a crash would only end the bench.
    await sql`set local synchronous_commit = off`.execute(tx);
    await sql`insert into vault_epoch (tenant, epoch, opened_at) values (${bank}, ${epoch}, 0)
              on conflict do nothing`.execute(tx);
    const wraps = keys.map(({ wrapped }) => Buffer.from(wrapped));
    await sql`insert into vault_subject (tenant, subject, epoch, wrapped)
      select ${bank}, subject, ${epoch}, wrapped
      from unnest(${keys.map(({ subject }) => subject)}::text[],
        ${wraps}::bytea[]) as one (subject, wrapped)`.execute(tx);
    await sql`insert into vault_value (tenant, subject, field, cipher)
      select ${bank}, subject, field, cipher
      from unnest(${values.map(({ subject }) => subject)}::text[],
        ${values.map(({ field }) => field)}::text[],
        ${values.map(({ cipher }) => Buffer.from(cipher))}::bytea[])
        as one (subject, field, cipher)`.execute(tx);
    await sql`insert into vault_index (tenant, epoch, token, field, subject)
      select ${bank}, ${epoch}, token, field, subject
      from unnest(${rows.map(({ token }) => Buffer.from(token))}::bytea[],
        ${rows.map(({ field }) => field)}::text[],
        ${rows.map(({ subject }) => subject)}::text[]) as one (token, field, subject)`.execute(tx);
  });
}

function bytesAt(all: readonly Uint8Array[], at: number): Uint8Array {
  return all[at] ?? new Uint8Array();
}

/** The pieces the vault files, and for each the next counter of its row. */
function asksFor(field: string, value: string, counters: Map<string, number>): TokenAsk[] {
  return (personIndexes[field] ?? []).flatMap((kind) =>
    pieces(kind, value).map((piece) => {
      // Nobody here shares a whole value but a name: no need to remember a million of them.
      if (kind === 'exact' && field !== 'name') return { field, kind, value, from: 0, count: 1 };
      const key = `${field} ${kind} ${piece}`;
      const from = counters.get(key) ?? 0;
      counters.set(key, from + 1);
      return { field, kind, value: piece, from, count: 1 };
    }),
  );
}

function pieces(kind: IndexKind, value: string): readonly string[] {
  if (kind === 'exact') return [value];
  if (kind === 'tail') return [value.slice(-4)];
  const characters = [...value];
  const pairs = characters.slice(1).map((one, at) => `${characters[at]}${one}`);
  return [...new Set([...characters, ...pairs])];
}
