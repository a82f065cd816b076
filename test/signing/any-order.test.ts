import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnyOrder, shapes, steps } from './any-order.ts';

test('any number of signatures, in any order, in a file of any shape: all earlier ones stand', async () => {
  const people = await AnyOrder.open(['ecdsa-sha256', 'ed25519', 'sm2-sm3']);
  const stands = fc.asyncProperty(shapes, steps(5), async (shape, todo) => {
    expect(await people.flaws(shape, todo)).toEqual([]);
  });
  await fc.assert(stands, { numRuns: 16, seed: 20_261_121 });
}, 60_000);
