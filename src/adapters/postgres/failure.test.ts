import { expect, test } from 'vitest';
import { faultOfFailure } from './failure.ts';

test('a database without room is an outage that passes, and no bug of ours', () => {
  for (const code of ['53100', '53200', '58030', '53300', '57P01']) {
    const thrown = Object.assign(new Error('could not extend file'), { code });
    expect(faultOfFailure(thrown), code).toMatchObject({
      code: 'postgres.unavailable',
      retryable: true,
    });
  }
  const bug = Object.assign(new Error('duplicate key'), { code: '23505' });
  expect(faultOfFailure(bug)).toBe(bug);
});
