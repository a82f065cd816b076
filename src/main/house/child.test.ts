/** A log that grows while its process lives. */
import { appendFileSync, closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { boundLog, logTail } from './child.ts';

test('日志到了上限就换，进程接着写在同一个文件里，旧的只留一份', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fubie-log-'));
  try {
    const path = join(folder, 'process.log');
    const held = openSync(path, 'a', 0o600);
    boundLog(path, 100);
    for (const round of ['one', 'two', 'three']) {
      writeSync(held, `${round.padEnd(120, '.')}\n`);
      boundLog(path, 100);
      writeSync(held, `after ${round}\n`);
      expect(readFileSync(path, 'utf8')).toBe(`after ${round}\n`);
    }
    expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^after two\nthree\./);
    expect(statSync(`${path}.1`).mode & 0o077).toBe(0);
    closeSync(held);
    appendFileSync(path, '.'.repeat(50));
    boundLog(path, 100);
    expect(statSync(path).size).toBeGreaterThan(50);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('有人删掉了运行中进程的日志：守护者不因此倒下，只是没有话可引', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fubie-log-'));
  try {
    const path = join(folder, 'process.log');
    appendFileSync(path, 'last words');
    expect(logTail(path)).toBe('last words');
    await rm(path);
    expect(logTail(path)).toBe('');
    boundLog(path, 100);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
