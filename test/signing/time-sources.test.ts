/**
 * The clock that entries and stamps are made with is measured against servers outside; the evidence
 * says by whom and how far it was off, and no stamp is made while it is too far.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { askTimeServer, MeasuredClock, parseTimeServers } from '#adapters/time-sources';
import { utf8 } from '#base/bytes';
import { addMs, instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { parseEntry } from '#formats/entry';
import { Evidence } from '#trust/evidence';
import {
  type Manner,
  SimulatedTimeServer,
} from '../../src/adapters/time-sources/time-server.fixture.ts';
import { Centre } from '../../src/adapters/trust-centre/trust-centre.fixture.ts';
import { MemoryEntries } from '../journeys/memory-stores.ts';

const unit = { tenant: 'demo' as TenantId } as Unit;
let now = instantFromMs(1_795_000_000_250);
const local = { now: () => now, source: 'LOCAL_CLOCK' };
const parts = { clock: local, random: seededRandom(3) };
let servers: readonly SimulatedTimeServer[];

beforeEach(async () => {
  servers = await Promise.all(
    ['NTSC', 'SECOND', 'THIRD'].map((name) => SimulatedTimeServer.open(name, local)),
  );
});
afterEach(() => servers.forEach((server) => server.close()));

function clockMeasuredBy(some: readonly SimulatedTimeServer[]): MeasuredClock {
  const places = some.map(({ place }) => place);
  return new MeasuredClock({
    clock: local,
    servers: places,
    ask: (server) => askTimeServer(server, parts),
  });
}

describe('S2-76', () => {
  test('S2-76 an entry states the source of its time and how far it was off', async () => {
    const clock = clockMeasuredBy(servers.slice(0, 1));
    const log = new MemoryEntries();
    const evidence = new Evidence({
      store: log,
      keeper: { seal: async (_, __, bytes) => bytes, open: async (_, __, bytes) => bytes },
      signer: softSigner(generateSoftKey('ed25519')),
      actor: 'serve',
      environment: 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=',
      clock,
      random: seededRandom(76),
      engine: nodeEngine,
      judge: async () => 'L2',
    });
    const stated = async (caseId: string): Promise<string> => {
      const draft = { caseId, type: 'case.opened', disclosures: [], of: [] } as const;
      const { hash } = await evidence.record(unit, draft);
      const held = log.rows.find((row) => row.hash === hash);
      return parseEntry(held?.bytes ?? new Uint8Array()).clock;
    };
    expect(await stated('a')).toBe('LOCAL_CLOCK;unmeasured');
    for (const server of servers) server.aheadMs = 412;
    await clock.look();
    expect(await stated('b')).toBe('LOCAL_CLOCK;NTSC=+412ms;delay=0ms;of=1/1');
  });

  test('S2-76 no stamp is made while the clock is too far from what was measured', async () => {
    const clock = clockMeasuredBy(servers);
    const centre = await Centre.open();
    const asker = await centre.timestamper();
    const look = async (aheadMs: number): Promise<string> => {
      for (const server of servers) server.aheadMs = aheadMs;
      await clock.look();
      const { is, detail } = clock.standing;
      centre.distrusted = is === 'far' ? detail : undefined;
      return asker.stamp(utf8('a')).then(
        () => is,
        (thrown: unknown) => faultCode(thrown) ?? '',
      );
    };
    expect(await look(-900)).toBe('close');
    expect(await look(-1_400)).toBe('timestamp.unavailable');
    expect(await look(20)).toBe('close');
    await centre.close();
  });
});

test('of three servers the middle one counts, so that one that lies moves nothing', async () => {
  const clock = clockMeasuredBy(servers);
  const [liar, ...honest] = servers;
  if (liar !== undefined) liar.aheadMs = -90_000;
  for (const server of honest) server.aheadMs = 7;
  await clock.look();
  expect(clock.source).toMatch(/^LOCAL_CLOCK;(SECOND|THIRD)=\+7ms;delay=0ms;of=3\/3$/);
});

test('what was measured an hour ago is not said any more, nor is the time ever another one', async () => {
  const clock = clockMeasuredBy(servers);
  await clock.look();
  expect([clock.standing.is, clock.now()]).toEqual(['close', now]);
  now = addMs(now, 3_600_001);
  expect(clock.standing).toEqual({ is: 'unmeasured', detail: 'LOCAL_CLOCK;unmeasured' });
});

test('without servers nothing is measured and nothing is said', async () => {
  const clock = clockMeasuredBy([]);
  await clock.look();
  expect([clock.source, clock.standing.is]).toEqual(['LOCAL_CLOCK', 'unconfigured']);
});

test.each<[Manner, string]>([
  ['wrong nonce', 'time_sources.answer_wrong'],
  ['not synchronised', 'time_sources.answer_wrong'],
  ['kiss of death', 'time_sources.answer_wrong'],
  ['short', 'time_sources.answer_wrong'],
  ['silent', 'time_sources.silent'],
])('a server with the manner %s is %s', async (manner, code) => {
  const [server] = servers;
  if (server === undefined) throw new TypeError('three servers');
  server.manner = manner;
  expect(await askTimeServer(server.place, parts).then(() => 'done', faultCode)).toBe(code);
});

test('a name that nobody knows, and a port at which nobody listens, are silence and no crash', async () => {
  const asked = [
    { name: 'NOBODY', host: 'no-such-host.invalid', port: 123 },
    { name: 'CLOSED', host: '127.0.0.1', port: 9 },
  ].map((server) => askTimeServer(server, parts).then(() => 'done', faultCode));
  expect(await Promise.all(asked)).toEqual(['time_sources.silent', 'time_sources.silent']);
});

test.each([
  ['{"servers":[],"v":1}'],
  ['{"servers":[{"host":"a b","name":"NTSC"}],"v":1}'],
  ['{"servers":[{"host":"ntp.ntsc.ac.cn","name":"N T"}],"v":1}'],
  ['{"servers":[{"host":"ntp.ntsc.ac.cn","name":"NTSC","port":70000}],"v":1}'],
  ['{"v":1}'],
])('settings %s are malformed', (text) => {
  expect(() => parseTimeServers(utf8(text))).toThrow('time_sources.file_malformed');
});

test('the national time service is named like any other server', () => {
  const text = '{"servers":[{"host":"ntp.ntsc.ac.cn","name":"NTSC"}],"v":1}';
  expect(parseTimeServers(utf8(text))).toEqual([
    { name: 'NTSC', host: 'ntp.ntsc.ac.cn', port: 123 },
  ]);
  // As an editor leaves it that a person wrote it with.
  const byHand = '{ "v": 1,\n  "servers": [{ "name": "NTSC", "host": "ntp.ntsc.ac.cn" }] }\n';
  expect(parseTimeServers(utf8(byHand))).toEqual(parseTimeServers(utf8(text)));
});
