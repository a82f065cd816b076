import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutations } from './unprove-table.ts';

test('each rule that a proof takes away stands where the table says, once', () => {
  const lost = mutations.filter(({ file, find }) => {
    return readFileSync(file, 'utf8').split(find).length !== 2;
  });
  expect(lost.map(({ id, file }) => `${id} ${file}`)).toEqual([]);
});
