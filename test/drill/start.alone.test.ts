/** Starting again is quick (issue 2, done-when 1): what was set up is kept, not made anew. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { childEnvironment } from '../../src/config.ts';

const program = fileURLToPath(new URL('../../bin/fubie', import.meta.url));
const againMsMax = 5_000;
/** Of a slow or busy computer no more is asked than that what was set up is not made anew. */
const againShareMax = 0.6;
/** Other tests share the computer: the quickest of some starts is what the house can do. */
const startsMax = 4;
const msMax = 120_000;

test(
  '第二次启动在五秒内就绪，密钥不变',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-again-'));
    try {
      const root = join(folder, 'var');
      const first = await startAndStop(root);
      expect(first.keys.length).toBeGreaterThan(10);
      const limitMs = Math.max(againMsMax, first.ms * againShareMax);
      const again: number[] = [];
      while (again.length < startsMax && !again.some((ms) => ms <= limitMs)) {
        const { ms, keys } = await startAndStop(root);
        expect(keys).toEqual(first.keys);
        again.push(ms);
      }
      process.stderr.write(`first start ${first.ms} ms, again ${again.join(', ')} ms\n`);
      expect(Math.min(...again)).toBeLessThanOrEqual(limitMs);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  msMax,
);

/** From the command to the word "ready", then Ctrl-C. */
async function startAndStop(root: string): Promise<{ ms: number; keys: string[] }> {
  const from = performance.now();
  const child = spawn(program, ['start', '--no-story'], {
    env: { ...childEnvironment(), FUBIE_VAR: root, FUBIE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let words = '';
  const ready = new Promise<number>((resolve) => {
    child.stdout.on('data', (part) => {
      words += String(part);
      if (words.includes('Ctrl-C')) resolve(Math.round(performance.now() - from));
    });
  });
  const ms = await Promise.race([ready, ended.then(() => Number.POSITIVE_INFINITY)]);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  const keys = [...words.matchAll(/SHA256:\S+/g)].map(([key]) => key);
  return { ms, keys };
}
