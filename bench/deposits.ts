/**
 * `npm run bench -- deposits`: records over HTTP into a whole house of real processes, each signed
 * by its source with P-256 and checked, each an entry of its own with a commitment for every field.
 *
 *   --seconds N   of each measured run (default 10)
 *   --batch N     records of one request (default 250)     --callers N   at once (default 4)
 *
 * Five voting witnesses and the sentinel are processes of their own. CPU is that of every process
 * of the house and of the callers, who are in this one. `memoryMb` is told at both ends of a run.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { sourceMessage } from '#formats/entry';
import { coop, DoorHand } from '../test/journeys/door-hand.ts';
import { well } from '../test/journeys/walks.ts';
import { World } from '../test/world.ts';
import { familyCpuMs, familyOf } from './processes.ts';
import { rounded, summaryOf } from './samples.ts';

const seed = 20_261_122;
const depositRecordsMax = 500;
const levelSamples = 20;
const lookMs = 10;
const levelMsMax = 10_000;
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
    },
  });
  const [seconds, batch, callers] = [values.seconds, values.batch, values.callers].map(Number);
  const world = await World.open({ seed });
  try {
    const source = await openSource(world);
    const shape = { seconds: seconds ?? 10, callers: callers ?? 4 };
    const batches = await loaded(source, { ...shape, batch: batch ?? 250 });
    say(JSON.stringify({ batches }));
    const single = await loaded(source, { ...shape, batch: 1 });
    say(JSON.stringify({ single }));
    const levels = await timesToLevels(source);
    say(JSON.stringify(levels));
    return { load: loadavg(), batches, single, levels };
  } finally {
    await world.close();
  }
}

/** Callers that each fill one deposit after the other, until the time is over. */
async function loaded(
  source: Source,
  shape: { readonly seconds: number; readonly callers: number; readonly batch: number },
) {
  const { callers, batch, seconds } = shape;
  const times: number[] = [];
  const failed = new Map<string, number>();
  let records = 0;
  const house = process.pid;
  const memoryBefore = await memoryMb(house);
  const cpu = await familyCpuMs(house);
  const began = performance.now();
  const until = began + seconds * 1_000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      const deposit = await opened(source);
      for (let at = 0; at + batch <= depositRecordsMax; at += batch) {
        if (performance.now() >= until) return;
        const body = { records: recordsOf(source, deposit, { from: at, count: batch }) };
        const asked = performance.now();
        const { code } = await source.hand.post('/v1/deposits/records', body);
        times.push(performance.now() - asked);
        if (code === 'ok') records += batch;
        else failed.set(code, (failed.get(code) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const wallSeconds = (performance.now() - began) / 1_000;
  const { count, p50, p99, max } = summaryOf(times);
  return {
    ...shape,
    records,
    recordsPerSecond: Math.round(records / wallSeconds),
    callMs: { count, p50, p99, max },
    cpuMsPer1000: Math.round((((await familyCpuMs(house)) - cpu) * 1_000) / Math.max(records, 1)),
    memoryMb: { before: memoryBefore, after: await memoryMb(house) },
    failed: Object.fromEntries(failed),
  };
}

/** From the call that brings one record until its deposit shows it at L1, and at L2. */
async function timesToLevels(source: Source) {
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
  const { body } = well(await hand.post('/v1/deposits', { name, title: '压力测试', slots }));
  return { id: textIn(body, 'id'), name };
}

/** Signed here, beside the house: this process bears the cost of the sources. */
function recordsOf(
  { key, privateKey }: Source,
  deposit: Opened,
  which: { readonly from: number; readonly count: number },
): Json {
  return Array.from({ length: which.count }, (_, at) => {
    const name = `r${which.from + at}`;
    const fields = { 姓名: '王样例', 金额: '5000.00', 流水号: `${deposit.name}-${name}` };
    const record = { deposit: deposit.name, item: name, schema: 'bench-record@1', fields };
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const value = sign('sha256', sourceMessage(record), options).toString('base64');
    return { deposit: deposit.id, name, schema: 'bench-record', fields, signature: { key, value } };
  });
}

/** A system of the first demo institution, with a key of its own, and its kind of record. */
async function openSource(world: World): Promise<Source> {
  const [admin, security] = await Promise.all([
    DoorHand.of(world, 'administrator', { at: coop }),
    DoorHand.of(world, 'security-officer', { at: coop }),
  ]);
  const approved = async (order: Json): Promise<string> => {
    const asked = well(await admin.post('/v1/approvals', { kind: 'client.manage', order, why }));
    const id = textIn(asked.body, 'id');
    well(await security.post(`/v1/approvals/${id}/decision`, { give: true, why }));
    return id;
  };
  const scopes = ['deposit.define', 'deposit.submit', 'deposit.read'];
  const terms = { name: 'bench', scopes, signature: 'optional', addresses: [], rate: 'bulk' };
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
  const { body } = well(await hand.post('/v1/deposits/definitions', { definition: schema }));
  const path = `/v1/deposits/definitions/${textIn(body, 'id')}/versions/1/approval`;
  well(await security.post(path, { sha256: textIn(body, 'sha256') }));
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
