import { describe, expect, test } from 'vitest';
import { Line } from './line.ts';

const patienceMs = 10_000;

function house(answers: (() => Response)[]) {
  const asked: { path: string; key: string | null; token: string | null }[] = [];
  let now = 0;
  let keys = 0;
  const line = new Line({
    send: async (path, init) => {
      const headers = new Headers(init.headers);
      asked.push({
        path,
        key: headers.get('idempotency-key'),
        token: headers.get('authorization'),
      });
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer === undefined) throw new TypeError('nobody answers');
      return answer();
    },
    sleep: async (ms) => {
      now += ms;
    },
    freshKey: () => `key-${(keys += 1)}`,
    now: () => now,
    patienceMs,
  });
  return { line, asked };
}

const ok = () => new Response('{"state":"agreed"}');
const cut = () => {
  throw new TypeError('Failed to fetch');
};
const refused = (code: string, retryable: boolean) => () =>
  new Response(JSON.stringify({ code, retryable, detail: { zh: '不行', en: 'no' } }), {
    status: retryable ? 503 : 409,
  });

describe('the page’s line to the house', () => {
  test('an act that got no answer is asked again as the same act', async () => {
    const { line, asked } = house([cut, refused('main.process_not_ready', true), cut, ok]);
    line.hold('token-of-the-case');
    expect(await line.act('/v1/x', { a: 1 })).toEqual({ state: 'agreed' });
    expect(asked.map(({ key }) => key)).toEqual(['key-1', 'key-1', 'key-1', 'key-1']);
    expect(asked[0]?.token).toBe('Bearer token-of-the-case');
  });

  test('given up and pressed again, it is still the same act; another body is another', async () => {
    const { line, asked } = house([cut]);
    await expect(line.act('/v1/x', { a: 1 })).rejects.toMatchObject({ code: 'page.no_answer' });
    await expect(line.act('/v1/x', { a: 1 })).rejects.toMatchObject({ code: 'page.no_answer' });
    await expect(line.act('/v1/x', { a: 2 })).rejects.toMatchObject({ code: 'page.no_answer' });
    expect([...new Set(asked.map(({ key }) => key))]).toEqual(['key-1', 'key-2']);
  });

  test('a final refusal ends the act and is said in both languages', async () => {
    const { line, asked } = house([refused('lending.out_of_order', false)]);
    const thrown = await line.act('/v1/x', {}).catch((refusal: unknown) => refusal);
    expect(thrown).toMatchObject({
      code: 'lending.out_of_order',
      words: { zh: '不行', en: 'no' },
    });
    await line.act('/v1/x', {}).catch(() => undefined);
    expect(asked.map(({ key }) => key)).toEqual(['key-1', 'key-2']);
  });

  test('a person is told that the line is bad while it is, and not after', async () => {
    const { line } = house([cut, ok]);
    const told: boolean[] = [];
    line.listen((isTrouble) => told.push(isTrouble));
    await line.get('/v1/x');
    expect(told).toEqual([true, false]);
  });
});
