/**
 * `fubie demo --out DIR [--json]`: the story in a fresh world of real processes, and what it made.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { openHouse } from '../house/house.ts';
import { type Told, tellStory } from '../house/story.ts';
import { unpackDocuments } from '../house/unpack.ts';

export async function run(args: readonly string[]): Promise<number> {
  const out = args[args.indexOf('--out') + 1];
  if (!args.includes('--out') || out === undefined)
    throw new Fault('main.usage', { needs: '--out' });
  const began = performance.now();
  const root = await mkdtemp(join(tmpdir(), 'fubie-demo-'));
  try {
    const told = await inFreshHouse(join(root, 'var'), resolve(out));
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    print(told, { json: args.includes('--json'), seconds, out });
    return 0;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function inFreshHouse(root: string, out: string): Promise<Told> {
  const settings = { mode: 'demo', root, port: 0, databaseUrl: undefined } as const;
  const house = await openHouse(settings, { clock: systemClock, random: systemRandom });
  try {
    await mkdir(out, { recursive: true });
    // What an earlier demo left is of another house, with other keys.
    for (const name of ['phone', 'phone-refused', 'trust']) {
      await rm(join(out, name), { recursive: true, force: true });
    }
    const told = await tellStory(house, out);
    await cp(house.estate.trust, join(out, 'trust'), { recursive: true });
    await unpackDocuments(told.package, out);
    return told;
  } finally {
    await house.close();
  }
}

function print(told: Told, how: { json: boolean; seconds: number; out: string }): void {
  if (how.json) {
    const { loan, refused, steps, timeline } = told;
    const document = { out: how.out, seconds: how.seconds, loan, refused, steps, timeline };
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  process.stdout.write(`贷款案件 ${told.loan.case}：${told.loan.state}\n`);
  process.stdout.write(`被拒绝的申请 ${told.refused.case}：${told.refused.state}，证据照样留存\n`);
  process.stdout.write(`证据包 ${join(how.out, 'package.zip')}，用时 ${how.seconds} 秒\n`);
}
