/**
 * Callers of one moment who share a unit, over a real door and a real PostgreSQL: each has an
 * answer, a key and a journal line of its own, whatever becomes of the others or of the unit.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { nodeEngine } from '#adapters/engine';
import {
  Answered,
  type Database,
  type Embedded,
  migrate,
  openDatabase,
  PostgresJournal,
  PostgresUnits,
  startEmbedded,
  txOf,
} from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import { AccessJournal, AddressMarks, type Caller } from '#business/access';
import { Answers, buildServer, MemoryRate, RouteBook } from '#doors/http';

const passwords = {
  postgres: 'joint-postgres',
  fubie_owner: 'joint-owner',
  fubie_app: 'joint-app',
  fubie_sequencer: 'joint-sequencer',
  fubie_backup: 'joint-backup',
};
const gatherMs = 60;
const path = '/v1/things';
const answer = { status: 201, body: z.strictObject({ name: z.string(), nth: z.int() }) };

interface Order {
  readonly name: string;
}

describe('callers of one moment', () => {
  let folder = '';
  let embedded: Embedded;
  let database: Database;
  let server: ReturnType<typeof buildServer>;
  /** The units that the act was in: whose, with how many, and whether they wait. */
  let units: { tenant: TenantId; names: readonly string[]; wait: boolean }[] = [];
  let nth = 0;
  let isCut = false;

  const act = {
    order: ({ body }: { readonly body: Order }): Order => body,
    weightOf: () => 1,
    async commit(unit: Unit, orders: readonly Order[], { wait }: { readonly wait: boolean }) {
      units.push({ tenant: unit.tenant, names: orders.map(({ name }) => name), wait });
      if (isCut) {
        isCut = false;
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(txOf(unit));
      }
      return orders.map(({ name }) => {
        if (name === 'bad') {
          return { is: 'refused', because: new Fault('deposit.record_malformed') } as const;
        }
        nth += 1;
        return { is: 'ok', value: { body: { name, nth } } } as const;
      });
    },
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fubie-joint-'));
    embedded = await startEmbedded({ folder, passwords });
    await migrate(embedded.url('fubie_owner'), passwords);
    database = openDatabase(embedded.url('fubie_app'));
    const book = new RouteBook();
    const summary = { zh: '', en: '' };
    const refusals = ['deposit.record_malformed'];
    const body = z.strictObject({ name: z.string() });
    const head = { method: 'POST', path, tag: 't', summary, who: ['machine'], body } as const;
    book.joint({ ...head, answer, refusals }, act);
    server = buildServer(book, partsOn(database));
  });
  beforeEach(() => {
    units = [];
  });
  afterAll(async () => {
    await server.close();
    await database.close();
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const post = async (name: string, { key = '', host = 'north.example' } = {}) => {
    const said = await server.inject({
      method: 'POST',
      url: path,
      headers: {
        host,
        'content-type': 'application/json',
        'idempotency-key': `key-of-${key === '' ? name : key}`.padEnd(20, '-'),
      },
      payload: JSON.stringify({ name }),
    });
    return { status: said.statusCode, body: said.json<Record<string, unknown>>() };
  };
  const counted = async (table: 'answered' | 'access_event', tenant = 'north.example') => {
    const { rows } = await database.transaction(
      (tx) => sql<{ n: bigint }>`select count(*) as n from ${sql.table(table)}`.execute(tx),
      tenant as TenantId,
    );
    return Number(rows[0]?.n);
  };

  test('share one unit; the refused one leaves nothing but its own journal line', async () => {
    const names = ['a', 'b', 'bad', 'c', 'd'];
    const said = await Promise.all(names.map((name) => post(name)));
    expect(said.map(({ status }) => status)).toEqual([201, 201, 422, 201, 201]);
    expect(units).toEqual([{ tenant: 'north.example', names, wait: false }]);
    expect(await counted('answered')).toBe(4);
    expect(await counted('access_event')).toBe(5);
  });

  test('the same key twice in one moment has one effect and one answer, then and later', async () => {
    const before = await counted('answered');
    const [one, two] = await Promise.all([post('e'), post('e')]);
    expect(one).toEqual(two);
    expect(units.flatMap(({ names }) => names)).toEqual(['e']);
    // Who was not there when the answer was given, as after a crash, asks again and hears it.
    expect(await post('e')).toEqual(one);
    const [other, known] = await Promise.all([post('f', { key: 'e' }), post('e')]);
    expect(other.body['code']).toBe('access.idempotency_key_reused');
    expect(known).toEqual(one);
    expect(await counted('answered')).toBe(before + 1);
  });

  test('two tenants are never in one unit', async () => {
    await Promise.all([post('g'), post('g', { host: 'south.example' }), post('h')]);
    expect(units.map(({ tenant, names }) => `${tenant} ${names.join()}`).toSorted()).toEqual([
      'north.example g,h',
      'south.example g',
    ]);
    expect(await counted('answered', 'south.example')).toBe(1);
  });

  test('a connection that dies in the middle costs nobody anything: each is done, once', async () => {
    const before = await counted('answered');
    const lines = await counted('access_event');
    isCut = true;
    const names = ['i', 'j', 'bad', 'k'];
    const said = await Promise.all(names.map((name) => post(name, { key: `cut-${name}` })));
    expect(said.map(({ status }) => status)).toEqual([201, 201, 422, 201]);
    expect(units[0]).toMatchObject({ names, wait: false });
    expect(units.slice(1).every((unit) => unit.names.length === 1 && unit.wait)).toBe(true);
    expect(units).toHaveLength(5);
    expect(await counted('answered')).toBe(before + 3);
    expect(await counted('access_event')).toBe(lines + 4);
  });
});

/** Everybody is the same machine; answers are kept as they are. */
function partsOn(database: Database): Parameters<typeof buildServer>[1] {
  const units = new PostgresUnits({ database });
  const marks = new AddressMarks({ key: async () => new Uint8Array(32), engine: nodeEngine });
  const seal = {
    seal: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes,
    open: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes,
    ready: () => undefined,
  };
  const clock = systemClock;
  let requests = 0;
  return {
    units,
    onBug: () => undefined,
    requestId: () => `request-${(requests += 1)}`,
    hostOf: async (host) => ({ tenant: host as TenantId, frameOrigins: [] }),
    identify: async (tenant): Promise<Caller> => {
      const client = { id: 'machine', tenant, name: 'm', scopes: [], signed: false };
      return { kind: 'machine', client };
    },
    authorise: async () => undefined,
    rate: new MemoryRate(clock),
    journal: new AccessJournal({ store: new PostgresJournal(), marks, secrets: seal, clock }),
    answers: new Answers({ units, store: new Answered(), seal, clock }),
    gather: () => sleep(gatherMs),
  };
}
