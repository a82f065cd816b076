/**
 * `npm run bench -- deposits`: records over HTTP into a whole house of real processes, each signed
 * by its source with P-256 and checked, each an entry of its own with a commitment for every field.
 *
 *   --seconds N   of each measured run (default 10)
 *   --batch N     records of one request (default 250)     --callers N   at once (default 4)
 *   --singles N   callers with one record each, at once (default 48)
 *   --only batches|single|levels
 *
 * The callers are eight systems of one institution, each with a key and a rate of its own. A record
 * counts when its request was answered and the answer names its entry. Five voting witnesses and
 * the sentinel are processes of their own. CPU is that of every process of the house, by its name,
 * and of the callers, who are `client`; each of those keeps one connection. `memoryMb` is resident
 * memory at both ends of a run, `heapMb` what is left after a forced collection.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { isObject, type Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { sourceMessage } from '#formats/entry';
import { socketOf } from '../src/main/estate/estate.ts';
import { coop, DoorHand } from '../test/journeys/door-hand.ts';
import type { Members } from '../test/journeys/hand.ts';
import { well } from '../test/journeys/walks.ts';
import { World } from '../test/world.ts';
import { calibrated } from './calibration.ts';
import { heapOf } from './heap.ts';
import { KeptLine } from './kept-line.ts';
import { cpuMsByName, familyOf, pidOf } from './processes.ts';
import { rounded, summaryOf } from './samples.ts';

const seed = 20_261_122;
const depositRecordsMax = 500;
const sourcesCount = 8;
const levelSamples = 20;
const openAttemptsMax = 20;
const openAgainMs = 500;
const lookMs = 10;
const levelMsMax = 10_000;
const hashLetters = 44;
const why = 'bench';
const schema = {
  $id: 'bench-record',
  title: '压力测试记录',
  type: 'object',
  properties: {
    姓名: { type: 'string', 'x-sensitivity': 'personal' },
    金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' },
    流水号: { type: 'string', 'x-sensitivity': 'public' },
  },
  required: ['姓名', '金额', '流水号'],
  additionalProperties: false,
} as const;

const slots = [{ slot: 'record', title: '记录', kind: 'record', schema: 'bench-record' }];

type Say = (line: string) => void;

interface Source {
  readonly world: World;
  readonly hand: DoorHand;
  readonly key: string;
  readonly privateKey: KeyObject;
}

export async function run(args: readonly string[], say: Say): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      seconds: { type: 'string', default: '10' },
      batch: { type: 'string', default: '250' },
      callers: { type: 'string', default: '4' },
      singles: { type: 'string', default: '48' },
      only: { type: 'string', default: 'batches,single,levels' },
    },
  });
  const { seconds, batch, callers, singles, only } = values;
  const world = await World.open({ seed });
  try {
    const sources = await openSources(world);
    const parts = {
      batches: () => loaded(sources, numbers({ seconds, callers, batch })),
      single: () => loaded(sources, { ...numbers({ seconds, callers: singles }), batch: 1 }),
      levels: () => timesToLevels(sources),
    };
    const measured: Record<string, unknown> = { idle: await idleCpu(seconds) };
    say(JSON.stringify(measured));
    for (const [name, measure] of Object.entries(parts)) {
      if (!only.split(',').includes(name)) continue;
      measured[name] = await measure();
      say(JSON.stringify({ [name]: measured[name] }));
    }
    return { load: loadavg(), ...measured };
  } finally {
    await world.close();
  }
}

/** What the house costs a second while nobody asks: a share of it is in every figure below. */
async function idleCpu(seconds: string) {
  const before = await cpuMsByName(process.pid);
  await sleep(Number(seconds) * 500);
  const after = await cpuMsByName(process.pid);
  const ms = [...after].reduce((sum, [name, now]) => sum + now - (before.get(name) ?? 0), 0);
  const { cpuMs, load } = calibrated();
  const idleMs = ms / (Number(seconds) / 2);
  return { cpuMsPerSecond: rounded(idleMs), calibration: { cpuMs, load } };
}

