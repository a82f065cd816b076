/**
 * What the log is worth against its own operator, and what an outage of its watchers costs.
 *
 * One house of real processes, one bank, and a forger who holds all of it.
 */
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { listDisbursements, syntheticBorrower } from '#adapters/gateways';
import { call } from '#adapters/wire';
import { SocketWitness } from '#adapters/witnesses';
import type { Json } from '#base/canonical';
import type { TenantId } from '#base/unit';
import { type Line, textIn } from '#doors/phone';
import type { FsckReport } from '#trust/evidence';
import { processFolder, socketOf } from '../../src/main/estate/estate.ts';
import { voterNames, witnessNames, witnessProcess } from '../../src/main/estate/plan.ts';
import { witnessKey } from '../../src/main/estate/trust-folder.ts';
import { operatorLine } from '../../src/main/house/line.ts';
import { type PhoneEnd, runPhone } from '../../src/main/house/phone-run.ts';
import { loanPlan } from '../../src/main/house/story.ts';
import type { HouseReport } from '../../src/main/verbs/fsck.ts';
import { World } from '../world.ts';
import { asOwner, Forger } from './forger.ts';
import { fubie, institutionTenant, rowsOf, wholeLog } from './house-facts.ts';
import { type Alteration, alterations, inRounds } from './row-alterations.ts';
import { killServe } from './serve-kill.ts';

const msMax = 120_000;
const pollMs = 50;

let folder = '';
let world: World;
let line: Line;
let loan: PhoneEnd;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-witnesses-'));
  world = await World.open({ seed: 5, folder: join(folder, 'var') });
  line = await operatorLine(world.house.estate, 'auditor');
}, msMax);

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
}, msMax);

describe('见证方或哨兵不在时', () => {
  test(
    '一个见证方倒下，贷款照常走到放款；其余三方任一倒下，日志照样到达 L2',
    async () => {
      const [first = '', ...others] = voterNames.map(witnessProcess);
      await whileDown(first, async () => {
        loan = await borrow('loan');
        expect(loan.state).toBe('disbursed');
      });
      for (const name of others) {
        await whileDown(name, async () => {
          const opened = await line.post('/v1/applications', { product: 'rural-loan-demo' });
          await until(async () => (await levels(textIn(opened, 'case'))).at(-1) === 'L2');
        });
      }
    },
    msMax,
  );

  test(
    '哨兵倒下：确认级别降为 L0，警报挂出，放款等待；哨兵回来后放款，警报解除',
    async () => {
      let running: Promise<PhoneEnd> | undefined;
      let application = '';
      const sentinel = witnessProcess('sentinel');
      await whileCrashing(sentinel, async () => {
        running = borrow('waiting', (step, answer) => {
          if (step === 'case.opened') application = textIn(answer, 'application');
        });
        await until(async () => (await waitingJobs()).includes('lending.level_not_reached'));
        expect(await alarms()).toContain('sentinel_absent');
        const [row] = await rowsOf<{ id: string; state: string }>(
          world.house.estate,
          `select id, state from loan_case where application = '${application}'`,
        );
        expect(row?.state).toBe('payment_authorised');
        expect((await levels(row?.id ?? '')).at(-1)).toBe('L0');
        expect(await paidOut()).not.toContain(application);
      });
      expect((await running)?.state).toBe('disbursed');
      expect(await paidOut()).toContain(application);
      await until(async () => !(await alarms()).includes('sentinel_absent'));
    },
    msMax,
  );
});

test(
  '二十多个调用方正在存证时强杀 serve 与 work：已回执的记录都在且只有一次，重问得到同一答复',
  async () => {
    const report = await killServe(world);
    const none = { lost: [], twice: [], unasked: [], answeredOtherwise: [] };
    expect(report).toMatchObject({ kills: 3, ...none });
    expect(report.repeated).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(100);
  },
  msMax,
);

describe('数据库里的一行', () => {
  test('别的租户什么也看不到', async () => {
    const { estate } = world.house;
    const tables = ['loan_case', 'document', 'revision', 'ticket', 'evidence_entry', 'vault_value'];
    for (const table of tables) {
      const query = `select 1 from ${table}`;
      expect((await rowsOf(estate, query)).length, table).toBeGreaterThan(0);
      expect(await rowsOf(estate, query, 'another-bank' as TenantId), table).toEqual([]);
    }
  });

  test(
    '各表中被改动的行由 fsck 逐一指出表名与键，恢复后完好',
    async () => {
      for (const round of inRounds(alterations(loan.case))) {
        const restored = await altered(round);
        const { code, report } = await fsck();
        expect(code).toBe(1);
        for (const { table, alter } of round) {
          const found = report.flaws.filter(({ part }) => part.startsWith(`${table} `));
          expect(found.length, `${alter}: ${JSON.stringify(report.flaws)}`).toBeGreaterThan(0);
        }
        const codes = new Set(report.flaws.map((flaw) => flaw.code));
        expect(codes, JSON.stringify(report.flaws)).toEqual(new Set(['row_differs']));
        await restored();
      }
      expect(await fsck()).toMatchObject({ code: 0, report: { is: 'sound', flaws: [] } });
    },
    msMax,
  );
});

