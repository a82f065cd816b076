import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AnyOrder, shapes, steps } from './any-order.ts';
import { written } from './shapes.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-order-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** How qpdf writes the same document anew: linearised for good, packed, encrypted. */
const rewritings = {
  linearised: ['--linearize'],
  'linearised and packed': ['--linearize', '--object-streams=generate'],
  'AES-256': ['--encrypt', '', 'owner', '256', '--'],
  'AES-256, packed': ['--encrypt', '', 'owner', '256', '--', '--object-streams=generate'],
  'AES-128': ['--allow-weak-crypto', '--encrypt', '', 'owner', '128', '--use-aes=y', '--'],
} as const;

test('any number of signatures in any order, hundreds of shapes, six kinds of keys', async () => {
  const people = await AnyOrder.open();
  const stands = fc.asyncProperty(shapes, steps(12), async (shape, todo) => {
    expect(await people.flaws(shape, todo)).toEqual([]);
  });
  await fc.assert(stands, { numRuns: 250 });
});

test.each(Object.entries(rewritings))('the same in files that qpdf wrote: %s', async (_, words) => {
  const people = await AnyOrder.open();
  const stands = fc.asyncProperty(shapes, steps(8), async (shape, todo) => {
    await writeFile(join(folder, 'in.pdf'), written(shape));
    // A made-up linearisation makes qpdf warn, and end with 3.
    const ask = ['--warning-exit-0', '--no-warn', ...words];
    execFileSync('qpdf', [...ask, join(folder, 'in.pdf'), join(folder, 'out.pdf')]);
    const bytes = new Uint8Array(await readFile(join(folder, 'out.pdf')));
    expect(await people.flaws(shape, todo, bytes)).toEqual([]);
  });
  await fc.assert(stands, { numRuns: 25 });
});
