import { expect, test } from 'vitest';
import { subjectsErasedBy } from './restore-log.ts';

const named = (...names: readonly string[]) =>
  names.map((name) => ({ name, sha256: 'x', sm3: 'x', bytes: 1 }));

test('恢复时重放的不只是整个人：随同意撤回的、到期的各段也再次销毁；别的条目不销毁任何人', () => {
  const of = named('subject/s1', 'subject/s1.precise-location.7', 'because/term');
  for (const type of ['erased', 'consent.withdrawn', 'retention.executed'] as const) {
    expect(subjectsErasedBy({ type, of })).toEqual(['s1', 's1.precise-location.7']);
  }
  expect(subjectsErasedBy({ type: 'processing.restricted', of })).toEqual([]);
  expect(subjectsErasedBy({ type: 'case.opened', of })).toEqual([]);
});
