/**
 * Money follows signatures and evidence, never the other way: the desk of disbursement alone, with
 * the bank's simulator at the other end.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { listDisbursements, syntheticPaymentPassword } from '#adapters/gateways';
import { faultCode } from '#base/fault';
import { ContractRights, type Loan, parseDate, type RightAct, rightOf } from '#business/lending';
import { LendingHouse, preservationLink } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

const { tenant } = testUnit;
const dayMs = 86_400_000;
let house: LendingHouse;
let loan: Loan;

beforeEach(async () => {
  house = await LendingHouse.open();
  loan = await house.apply();
  const contract = await house.file.draft(loan, {
    kind: 'loan-contract',
    applicant: await house.file.person(testUnit, loan),
    more: { costSheetSha256: '0a'.repeat(32), preservationLink },
  });
  await contract.add(testUnit);
});

const authorise = async (password: string) => {
  const order = { tenant, caseId: loan.id, password };
  return (await house.disbursement.authorise(order))(testUnit);
};
const disburse = async () =>
  (await house.disbursement.disburse({ tenant, caseId: loan.id }))(testUnit);
const repay = async (number: number, paidOn: string) => {
  const order = { tenant, caseId: loan.id, number, paidOn: parseDate(paidOn) };
  return (await house.disbursement.repay(order))(testUnit);
};
const codeOf = async (action: Promise<unknown>): Promise<string | undefined> =>
  action.then(() => 'nothing was refused', faultCode);

/** She has given her password; where the case stood before is another test's matter. */
async function authorised(): Promise<void> {
  await house.place(loan, 'note_confirmed');
  await authorise(syntheticPaymentPassword);
}

async function disbursed(): Promise<void> {
  await authorised();
  house.signedFields = ['borrower', 'lender'];
  house.log.level = 'L2';
  await disburse();
}

describe('放款', () => {
  test('S1-12 少一方签名，放款指令就不发出；签名齐全，只发出一次', async () => {
    await authorised();
    house.log.level = 'L2';
    for (const signed of [[], ['borrower'], ['lender']]) {
      house.signedFields = signed;
      expect(await codeOf(disburse()), signed.join()).toBe('lending.signature_missing');
      expect(await listDisbursements(house.bank)).toEqual([]);
    }
    house.signedFields = ['borrower', 'lender'];
    await disburse();
    await disburse();
    const [order, ...more] = await listDisbursements(house.bank);
    expect(order).toMatchObject({ order: loan.application, amountFen: '500000' });
    expect(more).toEqual([]);
  });

  test('日志没有达到产品要求的级别，钱不动；达到之后同一指令放出', async () => {
    await authorised();
    house.signedFields = ['borrower', 'lender'];
    for (const level of ['L0', 'L1'] as const) {
      house.log.level = level;
      expect(await codeOf(disburse()), level).toBe('lending.level_not_reached');
    }
    expect(await listDisbursements(house.bank)).toEqual([]);
    house.log.level = 'L2';
    expect((await disburse()).state).toBe('disbursed');
  });

  test('S2-58 支付密码由银行核对并以银行的密钥证明，自成一项证据；错五次即锁', async () => {
    // A row alone is not believed: nobody gave a password.
    await house.place(loan, 'payment_authorised');
    house.log.level = 'L2';
    house.signedFields = ['borrower', 'lender'];
    expect(await codeOf(disburse())).toBe('lending.authorisation_missing');
    await house.place(loan, 'note_confirmed');
    for (const wrong of ['000000', '000001', '000002']) {
      expect(await codeOf(authorise(wrong))).toBe('lending.password_wrong');
    }
    expect(await house.stateOf(loan.id)).toBe('note_confirmed');
    const types = () => house.entries(loan.id).map(({ type }) => type);
    expect(types()).not.toContain('payment.authorised');
    expect((await authorise(syntheticPaymentPassword)).state).toBe('payment_authorised');
    const factor = house.entries(loan.id).find(({ type }) => type === 'payment.authorised');
    expect(factor?.att?.by).toBe('core-banking');
    expect(factor?.att?.statement).toMatchObject({
      kind: 'core-banking.payment_password',
      result: 'accepted',
    });
    await house.place(loan, 'note_confirmed');
    for (const wrong of ['000003', '000004']) {
      expect(await codeOf(authorise(wrong))).toBe('lending.password_wrong');
    }
    expect(await codeOf(authorise('000005'))).toBe('core_banking.password_locked');
  });
});

