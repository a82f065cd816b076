import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultCode } from '#base/fault';
import type { StaffCaller } from '#business/access';
import { bankB } from '../scratch.ts';
import { DeskWorld, type Replica } from './desk-world.fixture.ts';

const person = {
  name: '测试借款人',
  idNumber: '990101199003070111',
  phone: '00000000001',
  card: '9900010000000001234',
  address: '示例省示例县人民路 2 号',
};

describe('cases as staff see them', () => {
  let world: DeskWorld;
  let desk: Replica;
  let nanhu: StaffCaller;
  let beishan: StaffCaller;
  const asker = (caller: StaffCaller) => ({ tenant: world.tenant, caller });
  const listed = async (caller: StaffCaller, filter = {}) =>
    (await desk.cases.list(asker(caller), { filter })).rows.map(({ id }) => id.replace(/0+$/, ''));

  beforeAll(async () => {
    world = await DeskWorld.open();
    desk = world.one;
    nanhu = await world.person('nanhu', 'nanhu-1', 'loan-officer');
    beishan = await world.person('beishan', 'beishan-1', 'loan-officer');
    await world.loan({ id: 'loan-1', unit: 'nanhu-1', person });
    await world.loan({ id: 'loan-2', unit: 'beishan-1', person });
    await world.loan({ id: 'loan-3', unit: 'nanhu' });
    await world.loan({ id: 'loan-4', unit: 'head-office' });
  });
  afterAll(() => world.close());

  test('a branch clerk cannot see another branch: not in lists, not by id, not by search', async () => {
    expect(await listed(nanhu)).toEqual(['loan-1']);
    expect(await listed(beishan)).toEqual(['loan-2']);
    const other = 'loan-2'.padEnd(22, '0');
    const none = 'loan-9'.padEnd(22, '0');
    const refusalOf = async (id: string) => {
      const thrown: unknown = await desk.cases.read(asker(nanhu), id).catch((why: unknown) => why);
      return `${faultCode(thrown)} ${JSON.stringify(thrown).replaceAll(id, 'ID')}`;
    };
    // Guessing tells nothing: another branch's case and no case are one answer.
    expect(await refusalOf(other)).toBe(await refusalOf(none));
    const search = { field: 'idNumber', text: person.idNumber } as const;
    const found = await desk.cases.find(asker(nanhu), search);
    expect(found.map(({ unit }) => unit)).toEqual(['nanhu-1']);
    const order = {
      caseId: other,
      fields: ['phone'],
      purpose: 'collection',
      why: 'curious',
      minutes: 5,
    };
    await expect(world.run(desk.unmask.grant(asker(nanhu), order))).rejects.toThrow(
      'lending.case_unknown',
    );
  });

  test('whoever stands above sees what is below, and the widest role everything', async () => {
    const branch = await world.person('branch-head', 'nanhu', 'supervisor');
    const auditor = await world.person('auditor', 'nanhu-1', 'auditor');
    expect(await listed(branch)).toEqual(['loan-3', 'loan-1']);
    expect(await listed(auditor)).toEqual(['loan-4', 'loan-3', 'loan-2', 'loan-1']);
    expect(await listed(auditor, { unit: 'nanhu' })).toEqual(['loan-3', 'loan-1']);
    expect(await listed(branch, { unit: 'beishan' })).toEqual([]);
    expect(await listed(auditor, { state: 'settled' })).toEqual([]);
  });

  test('a moved clerk takes no case along', async () => {
    const mover = await world.person('mover', 'beishan-1', 'clerk');
    const admin = await world.person('admin', 'head-office', 'administrator');
    expect(await listed(mover)).toEqual(['loan-2']);
    const order = { id: mover.staff.id, roles: ['clerk'], unit: 'nanhu-1' };
    await world.run(desk.staff.change(admin, order));
    expect(await listed(await world.enter('mover'))).toEqual(['loan-1']);
  });

  test('values are masked; a grant shows what was asked for, as long as it lasts', async () => {
    const caseId = 'loan-1'.padEnd(22, '0');
    const seen = async (caller = nanhu) => (await desk.cases.read(asker(caller), caseId)).person;
    expect(await seen()).toEqual({
      name: { text: '测试借款人', masked: false },
      idNumber: { text: '9901**********0111', masked: true },
      phone: { text: '000****0001', masked: true },
      card: { text: '***************1234', masked: true },
      address: { text: '示例省示例县****', masked: true },
    });
    const clerk = await world.person('clerk', 'nanhu-1', 'clerk');
    expect((await seen(clerk)).name?.text).toBe('测***');
    const why = 'she did not answer the letter';
    const order = { caseId, fields: ['phone'], purpose: 'collection', why, minutes: 10 };
    const grant = (more: object) => () => desk.unmask.grant(asker(nanhu), { ...order, ...more });
    expect(grant({ purpose: 'curiosity' })).toThrow('desk.purpose_unknown');
    expect(grant({ fields: ['phone', 'salt.phone'] })).toThrow('desk.fields_malformed');
    expect(grant({ minutes: 600 })).toThrow('desk.minutes_exceeded');
    expect(grant({ why: ' ' })).toThrow('access.reason_missing');
    expect(() => desk.unmask.grant(asker(clerk), order)).toThrow('access.not_permitted');
    await world.run(desk.unmask.grant(asker(nanhu), order));
    expect((await seen()).phone).toEqual({ text: person.phone, masked: false });
    expect((await seen()).idNumber?.masked).toBe(true);
    expect((await seen(clerk)).phone?.masked).toBe(true);
    expect(await world.entries()).toContain('unmask.granted');
    // Why is said about her and kept with her, so that it is erased with her.
    expect(
      Object.values(await world.people.valuesOf({ tenant: world.tenant }, 'subject-loan-1')),
    ).toContain(why);
    world.clock.turn(10 * 60_000);
    expect((await seen(await world.enter('nanhu'))).phone?.masked).toBe(true);
  });

  test('a grant shows nothing more to whom the permission was taken', async () => {
    const caseId = 'loan-1'.padEnd(22, '0');
    const officer = await world.person('officer', 'nanhu-1', 'loan-officer');
    const why = 'checks the card with her';
    const order = { caseId, fields: ['card'], purpose: 'customer-request', why, minutes: 30 };
    await world.run(desk.unmask.grant(asker(officer), order));
    expect((await desk.cases.read(asker(officer), caseId)).person.card?.masked).toBe(false);
    const admin = await world.enter('admin');
    const change = { id: officer.staff.id, roles: ['clerk'], unit: 'nanhu-1' };
    await world.run(desk.staff.change(admin, change));
    const clerk = await world.enter('officer');
    expect((await desk.cases.read(asker(clerk), caseId)).person.card?.masked).toBe(true);
  });

  test('pages follow each other without a gap, and a bent cursor is refused', async () => {
    for (let at = 0; at < 55; at += 1)
      await world.loan({ id: `page-${100 + at}`, unit: 'beishan' });
    const head = await world.person('head', 'head-office', 'auditor');
    const first = await desk.cases.list(asker(head), { filter: {} });
    const second = await desk.cases.list(asker(head), { filter: {}, cursor: first.next });
    const ids = [...first.rows, ...second.rows].map(({ id }) => id);
    expect(ids).toHaveLength(59);
    expect(new Set(ids).size).toBe(59);
    expect(second.next).toBeUndefined();
    const bent = desk.cases.list(asker(head), { filter: {}, cursor: "1' or 1=1" });
    await expect(bent).rejects.toThrow('desk.cursor_malformed');
  });

  test('an erased and a restricted person are said to be so, and show nothing', async () => {
    const auditor = await world.enter('auditor');
    for (const [code, stands] of [
      ['vault.erased', 'erased'],
      ['vault.restricted', 'restricted'],
    ] as const) {
      world.people.closed.set('subject-loan-2', code);
      const shown = await desk.cases.read(asker(auditor), 'loan-2'.padEnd(22, '0'));
      expect(shown.personStands).toBe(stands);
      expect(shown.person).toEqual({});
    }
    world.people.closed.clear();
  });

  test('S2-42 a reviewer decides with a reason; who decided does not review his own decision', async () => {
    const reviewer = await world.person('reviewer', 'nanhu', 'reviewer');
    const caseId = 'loan-1'.padEnd(22, '0');
    const order = { caseId, decision: 'refused', why: 'income is not proved' } as const;
    await expect(desk.decisions.decide(asker(nanhu), order)).rejects.toThrow(
      'access.not_permitted',
    );
    const elsewhere = { ...order, caseId: 'loan-2'.padEnd(22, '0') };
    await expect(desk.decisions.decide(asker(reviewer), elsewhere)).rejects.toThrow(
      'lending.case_unknown',
    );
    await expect(desk.decisions.decide(asker(reviewer), { ...order, why: '' })).rejects.toThrow(
      'access.reason_missing',
    );
    const decided = await world.run(await desk.decisions.decide(asker(reviewer), order));
    expect(decided.decision).toBe('refused');
    const second = await desk.decisions.decide(asker(reviewer), { ...order, decision: 'approved' });
    await expect(world.run(second)).rejects.toThrow('access.duties_apart');
    const other = await world.person('reviewer-2', 'nanhu', 'reviewer');
    const again = await desk.decisions.decide(asker(other), { ...order, decision: 'approved' });
    expect((await world.run(again)).decision).toBe('approved');
  });

  test('a first decision that another overtook is no second look', async () => {
    const [one, two] = [await world.enter('reviewer'), await world.enter('reviewer-2')];
    const { id: caseId } = await world.loan({ id: 'race-7', unit: 'nanhu-1' });
    const order = { caseId, decision: 'approved', why: 'all is proved', firstOnly: true } as const;
    const late = await desk.decisions.decide(asker(two), order);
    const refuse = { ...order, decision: 'refused' } as const;
    await world.run(await desk.decisions.decide(asker(one), refuse));
    await expect(world.run(late)).rejects.toThrow('lending.out_of_order');
  });

  test('nobody finds out by searching what a mask hides', async () => {
    const guesser = await world.person('guesser', 'nanhu-1', 'clerk');
    const guess = (at: number) =>
      desk.cases.find(asker(guesser), {
        field: 'phone',
        text: `000${String(at).padStart(8, '0')}`,
      });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => guess(at + 100).then(() => 'looked', faultCode)),
    );
    expect(answers.filter((one) => one === 'looked')).toHaveLength(30);
    expect(new Set(answers)).toEqual(new Set(['looked', 'access.rate_exceeded']));
    world.clock.turn(60_000);
    expect(await guess(1)).toHaveLength(1);
  });

  test('a session of one institution asks nothing of another', async () => {
    const auditor = await world.enter('auditor');
    const foreign = { tenant: bankB, caller: auditor };
    await expect(desk.cases.list(foreign, { filter: {} })).rejects.toThrow('access.not_yours');
    const caseId = 'loan-1'.padEnd(22, '0');
    await expect(desk.cases.read(foreign, caseId)).rejects.toThrow('access.not_yours');
  });
});
