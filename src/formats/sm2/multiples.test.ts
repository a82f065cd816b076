import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { allAffine, field, hasX, infinity, order, positive, sm2Curve } from './curve.ts';
import { Sm2Memory, sm2SignatureFromDer, verifySm2 } from './index.ts';
import { addMultipleFrom, multiple, multiplesTable } from './multiples.ts';

test('a table and a window give the same multiple of a point, the greatest factors too', () => {
  const table = multiplesTable(sm2Curve.base);
  const factor = fc.oneof(
    fc.bigInt({ min: 1n, max: order - 1n }),
    fc.constantFrom(1n, 2n, 63n, 64n, 65n, 127n, 128n, order - 1n, order - 2n),
  );
  fc.assert(
    fc.property(factor, (times) => {
      const [one] = allAffine([addMultipleFrom(infinity, table, times)]);
      const other = multiple(sm2Curve.base, times);
      expect(one && hasX(other, positive(one.x, field))).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(multiple(sm2Curve.base, order).z).toBe(0n);
  expect(addMultipleFrom(infinity, table, order).z).toBe(0n);
});

test('a key gets the same answers before and after it is known', async () => {
  const signer = softSigner(generateSoftKey('sm2'));
  const memory = new Sm2Memory();
  for (let round = 0; round < 12; round += 1) {
    const message = Uint8Array.of(round);
    const signature = sm2SignatureFromDer(await signer.sign(message)) ?? new Uint8Array();
    const check = { publicKey: signer.publicKey, message, signature };
    expect(await verifySm2(check, nodeEngine, memory)).toBe(true);
    const other = { ...check, message: Uint8Array.of(round + 1) };
    expect(await verifySm2(other, nodeEngine, memory)).toBe(false);
  }
});
