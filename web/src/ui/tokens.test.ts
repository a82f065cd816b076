/** The sizes and colours every page is set from, computed and not only looked at. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const rootPx = 16;
const plain = namesIn(/^:root \{([^}]*)\}/m);
const elder = namesIn(/^:root\[data-elder\] \{([^}]*)\}/m);
const dark = namesIn(/prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}/);

function namesIn(block: RegExp): ReadonlyMap<string, string> {
  const [, body = ''] = block.exec(css) ?? [];
  return new Map(
    [...body.matchAll(/([\w-]+):\s*([^;]+);/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** In pixels, at the letter size that the elder mode sets for the whole page. */
function elderPx(name: string): number {
  const percent = Number.parseFloat(elder.get('font-size') ?? '100');
  const rem = Number.parseFloat(elder.get(name) ?? plain.get(name) ?? '0');
  return (rem * rootPx * percent) / 100;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 0, shade = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (shade + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('tokens', () => {
  // MIIT 2021 适老化: main text 18 dp or more, lines 1.3 apart or more, targets 60 dp.
  test('S0-57 elder mode: no text below 18 px, lines 1.3 apart, targets of 60 px', () => {
    for (const text of ['--text-s', '--text-m', '--text-l', '--text-xl']) {
      expect(elderPx(text), text).toBeGreaterThanOrEqual(18);
    }
    expect(elderPx('--target')).toBeGreaterThanOrEqual(60);
    expect(Number(elder.get('--line'))).toBeGreaterThanOrEqual(1.3);
  });

  test.each([
    ['by day', plain],
    ['by night', dark],
  ])('text stands out 4.5:1 from whatever it is set on, %s', (_name, tokens) => {
    const of = (name: string): string => tokens.get(name) ?? '';
    const pairs = [
      ...['--ink', '--ink-soft', '--primary', '--good', '--warn', '--bad'].flatMap((ink) =>
        ['--paper', '--ground'].map((ground) => [ink, ground] as const),
      ),
      ['--primary-ink', '--primary'],
      ['--primary', '--primary-soft'],
      ['--good', '--good-soft'],
      ['--warn', '--warn-soft'],
      ['--bad', '--bad-soft'],
    ] as const;
    for (const [ink, ground] of pairs) {
      expect(contrast(of(ink), of(ground)), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
    // What is no text but has to be seen (1.4.11): borders of fields, the focus.
    for (const edge of ['--rule-strong', '--focus']) {
      expect(contrast(of(edge), of('--paper')), edge).toBeGreaterThanOrEqual(3);
    }
  });
});
