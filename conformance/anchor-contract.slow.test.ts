import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { compiledAnchor } from '../tools/compile-anchor.ts';

test('the compiler makes of the contract exactly the byte code that stands beside it', () => {
  const file = new URL('../src/adapters/evm/EvidenceAnchor.json', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(compiledAnchor());
});