test(
  '公开文件整个丢失：fsck 有误，fsck --mend 由条目补回并核对所签的根，之后完好',
  async () => {
    const tiles = join(world.house.estate.root, 'log', institutionTenant, 'tile');
    // A sequencer at work would write the open tiles again with the next head, and no others.
    await whileDown('sequencer', async () => {
      await rm(tiles, { recursive: true });
      const lost = await fsck();
      expect(lost.code).toBe(1);
      expect(new Set(lost.report.flaws.map(({ code }) => code))).toEqual(new Set(['tile_differs']));
      const back = await fsck(undefined, ['--mend']);
      expect(back).toMatchObject({ code: 0, report: { is: 'sound', flaws: [] } });
      expect(back.mended.length).toBe(lost.report.flaws.length);
    });
  },
  msMax,
);

test(
  'fubie package 从运行中的房子取出证据包：两次是同一个文件，离线核验有效；doctor 说全部在岗',
  async () => {
    const { root, trust } = world.house.estate;
    const digests: string[] = [];
    for (const name of ['one.zip', 'two.zip']) {
      const out = join(folder, name);
      const packed = await fubie(['package', loan.case, '--out', out, '--var', root, '--json']);
      expect(packed.code, packed.words).toBe(0);
      digests.push((JSON.parse(packed.out) as { sha256: string }).sha256);
    }
    expect(digests[1]).toBe(digests[0]);
    const judged = await fubie(['verify', join(folder, 'one.zip'), '--trust', trust, '--json']);
    expect(JSON.parse(judged.out)).toMatchObject({ is: 'valid', flaws: [] });
    expect((await fubie(['doctor', '--var', root])).code).toBe(0);
    const stranger = await fubie([
      'package',
      'A'.repeat(22),
      '--out',
      join(folder, 'no'),
      '--var',
      root,
    ]);
    expect(stranger.words).toContain('lending.case_unknown');
    expect(stranger.code).toBe(4);
  },
  msMax,
);

describe('经营者自己改动一条记录，并重做自己的全部签名', () => {
  test(
    '见证方拒绝下一个检查点；fsck 只凭见证方存下的头，指出大小与第一条不同的记录',
    async () => {
      const { estate } = world.house;
      const log = await wholeLog(estate);
      await world.close();
      // The forger works while nobody else does: the database is up, and those he must convince.
      const without = ['serve', 'work', 'sequencer'];
      world = await World.open({ seed: 6, folder: estate.root, without });
      const witnesses = await Promise.all(witnessNames.map(witnessLine));
      const heads = await Promise.all(witnesses.map((witness) => witness.heads()));
      const sizes = new Set(heads.flatMap((kept) => kept.map(({ size }) => size)));
      // An entry of her case that came into the log by itself, after others of the case.
      const alone = log.filter(({ index }) => sizes.has(index) && sizes.has(index + 1));
      const target = alone.filter(({ caseId }) => caseId === loan.case).at(1);
      if (target === undefined) throw new Error('no entry came by itself');

      const forger = await Forger.open(estate);
      await forger.alter(log, target.index);

      // What is the house's own agrees again: without witnesses nobody could tell.
      const nobody = join(folder, 'no-heads');
      await mkdir(nobody);
      expect(await fsck(nobody)).toMatchObject({ code: 0, report: { is: 'sound', flaws: [] } });

      for (const [at, witness] of witnesses.entries()) {
        const size = Math.max(...(heads[at] ?? []).map((head) => head.size));
        const reply = await witness.addCheckpoint(await forger.nextCheckpoint(size));
        expect(reply, witness.key.name).toEqual({ is: 'refused', because: 'inconsistent' });
      }

      const handedOver = join(folder, 'heads');
      await mkdir(handedOver);
      for (const role of witnessNames) {
        const journal = join(processFolder(estate, witnessProcess(role)), 'heads.jsonl');
        await copyFile(journal, join(handedOver, `${role}.jsonl`));
      }
      const { code, report } = await fsck(handedOver);
      expect(code).toBe(1);
      expect(new Set(report.flaws.map((flaw) => flaw.code))).toEqual(new Set(['witness_differs']));
      const { index } = target;
      for (const { name, differs } of report.witnesses) {
        if (differs === undefined) throw new Error(`${name} noticed nothing`);
        expect(differs.first, name).toBeLessThanOrEqual(index);
        expect(differs.last, name).toBeGreaterThanOrEqual(index);
      }
      // Who was there all the time has the place to the entry.
      const exact = { size: index + 1, first: index, last: index };
      expect(report.witnesses.map(({ differs }) => differs)).toContainEqual(exact);
    },
    msMax,
  );
});

