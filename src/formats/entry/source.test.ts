/**
 * What a source signs, letter for letter: other programs write the same.
 */
import { expect, test } from 'vitest';
import { fromUtf8 } from '#base/bytes';
import { type SourceRecord, sourceLeaf, sourceMessage } from './index.ts';

const record: SourceRecord = {
  deposit: 'loan-1',
  item: 'r1',
  schema: 'source-record@1',
  fields: { 金额: '5000.00', 姓名: '王样例' },
};
const message =
  'fubie/deposit/v1\n{"deposit":"loan-1","fields":{"姓名":"王样例","金额":"5000.00"},' +
  '"item":"r1","schema":"source-record@1","v":1}';

test('a record is signed under its own domain, in canonical spelling', () => {
  expect(fromUtf8(sourceMessage(record))).toBe(message);
});

test('its leaf in a batch has a domain of its own, and the blind before the record', () => {
  const blind = 'AAECAwQFBgcICQoLDA0ODw';
  expect(fromUtf8(sourceLeaf(record, blind))).toBe(`fubie/deposit-leaf/v1\n${blind}\n${message}`);
});