function numbers<Names extends string>(texts: Record<Names, string>): Record<Names, number> {
  const pairs = Object.entries<string>(texts).map(([name, text]) => [name, Number(text)]);
  return Object.fromEntries(pairs) as Record<Names, number>;
}

/** Callers that each fill one deposit after the other, until the time is over. */
async function loaded(
  sources: readonly Source[],
  shape: { readonly seconds: number; readonly callers: number; readonly batch: number },
) {
  const { callers, batch, seconds } = shape;
  const times: number[] = [];
  const failed = new Map<string, number>();
  let records = 0;
  const house = process.pid;
  const memoryBefore = await memoryMb(house);
  const heapBefore = await heaps(house);
  const before = await cpuMsByName(house);
  const began = performance.now();
  const until = began + seconds * 1_000;
  const caller = async (nth: number): Promise<void> => {
    const source = sources[nth % sources.length];
    if (source === undefined) return;
    const line = lineOf(source);
    while (performance.now() < until) {
      const deposit = await opened(source);
      for (let at = 0; at + batch <= depositRecordsMax; at += batch) {
        if (performance.now() >= until) return;
        const body = { records: recordsOf(source, deposit, { from: at, count: batch }) };
        const asked = performance.now();
        const said = await line.post('/v1/deposits/records', source.hand.freshKey(), body);
        times.push(performance.now() - asked);
        if (said.status === 201 && namesAll(said.body, body.records)) records += batch;
        else {
          const { code = 'unread' } = said.body as { code?: string };
          failed.set(code, (failed.get(code) ?? 0) + 1);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, nth) => caller(nth)));
  const wallSeconds = (performance.now() - began) / 1_000;
  const after = await cpuMsByName(house);
  const cpuMsEach = [...after].map(([name, ms]): [string, number] => {
    return [name, rounded((ms - (before.get(name) ?? 0)) / Math.max(records, 1))];
  });
  const { count, p50, p99, max } = summaryOf(times);
  return {
    ...shape,
    records,
    recordsPerSecond: Math.round(records / wallSeconds),
    callMs: { count, p50, p99, max },
    /** Of one record: of all processes, and by name. */
    cpuMs: rounded(cpuMsEach.reduce((sum, [, ms]) => sum + ms, 0)),
    cpuMsBy: Object.fromEntries(cpuMsEach),
    memoryMb: { before: memoryBefore, after: await memoryMb(house) },
    /** After a forced collection, of the two processes every record passes. */
    heapMb: { before: heapBefore, after: await heaps(house) },
    failed: Object.fromEntries(failed),
  };
}

function lineOf({ world, hand }: Source): KeptLine {
  const socketPath = socketOf(world.house.estate, 'serve');
  const headers = { host: coop.host, authorization: `Bearer ${hand.token}` };
  return new KeptLine({ socketPath, headers });
}

async function heaps(house: number) {
  const serve = await heapOf(await pidOf(house, 'serve'));
  return { serve, sequencer: await heapOf(await pidOf(house, 'sequencer')) };
}

/** From the call that brings one record until its deposit shows it at L1, and at L2. */
async function timesToLevels([source]: readonly Source[]) {
  if (source === undefined) throw new Error('a source');
  const times: Record<'L1' | 'L2', number[]> = { L1: [], L2: [] };
  for (let sample = 0; sample < levelSamples; sample += 1) {
    const deposit = await opened(source);
    const body = { records: recordsOf(source, deposit, { from: 0, count: 1 }) };
    const began = performance.now();
    well(await source.hand.post('/v1/deposits/records', body));
    for (const level of ['L1', 'L2'] as const) {
      while (!(await reached(source, deposit, level))) {
        if (performance.now() - began > levelMsMax) break;
        await sleep(lookMs);
      }
      times[level].push(performance.now() - began);
    }
  }
  return { L1: told(times.L1), L2: told(times.L2), samples: levelSamples };
}

function told(times: readonly number[]) {
  const { p50, p99, max } = summaryOf(times);
  return { p50, p99, max };
}

async function reached(source: Source, deposit: Opened, level: string): Promise<boolean> {
  const { body } = well(await source.hand.get(`/v1/deposits/${deposit.id}/records`));
  const [record] = Array.isArray(body['records']) ? body['records'] : [];
  const has = typeof record === 'object' && record !== null && 'level' in record;
  return has && String(record['level']) >= level;
}

interface Opened {
  readonly id: string;
  readonly name: string;
}

let depositsMade = 0;

async function opened({ hand }: Source): Promise<Opened> {
  depositsMade += 1;
  const name = `bench-${depositsMade}`;
  // A house that is full says so, and when to come again; what was asked once stands once.
  const key = hand.freshKey();
  for (let attempt = 1; ; attempt += 1) {
    const said = await hand.post('/v1/deposits', { name, title: '压力测试', slots }, { key });
    const isFull = said.body['retryable'] === true && attempt < openAttemptsMax;
    if (!isFull) return { id: textIn(well(said).body, 'id'), name };
    await sleep(openAgainMs);
  }
}

/** An answer counts when it names an entry for each record that was brought. */
function namesAll(body: Members, brought: readonly Json[]): boolean {
  const { receipts } = body;
  if (!Array.isArray(receipts) || receipts.length !== brought.length) return false;
  return receipts.every((one: unknown, at) => {
    const asked = brought[at];
    const isReceipt = typeof one === 'object' && one !== null && 'name' in one && 'hash' in one;
    if (!isReceipt || !isObject(asked)) return false;
    return one.name === asked['name'] && String(one.hash).length === hashLetters;
  });
}

/** Signed here, beside the house: this process bears the cost of the sources. */
function recordsOf(
  { key, privateKey }: Source,
  deposit: Opened,
  which: { readonly from: number; readonly count: number },
): Json[] {
  return Array.from({ length: which.count }, (_, at) => {
    const name = `r${which.from + at}`;
    const fields = { 姓名: '王样例', 金额: '5000.00', 流水号: `${deposit.name}-${name}` };
    const record = { deposit: deposit.name, item: name, schema: 'bench-record@1', fields };
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const value = sign('sha256', sourceMessage(record), options).toString('base64');
    return { deposit: deposit.id, name, schema: 'bench-record', fields, signature: { key, value } };
  });
}

/** Systems of the first demo institution, each with keys of its own, and their kind of record. */
async function openSources(world: World): Promise<readonly Source[]> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at: coop }),
    DoorHand.of(world, 'security-officer', { at: coop }),
  ]);
  const sources: Source[] = [];
  for (let nth = 0; nth < sourcesCount; nth += 1) {
    sources.push(await openSource(world, { admin, security, name: `bench-${nth}` }));
  }
  const [first] = sources;
  if (first === undefined) throw new Error('a source');
  const { body } = well(await first.hand.post('/v1/deposits/definitions', { definition: schema }));
  const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
  well(await security.post(path, { sha256: textIn(body, 'sha256') }));
  return sources;
}

