import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat } from '#base/bytes';
import { beginningOf, type Engine } from './index.ts';

const piece = fc.uint8Array({ maxLength: 300 });

test('whoever goes on behind a beginning has the digest of the whole, as often as wished', async () => {
  const hash = fc.constantFrom('sha256', 'sm3', 'sha512');
  const pieces = fc.tuple(piece, piece, piece);
  const property = fc.asyncProperty(hash, pieces, async (name, [first, next, last]) => {
    const beginning = beginningOf(nodeEngine, first);
    const whole = await nodeEngine.digest(name, concat(first, next, last));
    expect(await beginning.digest(name, next, last)).toEqual(whole);
    const begun = beginning.begun?.(name, next);
    for (let again = 0; again < 2; again += 1) {
      expect(begun?.digest(last)).toEqual(whole);
      expect(begun?.on(last).digest()).toEqual(whole);
    }
    // What has gone through the bytes already is believed, and the bytes are not gone through.
    const known = begun === undefined ? [] : [begun];
    expect(await beginningOf(nodeEngine, new Uint8Array(), known).digest(name, last)).toEqual(
      whole,
    );
    expect(await beginning.digest(name)).toEqual(await nodeEngine.digest(name, first));
  });
  await fc.assert(property, { numRuns: 60 });
});

test('by an engine that cannot stop in the middle each file is gone through as a whole', async () => {
  const engine: Pick<Engine, 'digest'> = {
    digest: (hash, ...parts) => nodeEngine.digest(hash, ...parts),
  };
  const beginning = beginningOf(engine, Uint8Array.of(1, 2));
  expect('begun' in beginning).toBe(false);
  const whole = await nodeEngine.digest('sm3', Uint8Array.of(1, 2, 3));
  expect(await beginning.digest('sm3', Uint8Array.of(3))).toEqual(whole);
});
