/** The house as processes: who holds what, what comes back after a kill, what is left over. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { BureauGateway, readHandset, SmsGateway } from '#adapters/gateways';
import { startEmbedded } from '#adapters/postgres';
import { call } from '#adapters/wire';
import { toBase64Url } from '#base/bytes';

import { socketOf } from '../src/main/estate/estate.ts';
import { gatewayKey } from '../src/main/estate/trust-folder.ts';
import { World } from './world.ts';

const startMsMax = 120_000;
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('一座房子', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open({ seed: 7 });
  }, startMsMax);
  afterAll(async () => {
    await world.close();
    if (existsSync(world.house.estate.sockets)) throw new Error('the sockets were left behind');
  }, startMsMax);

  test('每个进程有自己的目录与密钥，没有两个相同', () => {
    const lines = world.processes;
    expect(lines.length).toBeGreaterThanOrEqual(16);
    const distinct = (values: readonly unknown[]): number => new Set(values).size;
    expect(distinct(lines.map(({ pid }) => pid))).toBe(lines.length);
    expect(distinct(lines.map(({ folder }) => folder))).toBe(lines.length);
    const keys = lines.flatMap((line) => line.keys);
    expect(distinct(keys)).toBe(keys.length);
  });

  test('任一进程的环境与打开的文件里，没有别的进程的密钥或密码', () => {
    const secrets = world.processes.flatMap(({ process: name, folder }) =>
      secretsIn(folder).map((secret) => ({ ...secret, name })),
    );
    expect(secrets.length).toBeGreaterThan(20);
    for (const { process: name, pid, folder } of world.processes) {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
      const foreign = secrets.filter((secret) => secret.name !== name);
      for (const { text } of foreign) expect(environment.includes(text), name).toBe(false);
      const { root } = world.house.estate;
      const files = openFiles(pid ?? 0).filter((file) => file.startsWith(root));
      // Log, trust folder, orders and sealed documents: no secret lies in them, nobody's name.
      const open = ['log', 'trust', 'tenants', 'objects', 'tenant-stores'];
      const own = [`${folder}/`, ...open.map((place) => join(root, place))];
      const outside = files.filter((file) => own.every((place) => !file.startsWith(place)));
      expect(outside, name).toEqual([]);
    }
  });

  test('密钥与密码的文件只有本人可读', () => {
    for (const { folder } of world.processes) {
      for (const { mode, path } of secretsIn(folder)) expect(mode & 0o077, path).toBe(0);
    }
  });

  test(
    '短信网关被强杀后由监督者拉起，已发出的验证码仍然有效',
    async () => {
      const { estate } = world.house;
      const socket = socketOf(estate, 'sms');
      const gateway = new SmsGateway({
        call: (question) => call(socket, question),
        key: await gatewayKey(estate.trust, 'sms'),
        engine: nodeEngine,
        simulatorsAllowed: true,
      });
      const handset = await world.sim('00000000001');
      const salt = toBase64Url(world.random.bytes(16));
      const documents = [`${'A'.repeat(43)}=`];
      const { phone } = handset;
      const enrolment = documents[0] ?? '';
      await gateway.sendCode({ intent: 'drill-1', phone, salt, documents, enrolment });

      world.kill('sms');
      await world.settled();
      expect(world.alarms.map(({ process: name }) => name)).toContain('sms');

      const messages = await readHandset((question) => call(socket, question), handset);
      const code = /验证码 (\d{6})/.exec(messages.at(-1)?.text ?? '')?.[1] ?? '';
      const { statement } = await gateway.confirm('drill-1', code);
      expect(statement).toMatchObject({ intent: 'drill-1', simulator: true });
    },
    startMsMax,
  );

  test(
    '全部进程同时被强杀，房子自己恢复，密钥与受信材料不变',
    async () => {
      const before = world.processes;
      for (const { process: name } of before) world.kill(name);
      await world.settled();
      const after = world.processes;
      expect(after.map(({ keys }) => keys)).toEqual(before.map(({ keys }) => keys));
      for (const [at, line] of after.entries()) expect(line.pid).not.toBe(before[at]?.pid);
      for (const { process: name } of after) {
        const answer = await call(socketOf(world.house.estate, name), {
          method: 'GET',
          path: '/health',
        });
        expect(answer.status, name).toBe(200);
      }
    },
    startMsMax,
  );

  test('一个网关的答复不能冒充另一个网关', async () => {
    const { estate } = world.house;
    const bureau = new BureauGateway({
      call: (question) => call(socketOf(estate, 'bureau'), question),
      key: await gatewayKey(estate.trust, 'sms'),
      engine: nodeEngine,
      simulatorsAllowed: true,
    });
    const salt = toBase64Url(world.random.bytes(16));
    const asked = bureau.query({
      request: 'drill-2',
      authorisation: `${'A'.repeat(43)}=`,
      name: '王样例',
      idNumber: '990101199003070111',
      salts: { name: salt, idNumber: salt, report: salt },
    });
    await expect(asked).rejects.toMatchObject({ code: 'gateways.attestation_wrong' });
  });

  test('同一目录上不能再开第二座房子', async () => {
    const second = World.open({ seed: 8, folder: world.house.estate.root });
    await expect(second).rejects.toMatchObject({ code: 'main.already_running' });
  });
});

test('外部 PostgreSQL 走同一条代码路径：房子自己不启动数据库', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-pg-'));
  const rooms = { fubie_app: 'c', fubie_sequencer: 'd', fubie_backup: 'e' };
  const passwords = { postgres: 'a', fubie_owner: 'b', ...rooms };
  const external = await startEmbedded({ folder, passwords });
  try {
    const databaseUrl = external.url('fubie_owner');
    const without = ['serve', 'work'];
    const world = await World.open({ seed: 9, without, databaseUrl });
    try {
      expect(world.pid('sequencer')).toBeDefined();
      expect(existsSync(join(world.house.estate.root, 'database', 'postgres'))).toBe(false);
    } finally {
      await world.close();
    }
  } finally {
    await external.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

describe('命令行启动的房子', () => {
  const root = join(mkdtempSync(join(tmpdir(), 'fubie-start-')), 'var');
  afterAll(() => rmSync(join(root, '..'), { recursive: true, force: true }));

  test(
    '父进程被强杀，所有子进程随之结束；再次启动完好，按 Ctrl-C 后什么也不留下',
    async () => {
      const first = await startHouse(root);
      const pids = first.pids;
      expect(pids.length).toBeGreaterThanOrEqual(16);
      first.child.kill('SIGKILL');
      await until(() => pids.every((pid) => !isAlive(pid)));

      const second = await startHouse(root);
      expect(second.fingerprints).toEqual(first.fingerprints);
      const ended = new Promise((resolve) => second.child.once('exit', resolve));
      second.child.kill('SIGINT');
      expect(await ended).toBe(0);
      expect(second.pids.filter(isAlive)).toEqual([]);
      expect(postmastersIn(root)).toEqual([]);
    },
    2 * startMsMax,
  );

  test(
    '生产模式拒绝模拟器',
    async () => {
      const child = run(root, { FUBIE_MODE: 'production' });
      let words = '';
      child.stderr?.on('data', (part) => {
        words += String(part);
      });
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(4);
      expect(words).toContain('main.simulator_refused');
    },
    startMsMax,
  );
});

interface Started {
  readonly child: ChildProcess;
  readonly pids: readonly number[];
  readonly fingerprints: readonly string[];
}

function run(root: string, more: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [program, 'start', '--no-story'], {
    env: { ...more, PATH: '/usr/bin:/bin', FUBIE_VAR: root, FUBIE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function startHouse(root: string): Promise<Started> {
  const child = run(root);
  let words = '';
  child.stdout?.on('data', (part) => {
    words += String(part);
  });
  child.stderr?.on('data', (part) => {
    words += String(part);
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  await until(() => words.includes('Ctrl-C') || ended);
  expect(words).toContain('Ctrl-C');
  const rows = words
    .split('\n')
    .map((line) => /^([a-z-]+) +(\d+) +\S+ +(.+)$/.exec(line))
    .filter((row) => row !== null);
  return {
    child,
    pids: rows.map((row) => Number(row[2])),
    fingerprints: rows.map((row) => row[3] ?? ''),
  };
}

function secretsIn(folder: string): { path: string; text: string; mode: number }[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const secret = /(\.pem|\.password|\.secret|\.url|\.key)$/;
  return names
    .filter((name) => secret.test(name) && !name.includes('postgres/'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, text: readFileSync(path, 'latin1').trim(), mode: modeOf(path) }))
    .filter(({ text }) => text.length > 0);
}

function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // It was closed between the two looks.
    }
  });
}

function postmastersIn(root: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(root);
    } catch {
      return false;
    }
  });
}

function modeOf(path: string): number {
  return statSync(path).mode;
}

/** A zombie is ended, too: nobody has asked for its exit code yet. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + startMsMax;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it never came true');
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
