import jsQr from 'jsqr';
import { expect, test } from 'vitest';
import { qrSvg } from './qr.ts';

const pixelsOfModule = 4;

/** The drawing as a camera would see it: grey pixels, white where nothing is drawn. */
function seen(svg: string): { pixels: Uint8ClampedArray; side: number } {
  const [, from = '', size = ''] = /viewBox="(-?\d+) -?\d+ (\d+) \d+"/.exec(svg) ?? [];
  const side = Number(size) * pixelsOfModule;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, column = '', row = ''] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    const [left, top] = [column, row].map((at) => (Number(at) - Number(from)) * pixelsOfModule);
    for (let y = 0; y < pixelsOfModule; y += 1) {
      for (let x = 0; x < pixelsOfModule; x += 1) {
        const at = (((top ?? 0) + y) * side + (left ?? 0) + x) * 4;
        pixels.fill(0, at, at + 3);
      }
    }
  }
  return { pixels, side };
}

test.each([
  'https://bank.example/verify#FB202611221234567890123450.AAAAAAAAAAAAAAAAAAAAAA',
  `http://demo-credit-cooperative.localhost:8710/verify#FB${'9'.repeat(24)}.${'x'.repeat(22)}`,
])('S2-20 what the appendix draws is read by a reader nobody here wrote: %s', (link) => {
  const { pixels, side } = seen(qrSvg(link));
  expect(jsQr.default(pixels, side, side)?.data).toBe(link);
});
