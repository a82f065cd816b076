import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Condition, law13Codes, law13Of } from './law13.ts';

const page = readFileSync('docs/guide/self-assessment.md', 'utf8');
const conditions = Object.keys(law13Codes) as Condition[];
const whole = { hasCertificate: true, showsControl: true };

describe('the self-assessment page', () => {
  test('S1-32 maps each condition of the law to its control and a test that is there', () => {
    const rows = page.split('\n').filter((line) => /^\| (?:（.）|第.{1,3}条)/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const number of ['一', '二', '三', '四']) {
      expect(rows.filter((row) => row.startsWith(`| （${number}）`))).toHaveLength(1);
    }
    for (const row of rows) {
      const [, , controls = '', proof = ''] = row.split('|');
      const files = [...controls.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
      expect([row, files.length > 0, files.filter((file) => !existsSync(file))]).toEqual([
        row,
        true,
        [],
      ]);
      const [, file = '', title = ''] = /`([^`]+)`：(.+?) *$/.exec(proof) ?? [];
      expect([row, readFileSync(file, 'utf8').includes(title === '*' ? 'test(' : title)]).toEqual([
        row,
        true,
      ]);
    }
  });

  test.each(conditions)(
    'S1-32 lists the flaws that speak against %s, and each of them does',
    (one) => {
      const line = page.split('\n').find((text) => text.startsWith(`- ${one}（`)) ?? '';
      const listed = [...line.matchAll(/`(\w+)`/g)].map(([, code]) => code);
      expect(listed).toEqual(law13Codes[one]);
      expect(law13Of([], whole)[one]).toBe('valid');
      for (const code of law13Codes[one]) {
        const judged = law13Of([{ code, part: 'a.pdf', detail: '' }], whole);
        expect([code, judged[one], judged.because[one]]).not.toEqual([code, 'valid', undefined]);
      }
    },
  );
});