async function borrow(
  name: string,
  onStep: (step: string, answer: { readonly [name: string]: Json }) => void = () => undefined,
): Promise<PhoneEnd> {
  return runPhone(world.house, {
    folder: join(folder, name),
    plan: loanPlan(syntheticBorrower),
    onStep: ({ step, answer }) => onStep(step, answer as { readonly [name: string]: Json }),
  });
}

/** Alters one row of each table; what it answers puts them back. */
async function altered(round: readonly Alteration[]): Promise<() => Promise<void>> {
  const { estate } = world.house;
  const kept = await asOwner(estate, async (owner) => {
    const rows: { by: string; values: unknown[] }[] = [];
    for (const { table, alter, restore } of round) {
      const held = await owner.query<Record<string, unknown>>(restore.keeps);
      expect(held.rows.length, `${table} has rows`).toBeGreaterThan(0);
      for (const row of held.rows) rows.push({ by: restore.by, values: Object.values(row) });
      await owner.query(alter);
    }
    return rows;
  });
  return () =>
    asOwner(estate, async (owner) => {
      for (const { by, values } of kept) await owner.query(by, values);
    });
}

/** Dead and not coming back until the action is over: its settings are not where they were. */
async function whileCrashing<T>(name: string, action: () => Promise<T>): Promise<T> {
  const settings = join(processFolder(world.house.estate, name), 'config.json');
  await rename(settings, `${settings}.away`);
  world.kill(name);
  try {
    return await action();
  } finally {
    await rename(`${settings}.away`, settings);
    await world.settled();
  }
}

/**
 * Killed, and held down until the action is over: each start that crashes costs half a second of a
 * core, and the pause after it is longer each time.
 */
async function whileDown<T>(name: string, action: () => Promise<T>): Promise<T> {
  world.kill(name);
  try {
    return await world.house.supervisor.without(name, action);
  } finally {
    await world.settled();
  }
}

async function levels(caseId: string): Promise<string[]> {
  const timeline = await line.get(`/v1/cases/${caseId}/timeline`);
  return (timeline['entries'] as unknown as readonly { level: string }[]).map(({ level }) => level);
}

async function alarms(): Promise<string[]> {
  const status = await line.get('/v1/status');
  return (status['alarms'] as unknown as readonly { code: string }[]).map(({ code }) => code);
}

async function waitingJobs(): Promise<string[]> {
  const query = 'select waiting from job where done_at is null and waiting is not null';
  const rows = await rowsOf<{ waiting: string }>(world.house.estate, query);
  return rows.map(({ waiting }) => waiting);
}

async function paidOut(): Promise<string[]> {
  const socket = socketOf(world.house.estate, 'core-banking');
  return (await listDisbursements((question) => call(socket, question))).map(({ order }) => order);
}

async function witnessLine(role: string): Promise<SocketWitness> {
  const { estate } = world.house;
  const key = await witnessKey(estate.trust, role, nodeEngine);
  return new SocketWitness({ key, socketPath: socketOf(estate, witnessProcess(role)) });
}

interface Checked {
  readonly code: number;
  readonly report: FsckReport;
  readonly mended: readonly string[];
}

async function fsck(heads?: string, more: readonly string[] = []): Promise<Checked> {
  const given = heads === undefined ? [] : ['--heads', heads];
  const { code, out, words } = await fubie([
    'fsck',
    '--var',
    world.house.estate.root,
    '--tenant',
    institutionTenant,
    ...given,
    ...more,
    '--json',
  ]);
  if (out === '') throw new Error(words);
  const { logs, mended = [] } = JSON.parse(out) as HouseReport;
  const [report] = logs;
  if (report === undefined) throw new Error('no log was checked');
  return { code, report, mended };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + msMax / 2;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never came true');
    await sleep(pollMs);
  }
}
