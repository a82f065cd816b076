/**
 * What rests on one consent alone has a key of its own: it goes with the consent, or at its term.
 */
import { describe, expect, test } from 'vitest';
import { portionOf } from '#business/consent';
import type { Loan } from '#business/lending';
import { testUnit } from './memory-stores.ts';
import { PrivacyHouse } from './privacy-house.ts';

const { tenant } = testUnit;

describe('各段各有其钥', () => {
  test('L-PI-04 L-PI-11 撤回位置的同意，位置即刻销毁并换钥，其余仍在；保全期间只保存，解除后由作业销毁', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const [place, device] = await portionsOf(house, loan);
    await house.withdraw(loan, 'precise-location');
    expect(house.records.standings).toEqual(new Map([[place, 'erased']]));
    expect(house.epochsOrdered).toBe(1);
    const [named] = house.lending.entries(loan.id).at(-1)?.of ?? [];
    expect(named?.name).toBe(`subject/${place}`);

    const held = {
      authority: 'court',
      reference: '（2026）示01财保1号',
      reason: '双方发生争议',
    } as const;
    const order = { tenant, caseId: loan.id, by: 'officer', ...held };
    const { id } = await house.holds.place(order)(testUnit);
    await house.withdraw(loan, 'device-fingerprint');
    expect(house.records.standings.get(device)).toBe('restricted');
    const job = () => house.retention.run(tenant, house.lending.clock.now());
    await job();
    expect(house.records.standings.get(device)).toBe('restricted');
    house.approvals.add('allowed');
    const lift = { id, reason: '争议已经解决', by: 'officer', approval: 'allowed' };
    await house.holds.lift(lift)(testUnit);
    await job();
    expect(house.records.standings.get(device)).toBe('erased');
    expect(house.types(loan.id).at(-1)).toBe('retention.executed');
  });

  test('L-PI-04 各组各有期限：设备特征六个月后由作业销毁，合同的记录还在；删除本人时各段一并销毁', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.settled();
    const [place, device] = await portionsOf(house, loan);
    const job = () => house.retention.run(tenant, house.lending.clock.now());
    await job();
    expect(house.records.standings.size).toBe(0);
    house.lending.clock.turnTo('2028-01-01T00:00:00.000+08:00');
    await job();
    expect(house.records.standings).toEqual(new Map([[device, 'erased']]));
    house.lending.clock.turnTo('2037-12-01T00:00:00.000+08:00');
    await job();
    expect(house.records.standings.get(loan.subject)).toBe('erased');
    expect(house.records.standings.get(place)).toBe('erased');
    const names = house.lending
      .entries(loan.id)
      .at(-1)
      ?.of.map(({ name }) => name);
    expect(names).toContain(`subject/${place}`);
  });
});

/** She consents to place and device, and a photo brings both: the names of the two portions. */
async function portionsOf(house: PrivacyHouse, loan: Loan): Promise<readonly [string, string]> {
  const names: string[] = [];
  for (const kind of ['precise-location', 'device-fingerprint']) {
    await house.decide(loan.id, kind, true);
    const subject = portionOf(loan.subject, { kind, id: 'photo-1' });
    await house.lending.persons.put(testUnit, { subject, field: 'said' }, kind);
    names.push(subject);
  }
  const [place = '', device = ''] = names;
  return [place, device];
}
