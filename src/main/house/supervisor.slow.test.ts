/** What a supervisor does when a process cannot start: it says which one and why, and ends all. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#base/clock';

import { openEstate } from '../estate/estate.ts';
import { Supervisor } from './supervisor.ts';

const startMsMax = 30_000;
let root = '';
let sockets = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fubie-supervisor-'));
  sockets = openEstate(root).sockets;
});

afterEach(() => {
  rmSync(sockets, { recursive: true, force: true });
  rmSync(root, { recursive: true, force: true });
});

test(
  '一个起不来的进程被点名，并带着它自己的日志；别的进程随之结束',
  async () => {
    for (const name of ['identity', 'stranger']) mkdirSync(join(root, name), { mode: 0o700 });
    writeFileSync(join(root, 'stranger', 'config.json'), '{"v":1}', { mode: 0o600 });
    const plans = [{ name: 'stranger', verb: 'gateway', after: [], keys: [] }];
    const started = Supervisor.start({ estate: openEstate(root), plans, clock: systemClock });
    await expect(started).rejects.toMatchObject({
      code: 'main.process_not_ready',
      details: { process: 'stranger', why: 'exit 4' },
    });
    const log = readFileSync(join(root, 'stranger', 'process.log'), 'utf8');
    expect(log).toContain('config.file_malformed');
    expect(log.match(/config\.file_malformed/g)).toHaveLength(3);
  },
  startMsMax,
);

test('一个陌生人先占了套接字目录的名字，房子拒绝使用它', () => {
  rmSync(sockets, { recursive: true });
  mkdirSync(sockets, { mode: 0o755 });
  expect(() => openEstate(root)).toThrow(
    expect.objectContaining({ code: 'main.socket_folder_foreign' }),
  );
});