async function openSource(
  world: World,
  { admin, security, name }: { admin: DoorHand; security: DoorHand; name: string },
): Promise<Source> {
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const scopes = ['deposit.define', 'deposit.submit', 'deposit.read'];
  const terms = { name, scopes, signature: 'optional', addresses: [], rate: 'bulk' };
  const approval = await approved({ act: 'register', ...terms });
  const client = textIn(well(await admin.post('/v1/clients', { ...terms, approval })).body, 'id');
  const keyed = async (order: { kind: string; publicKey?: string }) => {
    const allowed = await approved({ act: 'key', client, ...order });
    const path = `/v1/clients/${client}/keys`;
    return well(await admin.post(path, { ...order, approval: allowed })).body;
  };
  const hand = new DoorHand(world);
  hand.token = textIn(await keyed({ kind: 'api-key' }), 'secret');
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const es256 = await keyed({ kind: 'ecdsa-p256-sha256', publicKey: spki });
  return { world, hand, key: textIn(es256, 'id'), privateKey };
}

/** Resident memory of the house's processes, without this one. */
async function memoryMb(house: number): Promise<number> {
  let kilobytes = 0;
  for (const pid of await familyOf(house)) {
    if (pid === house) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    kilobytes += Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }
  return rounded(kilobytes / 1_024);
}
