/** A whole tenant leaves: what it takes along is judged without the house, nothing else opens. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '#adapters/wire';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { childEnvironment } from '../../config.ts';
import { socketOf } from '../estate/estate.ts';
import { openHouse } from '../house/house.ts';
import { tellStory } from '../house/story.ts';

const program = fileURLToPath(new URL('../../main.ts', import.meta.url));
const storyMsMax = 300_000;
const tenant = 'demo-credit-cooperative';
const run = promisify(execFile);
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'fubie-exit-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('S2-85 机构退出：带走的证据包离线仍然有效，留下的什么也打不开', {
  timeout: storyMsMax,
}, async () => {
  const settings = { mode: 'demo', root, port: 0, databaseUrl: undefined } as const;
  const folder = join(root, 'export');
  const env = { ...childEnvironment(), FUBIE_VAR: root };
  const house = await openHouse(settings, { clock: systemClock, random: systemRandom });
  try {
    await tellStory(house, join(root, 'story'));
    const order = ['tenant', 'exit', '--tenant', tenant, '--export', folder, '--json'];
    const { stdout } = await run(process.execPath, [program, ...order], { env });
    expect(JSON.parse(stdout).tenants[0]).toMatchObject({ state: 'closed', packages: 2 });
    const answer = await call(socketOf(house.estate, 'serve'), {
      method: 'GET',
      path: '/v1/health',
    });
    // Its hosts belong to nobody any more.
    expect(answer.status).toBe(421);
  } finally {
    await house.close();
  }
  for (const name of readdirSync(join(folder, 'packages'))) {
    const judged = [
      program,
      'verify',
      join(folder, 'packages', name),
      '--trust',
      join(folder, 'trust'),
    ];
    const verdict = await run(process.execPath, [...judged, '--json'], { env });
    expect(JSON.parse(verdict.stdout).is, name).toBe('valid');
  }
  // The rest of the house comes up without it.
  const after = await openHouse(settings, { clock: systemClock, random: systemRandom });
  await after.close();
});
