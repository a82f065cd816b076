/**
 * 断线之后再来一次：应答丢了的批，传错了的文件块。
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toHex } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { Deposit } from '#business/deposit';
import { DepositHouse, source, unit } from './deposit-house.ts';

const schema = {
  $id: 'own-record',
  title: '本行记录',
  type: 'object',
  properties: { 金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'business' } },
  required: ['金额'],
  additionalProperties: false,
} as const;
const partBytes = 1024 * 1024;

let house: DepositHouse;
let deposit: Deposit;
beforeEach(async () => {
  house = await DepositHouse.open();
  await house.define(schema);
  deposit = await house.opened('again', {
    slots: [{ slot: 'own', title: '本行记录', kind: 'record', schema: 'own-record' }],
  });
});
afterEach(() => house.close());

const codeOf = (action: Promise<unknown>) => action.then(() => 'nothing was refused', faultCode);

describe('应答丢了的批', () => {
  const records = 60;
  const orders = (salt = '') =>
    Array.from({ length: records }, (_, nth) => ({
      deposit: deposit.id,
      own: `r-${nth}`,
      schema: 'own-record',
      fields: { 金额: `${nth}${salt}.00` },
    }));

  test('换一个幂等键再来一遍，还是原来的条目；每条只打开自己的那一条', async () => {
    const first = await house.records.submit(source, orders())(unit);
    const [whole, single] = [vi.spyOn(house.log, 'ofCase'), vi.spyOn(house.log, 'byHash')];
    expect(await house.records.submit(source, orders())(unit)).toEqual(first);
    expect([whole.mock.calls.length, single.mock.calls.length]).toEqual([0, records]);
  });

  test('名字相同而内容不同，照旧拒绝', async () => {
    await house.records.submit(source, orders())(unit);
    expect(await codeOf(house.records.submit(source, orders('1'))(unit))).toBe(
      'deposit.name_taken',
    );
  });
});

describe('传错了的文件块', () => {
  const bytes = new Uint8Array(2 * partBytes + 5).fill(7);
  const pieces = [bytes.slice(0, partBytes), bytes.slice(partBytes, 2 * partBytes)];
  const digest = async (hash: 'sha256' | 'sm3', of: Uint8Array) =>
    toHex(await nodeEngine.digest(hash, of));
  const put = async (file: string, number: number, part: Uint8Array) =>
    house.files.putPart(unit, source, {
      file,
      number,
      bytes: part,
      sha256: await digest('sha256', part),
    });
  const announced = async () => {
    const [sha256, sm3] = [await digest('sha256', bytes), await digest('sm3', bytes)];
    const facts = { name: '合同.pdf', media: 'application/pdf', bytes: bytes.length, sha256, sm3 };
    const order = { deposit: deposit.id, own: 'f1', ...facts };
    return house.files.announce(source, order)(unit);
  };

  test('后来的正确块取代先来的错误块，文件随即完整', async () => {
    const { file } = await announced();
    await put(file, 0, new Uint8Array(partBytes).fill(8));
    await put(file, 1, pieces[1] ?? bytes);
    await put(file, 2, bytes.slice(2 * partBytes));
    expect(await codeOf(house.files.complete(source, file)(unit))).toBe('deposit.file_differs');
    await put(file, 0, pieces[0] ?? bytes);
    await house.files.complete(source, file)(unit);
    const whole = await house.files.small(unit, deposit, bytes.length);
    expect([...whole.values()].map((held) => toHex(held) === toHex(bytes))).toEqual([true]);
  });

  test('同一块再来不另存一份；完整之后什么也改不动', async () => {
    const { file } = await announced();
    for (const [number, part] of [...pieces, bytes.slice(2 * partBytes)].entries()) {
      await put(file, number, part);
    }
    const held = house.objects.held.size;
    await put(file, 1, pieces[1] ?? bytes);
    expect(house.objects.held.size).toBe(held);
    await house.files.complete(source, file)(unit);
    await put(file, 1, pieces[1] ?? bytes);
    const other = put(file, 1, new Uint8Array(partBytes).fill(9));
    expect(await codeOf(other)).toBe('deposit.file_differs');
    expect(house.objects.held.size).toBe(held);
    expect(await house.files.part(unit, deposit, { file, number: 1 })).toEqual(pieces[1]);
  });

  test('有几块不必逐块去数：取一块只读一行', async () => {
    const { file } = await announced();
    await put(file, 0, pieces[0] ?? bytes);
    const listed = vi.spyOn(house.rows, 'chunks');
    await house.files.part(unit, deposit, { file, number: 0 });
    expect(listed).not.toHaveBeenCalled();
  });
});
