/** How it was: asked once the loan is paid out, counted for those who answer for the product. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { satisfactionOf } from '#business/desk';
import { Afterwards } from '#business/signer';
import { demoProduct, LendingHouse } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';
import { MemoryAfterwards } from './signer-stores.ts';

/** Nobody reads a document here. */
const shelf = {
  newest: async () => 0,
  read: async () => ({ document: '', number: 0, subject: '', bytes: utf8(''), sha256: utf8('') }),
};

describe('办完之后', () => {
  test('S1-29 问一句满意不满意：改口以后一次为准，她写的话只进她的保险库，报告按产品、渠道数分', async () => {
    const house = await LendingHouse.open();
    const { parts, file, loans } = house;
    const scores = new MemoryAfterwards(loans);
    const afterwards = new Afterwards({ ...parts, file, shelf, store: scores });
    const { loan } = await (await house.reception.open(demoProduct))(testUnit);
    const rate = (score: number, words: string) =>
      afterwards.rate(testUnit, { caseId: loan.id, score, words });
    await rate(2, '等得太久');
    await rate(4, '字再大一点');
    expect([...scores.scores]).toEqual([[loan.id, 4]]);
    expect(Object.values(house.persons.of(loan.subject))).toEqual(['字再大一点']);
    expect(JSON.stringify(house.entries(loan.id))).not.toContain('字再大一点');
    const given = (product: string, entrance: 'web' | 'counter' | undefined, score: number) => ({
      product,
      entrance,
      score,
      count: 1,
    });
    const report = satisfactionOf([
      given('rural-loan', 'counter', 5),
      given('rural-loan', 'web', 4),
      given('rural-loan', 'web', 1),
      given('consumer-loan', undefined, 3),
      given('rural-loan', 'web', 4),
    ]);
    expect(report).toEqual([
      { product: 'rural-loan', entrance: 'counter', scores: [0, 0, 0, 0, 1] },
      { product: 'rural-loan', entrance: 'web', scores: [1, 0, 0, 2, 0] },
      { product: 'consumer-loan', entrance: undefined, scores: [0, 0, 1, 0, 0] },
    ]);
  });
});
