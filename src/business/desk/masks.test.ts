import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { masked, maskedFields } from './masks.ts';

describe('masks', () => {
  test.each([
    ['name', '王测试', '王**'],
    ['name', '王', '*'],
    ['name', '测试甲乙丙丁戊', '测***'],
    ['idNumber', '990101199003070111', '9901**********0111'],
    ['idNumber', '99010119900307011X', '9901**********011X'],
    ['phone', '00000000001', '000****0001'],
    ['card', '9900010000000001234', '***************1234'],
    ['address', '示例省示例县人民路 2 号', '示例省示例县****'],
  ] as const)('%s %s is shown as %s', (field, value, shown) => {
    expect(masked(field, value)).toBe(shown);
  });

  test('what has not the shape of its kind is hidden whole', () => {
    expect(masked('idNumber', '1234567')).toBe('*******');
    expect(masked('phone', '+86 00000000001')).toBe('********');
    expect(masked('card', '')).toBe('');
    expect(masked('address', '某村')).toBe('**');
  });

  test('no mask shows more than half of any value, whatever the value', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...maskedFields),
        fc.string({ maxLength: 40 }),
        (field, value) => {
          const shown = masked(field, value);
          const clear = [...shown].filter((letter) => letter !== '*').join('');
          const half = field === 'address' ? 6 : Math.ceil([...value].length * 0.64);
          expect([...clear].length).toBeLessThanOrEqual(half);
        },
      ),
      { seed: 42, numRuns: 500 },
    );
  });
});
