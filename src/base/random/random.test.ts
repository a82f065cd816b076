import { expect, test } from 'vitest';
import { toHex } from '#base/bytes';
import { drawnAhead } from './index.ts';

test('chance drawn ahead is handed out once, kept by nobody, and drawn anew when it is gone', () => {
  const drawn: Uint8Array[] = [];
  let next = 0;
  const random = drawnAhead({
    bytes(count) {
      const bytes = Uint8Array.from({ length: count }, () => (next += 1) & 0xff);
      drawn.push(bytes);
      return bytes;
    },
  });
  const pieces = Array.from({ length: 200 }, () => random.bytes(12));
  // 170 pieces of twelve bytes fit into 2,048; what is left over is not handed out.
  expect(drawn.map(({ length }) => length)).toEqual([2_048, 2_048]);
  expect(toHex(pieces[0] ?? new Uint8Array())).toBe('0102030405060708090a0b0c');
  const counted = pieces.slice(0, 170).flatMap((piece) => [...piece]);
  expect(counted).toEqual(Array.from({ length: 2_040 }, (_, at) => (at + 1) & 0xff));
  expect(drawn[0]?.every((byte) => byte === 0)).toBe(true);
  expect(random.bytes(5_000)).toHaveLength(5_000);
  expect(drawn).toHaveLength(3);
});
