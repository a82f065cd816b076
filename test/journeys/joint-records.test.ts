/**
 * 多个调用者同一时刻提交的记录共用一个工作单元：各自成败，互不相扰。
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import { faultCode } from '#base/fault';
import type { Outcome } from '#base/unit';
import { type Deposit, type ItemReceipt, itemsPerDepositMax } from '#business/deposit';
import { parseEntry } from '#formats/entry';
import { DepositHouse, source, unit } from './deposit-house.ts';

const schema = {
  $id: 'small',
  title: '小记录',
  type: 'object',
  properties: { 金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' } },
  required: ['金额'],
  additionalProperties: false,
};
const slots = [{ slot: 'record', title: '记录', kind: 'record', schema: 'small' }];
const stranger = { client: '0192a000-0000-7000-8000-000000000002', name: '别的系统' };

describe('共用一个单元的记录', () => {
  let house: DepositHouse;
  let deposits: Deposit[];
  beforeEach(async () => {
    house = await DepositHouse.open();
    await house.define(schema);
    deposits = [];
    for (const own of ['one', 'two', 'three']) deposits.push(await house.opened(own, { slots }));
  });
  afterEach(() => house.close());

  const order = (nth: number, own: string, 金额: Json = '1.00') => {
    const deposit = deposits[nth]?.id ?? '';
    return { deposit, own, schema: 'small', fields: { 金额 } };
  };
  const together = (...batches: ReturnType<DepositHouse['records']['batch']>[]) =>
    house.records.submitAll(unit, batches, { wait: false });
  const batch = (...orders: ReturnType<typeof order>[]) => house.records.batch(source, orders);
  const word = (outcome: Outcome<readonly ItemReceipt[]> | undefined) => {
    if (outcome?.is === 'refused') return faultCode(outcome.because);
    return outcome?.is === 'ok' ? outcome.value.map(({ own, seq }) => `${own}:${seq}`) : 'alone';
  };

  test('一个被拒的成员整批不留痕迹，邻居照常入链，链上无缺号', async () => {
    const outcomes = await together(
      batch(order(0, 'a')),
      // 前一条本来可取，后一条格式不对：整批不取。
      batch(order(0, 'b'), order(1, 'c', '许多')),
      house.records.batch(stranger, [order(0, 'd')]),
      batch(order(1, 'e'), order(2, 'f')),
      batch(order(0, 'g')),
    );
    expect(outcomes.map(word)).toEqual([
      ['a:1'],
      'deposit.record_malformed',
      'deposit.unknown',
      ['e:1', 'f:1'],
      ['g:2'],
    ]);
    const rows = house.log.rows.filter(({ caseId }) => caseId === deposits[0]?.id);
    const entries = rows.map(({ bytes }) => parseEntry(bytes));
    expect(entries.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(entries.map(({ prev }) => prev)).toEqual([null, ...rows.slice(0, 2).map((r) => r.hash)]);
    expect(house.rows.itemRows.map(({ own }) => own)).toEqual(['a', 'g', 'e', 'f']);
  });

  test('签名一并核验，答复仍按记录的先后：先错的那一条说了算，其余不留痕迹', async () => {
    const unsigned = (own: string) => ({
      ...order(0, own),
      signature: { key: 'f'.repeat(24), value: 'AAAA' },
    });
    const [first, second, good] = await together(
      batch(order(0, 'a'), unsigned('b'), order(0, 'c', '许多')),
      batch(order(0, 'd', '许多'), unsigned('e')),
      batch(order(0, 'f')),
    );
    expect(word(first)).toBe('deposit.signature_wrong');
    expect(word(second)).toBe('deposit.record_malformed');
    // Nothing of a batch is taken, so its caller is told which one it was.
    const because = second?.is === 'refused' ? second.because : undefined;
    expect(because).toMatchObject({ details: { item: 'd', field: '金额', why: 'decimal' } });
    expect(word(good)).toEqual(['f:1']);
  });

  test('同名两次：同一单元里的后来者单独再提交，得到与先来者相同的答复', async () => {
    const [first, again, other] = await together(
      batch(order(0, 'a')),
      batch(order(0, 'a')),
      batch(order(0, 'a', '2.00')),
    );
    expect([first, again, other].map(word)).toEqual([['a:1'], 'alone', 'alone']);
    const repeated = await house.records.submit(source, [order(0, 'a')])(unit);
    expect(first).toEqual({ is: 'ok', value: repeated });
    await expect(house.records.submit(source, [order(0, 'a', '2.00')])(unit)).rejects.toThrow(
      'deposit.name_taken',
    );
    expect(house.log.rows.filter(({ caseId }) => caseId === deposits[0]?.id)).toHaveLength(2);
  });

  test('案卷的上限按先来后到计算，越过上限的成员整批被拒', async () => {
    const full = Array.from({ length: itemsPerDepositMax - 1 }, (_, at) => order(0, `r${at}`));
    const outcomes = await together(
      batch(...full),
      batch(order(0, 'x'), order(0, 'y')),
      batch(order(0, 'z')),
      batch(order(0, 'last')),
    );
    expect(outcomes.slice(1).map(word)).toEqual([
      'deposit.too_many',
      [`z:${itemsPerDepositMax}`],
      'deposit.too_many',
    ]);
  });
});