describe('还款', () => {
  test('S2-56 首期还款日是放款至少 20 日后的第一个 01 日，此后每月 01 日', async () => {
    for (let day = 0; day < 400; day += 1) {
      house.clock.turn(dayMs);
      await disbursed();
      const { disbursedOn } = await house.file.lock(testUnit, loan.id);
      const dues = house.instalments.rows.map(({ dueOn }) => dueOn);
      expect(dues.every((due) => due.endsWith('-01'))).toBe(true);
      expect(new Set(dues).size).toBe(12);
      const waited = (monthsBefore: number) => {
        const due = new Date(`${dues[0]}T00:00:00Z`);
        due.setUTCMonth(due.getUTCMonth() - monthsBefore);
        return (due.getTime() - Date.parse(`${disbursedOn}T00:00:00Z`)) / dayMs;
      };
      expect(waited(0), disbursedOn).toBeGreaterThanOrEqual(20);
      expect(waited(1), disbursedOn).toBeLessThan(20);
    }
  });

  test('S1-13 每一笔还款改动计划中的那一期，逾期的那期带上罚息，其余不动', async () => {
    await disbursed();
    const planned = house.instalments.rows;
    expect(planned).toHaveLength(12);
    const late = await repay(1, tenDaysAfter(planned[0]?.dueOn ?? ''));
    expect(late).toMatchObject({ daysPastDue: 10, loan: { state: 'overdue' } });
    const [first, second, ...rest] = house.instalments.rows;
    expect(first).toMatchObject({ penalty: 365n, paidOn: tenDaysAfter(planned[0]?.dueOn ?? '') });
    expect([second, ...rest]).toEqual(planned.slice(1));
    await repay(2, planned[1]?.dueOn ?? '');
    expect(house.instalments.rows[1]).toMatchObject({ penalty: 0n, paidOn: planned[1]?.dueOn });
    expect(await house.stateOf(loan.id)).toBe('repaying');
    expect(await codeOf(repay(2, planned[1]?.dueOn ?? ''))).toBe('lending.instalment_paid');
    for (const { number, dueOn } of planned.slice(2)) await repay(number, dueOn);
    expect(await house.stateOf(loan.id)).toBe('settled');
    expect(house.instalments.rows.every(({ paidOn }) => paidOn !== undefined)).toBe(true);
  });

  test('S0-04 支付授权、放款与每一期还款各留一条存证，前后相连', async () => {
    await disbursed();
    const before = house.entries(loan.id).map(({ type }) => type);
    expect(before.slice(-3)).toEqual(['payment.authorised', 'disbursed', 'right.created']);
    const { rows } = house.instalments;
    for (const { number, dueOn } of rows) await repay(number, dueOn);
    const after = house.entries(loan.id).slice(before.length);
    expect(after.filter(({ type }) => type === 'repaid')).toHaveLength(rows.length);
    const heads = house.log.rows.map(({ hash }) => hash);
    expect(after.every(({ prev }) => prev !== null && heads.includes(prev))).toBe(true);
  });
});

describe('债权', () => {
  test('S2-84 合同债权随放款设立，出质、解质、转让逐一登记，结清即消灭；状态只由日志说了算', async () => {
    const rows = {
      ofCases: async () => {
        const held = house.entries(loan.id).filter(({ type }) => type.startsWith('right.'));
        return new Map([[loan.id, held.map((entry) => ({ ...entry, hash: `#${entry.seq}` }))]]);
      },
    };
    const { file } = house;
    const rights = new ContractRights({ file, evidence: house.parts.evidence, rows });
    const act = async (does: RightAct) => {
      const words = { counterparty: '示例银行', reference: `合同-${does}`, by: 'staff:1' };
      return (await rights.change({ caseId: loan.id, act: does, ...words })(testUnit)).state;
    };
    const state = async () =>
      rightOf(loan.id, (await rows.ofCases()).get(loan.id) ?? [])?.state ?? 'none';
    await authorised();
    expect(await codeOf(act('pledged'))).toBe('lending.right_unknown');
    house.signedFields = ['borrower', 'lender'];
    house.log.level = 'L2';
    await disburse();
    expect(await state()).toBe('created');
    expect(await house.facts('right.created')).toMatchObject({
      holder: 'bank',
      amountFen: '500000',
    });
    expect(await codeOf(act('released'))).toBe('lending.right_out_of_order');
    expect(await act('pledged')).toBe('pledged');
    expect(await codeOf(act('assigned'))).toBe('lending.right_out_of_order');
    expect(await act('released')).toBe('created');
    expect(await act('assigned')).toBe('assigned');
    expect(await house.facts('right.assigned')).toMatchObject({ counterparty: '示例银行' });
    for (const { number, dueOn } of house.instalments.rows) await repay(number, dueOn);
    expect(await state()).toBe('settled');
    expect(await codeOf(act('pledged'))).toBe('lending.right_out_of_order');
  });
});

function tenDaysAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 10 * dayMs).toISOString().slice(0, 10);
}
