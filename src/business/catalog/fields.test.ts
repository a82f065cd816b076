import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import { type Groups, type Shape, selectFields } from './fields.ts';

const groups: Groups = {
  core: { amountFen: 'fen', dueOn: 'date' },
  full: { '@': 'core', fees: [{ name: 'text' }] },
};
const shape: Shape = { loan: '@full', 'label?': 'text', sha256: 'digest' };
const digest = '0a'.repeat(32);
const inputs = {
  loan: { amountFen: '500000', dueOn: '2027-01-01', fees: [{ name: '手续费' }] },
  sha256: digest,
};

test('inputs that hold every field pass, and what no field names is left out', () => {
  expect(selectFields(shape, inputs, groups)).toEqual(inputs);
  const talkative = { ...inputs, card: '9900010000000000018', loan: { ...inputs.loan, x: 1 } };
  expect(selectFields(shape, talkative, groups)).toEqual(inputs);
});

const refusals: readonly (readonly [string, Json, string, string])[] = [
  ['a missing field', { loan: inputs.loan }, 'catalog.field_missing', 'sha256'],
  ['an empty field', { ...inputs, sha256: '' }, 'catalog.field_missing', 'sha256'],
  ['a missing group', { sha256: digest }, 'catalog.field_missing', 'loan'],
  [
    'a gap in a list',
    { ...inputs, loan: { ...inputs.loan, fees: [{ name: '甲' }, {}] } },
    'catalog.field_missing',
    'loan.fees[1].name',
  ],
  [
    'a day that never was',
    { ...inputs, loan: { ...inputs.loan, dueOn: '2027-02-29' } },
    'catalog.field_malformed',
    'loan.dueOn',
  ],
  [
    'an amount in yuan',
    { ...inputs, loan: { ...inputs.loan, amountFen: '5000.00' } },
    'catalog.field_malformed',
    'loan.amountFen',
  ],
  ['white space', { ...inputs, label: ' ' }, 'catalog.field_malformed', 'label'],
];

test.each(refusals)('%s is refused by its name', (...row) => {
  const [, value, code, field] = row;
  expect(() => selectFields(shape, value, groups)).toThrow(
    expect.objectContaining({ code, details: { field } }),
  );
});

test('a salt has 128 bits in base64url', () => {
  const salted = (salt: string) => () => selectFields({ salt: 'salt' }, { salt }, {});
  expect(salted('AAAAAAAAAAAAAAAAAAAAAA')()).toEqual({ salt: 'AAAAAAAAAAAAAAAAAAAAAA' });
  expect(salted('AAAAAAAAAAAAAAAAAAAAAB')).toThrow('catalog.field_malformed');
  expect(salted('AAAA')).toThrow('catalog.field_malformed');
});

test('whatever comes in, the answer is the fields or a refusal with a code', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      try {
        selectFields(shape, value as Json, groups);
      } catch (refused) {
        expect(refused).toHaveProperty('code', expect.stringMatching(/^catalog\.field_/));
      }
    }),
  );
});
