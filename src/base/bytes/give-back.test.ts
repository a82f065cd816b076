import { expect, test } from 'vitest';
import { giveBack } from './index.ts';

test('memory that is given back is empty for all who look at it, and a part of a larger one is left', () => {
  const own = Uint8Array.of(1, 2, 3);
  const [view, part] = [new DataView(own.buffer), own.subarray(1)];
  giveBack(part);
  expect(own).toEqual(Uint8Array.of(1, 2, 3));
  giveBack(own);
  expect([own.length, part.length, own.buffer.byteLength]).toEqual([0, 0, 0]);
  expect(() => view.getUint8(0)).toThrow(TypeError);
  giveBack(own); // A second time changes nothing.
});

test('memory that is shared with another thread is left to both', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7);
  giveBack(shared);
  expect([...shared]).toEqual([7, 7, 7, 7]);
});
