import { describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Units } from '#base/unit';
import { type AnswerStore, Answers } from './answers.ts';

const tenant = 'coop' as TenantId;
const unnoted = async () => undefined;
const password = { password: '314159' };
const units: Units = { run: async (of, action) => action({ tenant: of }) };

describe('stored answers', () => {
  const rows = new Map<string, Parameters<AnswerStore['keep']>[2]>();
  let effects = 0;
  const answers = new Answers({
    units,
    clock: { now: () => instantFromMs(1), source: 'TEST' },
    store: {
      claim: async (_unit, { caller, key }) => rows.get(`${caller} ${key}`),
      keep: async (_unit, { caller, key }, given) => void rows.set(`${caller} ${key}`, given),
      claimAll: async () => [],
      keepAll: async () => undefined,
    },
    // Rows are read by thieves; what is sealed is not, whatever epoch its key is wrapped under.
    seal: {
      seal: async (_unit, _place, bytes) => bytes.map((byte) => byte ^ 0xff),
      open: async (_unit, _place, bytes) => bytes.map((byte) => byte ^ 0xff),
      ready: () => undefined,
    },
  });
  const ask = (body: Json, key = 'k1') =>
    answers.once(
      { tenant, caller: 'case', key, route: 'POST /x', body },
      async () => async () => {
        effects += 1;
        return { status: 201, subject: 's1', body: { effect: effects } };
      },
      unnoted,
    );

  test('the same question gets the same answer, another question with its key none', async () => {
    const first = await ask(password);
    expect(await ask({ ...password })).toEqual(first);
    expect(effects).toBe(1);
    const reused = { code: 'access.idempotency_key_reused' };
    await expect(ask({ password: '314150' })).rejects.toMatchObject(reused);
    expect(effects).toBe(1);
  });

  test('a unit given up for another is asked again, and has one effect; not for ever', async () => {
    const question = { tenant, caller: 'case', route: 'POST /x', body: password };
    const answer = { status: 201, subject: 's1', body: { done: true } };
    let tries = 0;
    const givenUp = (times: number) => async () => async () => {
      tries += 1;
      if (tries <= times) throw new Fault('postgres.conflict', {}, { retryable: true });
      return answer;
    };
    expect(await answers.once({ ...question, key: 'k3' }, givenUp(3), unnoted)).toEqual(answer);
    expect(tries).toBe(4);
    tries = 0;
    const never = answers.once({ ...question, key: 'k4' }, givenUp(99), unnoted);
    await expect(never).rejects.toMatchObject({ code: 'postgres.conflict', retryable: true });
    expect(tries).toBe(4);
  });

  test('a row says nothing by which a guess of what was asked could be tried', async () => {
    await ask(password, 'k2');
    const { answer, ...plain } = rows.get('case k2') ?? { answer: utf8('') };
    expect(plain).toEqual({ status: 201, subject: 's1', at: instantFromMs(1) });
    expect(fromUtf8(answer.map((byte) => byte ^ 0xff))).toContain('"asked":"');
  });
});
