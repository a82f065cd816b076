/** The phone's line: patient with what passes, done with what does not. */
import { describe, expect, test } from 'vitest';

import { utf8 } from '#base/bytes';
import { addMs, type Clock, instantFromMs } from '#base/clock';
import { seededRandom } from '#base/random';
import { Line, type LineRequest } from './line.ts';

const patienceMs = 10_000;

function phone(answers: ((request: LineRequest) => { status: number; body: Uint8Array })[]) {
  let now = instantFromMs(1_800_000_000_000);
  const asked: LineRequest[] = [];
  const clock: Clock = { source: 'LOCAL_CLOCK', now: () => now };
  const line = new Line({
    clock,
    random: seededRandom(3),
    patienceMs,
    sleep: async (ms) => {
      now = addMs(now, ms);
    },
    send: async (request) => {
      asked.push(request);
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer === undefined) throw new Error('nobody answers');
      return answer(request);
    },
  });
  return { line, asked };
}

const problem = (status: number, code: string, retryable: boolean) => () => ({
  status,
  body: utf8(JSON.stringify({ code, retryable })),
});
const ok = () => ({ status: 200, body: utf8('{"state":"agreed"}') });
const silence = () => {
  throw new Error('connect ECONNREFUSED');
};

describe('电话的线路', () => {
  test('断线与暂时的拒绝：同一问题带同一幂等键再问，直到有答复', async () => {
    const passing = problem(503, 'main.process_not_ready', true);
    const { line, asked } = phone([silence, passing, silence, ok]);
    expect(await line.post('/v1/applications', { product: 'p' })).toEqual({ state: 'agreed' });
    expect(asked.length).toBe(4);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  test('房子的最终拒绝不再重复：过期的票据要另备一张，而不是再问一次', async () => {
    const { line, asked } = phone([problem(409, 'signing.ticket_stale', false)]);
    await expect(line.post('/v1/tickets/t/seal', {})).rejects.toMatchObject({
      code: 'signing.ticket_stale',
    });
    expect(asked.length).toBe(1);
  });

  test('耐心有限', async () => {
    const { line, asked } = phone([silence]);
    await expect(line.get('/v1/status')).rejects.toMatchObject({ code: 'phone.no_answer' });
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.length).toBeLessThan(100);
  });
});
