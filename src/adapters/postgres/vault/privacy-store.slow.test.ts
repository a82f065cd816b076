/**
 * Requests, holds, runs and consents in PostgreSQL, and a person who is restricted and forgotten
 * with the real vault.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instantFromMs, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import { fen } from '#base/money';
import type { Unit } from '#base/unit';
import type { Loan } from '#business/lending';
import { parseDate } from '#business/lending';
import type { Hold, RightsRequest, RunRow } from '#business/privacy';
import { txOf } from '../database.ts';
import { PostgresConsents } from '../lending/consent-store.ts';
import { PostgresInstalments, PostgresLoans } from '../lending/loan-store.ts';
import { signerStores } from '../lending/signer-store.ts';
import { bankA, bankB, openScratch, type Scratch } from '../scratch.ts';
import { PostgresCaseBook, PostgresFaceBook, PostgresPrivacy } from './privacy-store.ts';
import { PostgresVault } from './vault-store.ts';

const at = parseInstant('2026-11-21T10:00:00.000+08:00');
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('个人信息权利的表', () => {
  let world: Scratch;
  const store = new PostgresPrivacy();
  const cases = new PostgresCaseBook();
  const run = <T>(action: (unit: Unit) => Promise<T>, tenant = bankA): Promise<T> =>
    world.units.run(tenant, action);

  beforeAll(async () => {
    world = await openScratch();
    await run((unit) => new PostgresLoans().add(unit, loanOf('case-1')));
    await run((unit) => new PostgresLoans().add(unit, loanOf('case-2')));
  });
  afterAll(() => world.close());

  test('请求：开立、答复、按最后答复日排队；另一机构什么也看不到', async () => {
    const request: RightsRequest = {
      id: uuid(1),
      caseId: 'case-1',
      kind: 'explanation',
      standing: 'open',
      by: 'borrower',
      receivedAt: at,
      dueOn: '2026-12-11',
      answeredAt: undefined,
    };
    const sooner: RightsRequest = { ...request, id: uuid(2), dueOn: '2026-12-01' };
    await run((unit) => store.putRequest(unit, request));
    await run((unit) => store.putRequest(unit, sooner));
    expect(await run((unit) => store.request(unit, request.id))).toEqual(request);
    const waiting = () => run((unit) => store.requests(unit, { openMax: 10 }));
    expect((await waiting()).map(({ id }) => id)).toEqual([uuid(2), uuid(1)]);
    const answered: RightsRequest = { ...sooner, standing: 'refused', answeredAt: at };
    await run((unit) => store.putRequest(unit, answered));
    expect(await waiting()).toEqual([request]);
    const ofCase = await run((unit) => store.requests(unit, { caseId: 'case-1' }));
    expect(ofCase).toEqual([request, answered]);
    expect(await run((unit) => store.request(unit, request.id), bankB)).toBeUndefined();
    expect(await run((unit) => store.requests(unit, { openMax: 10 }), bankB)).toEqual([]);
  });

  test('L-PI-04 L-PI-15 各段按人找出，销毁的不在其中；留有人脸的按人计数，销毁的不计', async () => {
    const subject = (tail: string) => `subject-case-1${tail}`;
    const photo = { caseId: 'case-1', bytes: 1, openedAt: at, storedAt: undefined };
    const object = { place: 'house', sha256: 'ab'.repeat(32), bytes: 1 } as const;
    await run(async (unit) => {
      const rows = new PostgresVault();
      const key = { epoch: 'e000001', wrapped: Uint8Array.of(1) };
      for (const tail of ['', '.precise-location.1', '.precise-location.2', '0', '-2']) {
        await rows.addSubject(unit, subject(tail), { key, values: [] });
      }
      await rows.erase(unit, subject('.precise-location.2'));
      const { captures } = signerStores();
      for (const [n, tail] of ['', '', '0', '-2'].entries()) {
        const id = uuid(20 + n);
        const row = { ...photo, id, subject: subject(tail), kind: 'holder', object: undefined };
        await captures.add(unit, row);
        await captures.store(unit, { id, at, object });
      }
      await rows.erase(unit, subject('-2'));
    });
    expect(await run((unit) => cases.portions(unit, subject('')))).toEqual([
      subject('.precise-location.1'),
    ]);
    const faces = (nth: number, tenant = bankA) =>
      run((unit) => new PostgresFaceBook().persons(unit, { kinds: ['holder'], nth }), tenant);
    expect(await faces(2)).toEqual({ count: 2, nthAt: at });
    expect(await faces(3)).toEqual({ count: 2, nthAt: undefined });
    expect(await faces(1, bankB)).toEqual({ count: 0, nthAt: undefined });
  });

  test('保全：设置、解除；解除之后不再算数', async () => {
    const hold: Hold = {
      id: uuid(3),
      caseId: 'case-1',
      authority: 'court',
      placedAt: at,
      placedBy: 'officer',
      liftedAt: undefined,
      liftedBy: undefined,
    };
    await run((unit) => store.putHold(unit, hold));
    const standing = () => run((unit) => store.standingHolds(unit, 'case-1'));
    expect(await standing()).toEqual([hold]);
    expect(await run((unit) => store.standingHolds(unit, 'case-2'))).toEqual([]);
    expect(await run((unit) => store.standingHolds(unit, 'case-1'), bankB)).toEqual([]);
    await run((unit) => store.putHold(unit, { ...hold, liftedAt: at, liftedBy: 'other' }));
    expect(await standing()).toEqual([]);
  });

  test('期满作业一次只有一个在做', async () => {
    const first: RunRow = {
      id: uuid(4),
      at,
      cursor: '',
      judged: 0,
      erased: 0,
      held: 0,
      done: false,
    };
    await run((unit) => store.putRun(unit, first));
    const second = run((unit) => store.putRun(unit, { ...first, id: uuid(5) }));
    expect(await second.then(() => 'taken', faultCode)).not.toBe('taken');
    const on = { ...first, cursor: 'case-1', judged: 1 };
    await run((unit) => store.putRun(unit, on));
    expect(await run((unit) => store.openRun(unit))).toEqual(on);
    await run((unit) => store.putRun(unit, { ...on, done: true }));
    expect(await run((unit) => store.openRun(unit))).toBeUndefined();
  });

  test('L-PI-05 同意按接收方各是一行：撤回一个，另一个不动', async () => {
    const consents = new PostgresConsents();
    const decision = {
      caseId: 'case-1',
      kind: 'named-partners',
      recipient: 'partner-a',
      version: '2',
      sha256: 'ab'.repeat(32),
      method: 'tick',
      accepted: true,
      at,
      withdrawnAt: undefined,
    } as const;
    const other = { ...decision, recipient: 'partner-b' };
    await run((unit) => consents.put(unit, decision));
    await run((unit) => consents.put(unit, other));
    const withdrawn = { ...decision, accepted: false, withdrawnAt: at };
    await run((unit) => consents.put(unit, withdrawn));
    expect(await run((unit) => consents.ofCase(unit, 'case-1'))).toEqual([withdrawn, other]);
    const both = run((unit) => consents.put(unit, { ...withdrawn, accepted: true }));
    expect(await both.then(() => 'taken', faultCode)).not.toBe('taken');
  });

  test('案件的日期取自各自的来源：结清日是最后一期还款日，已删除的人不再列出', async () => {
    const instalments = new PostgresInstalments();
    const row = { dueOn: parseDate('2027-01-01'), principal: fen(1n), interest: fen(1n) };
    const rows = [1, 2].map((number) => ({
      ...row,
      number,
      penalty: fen(0n),
      paidOn: undefined,
    }));
    await run(async (unit) => {
      await instalments.plan(unit, 'case-2', rows);
      for (const [at2, paid] of rows.entries()) {
        const paidOn = parseDate(at2 === 0 ? '2027-01-05' : '2027-02-01');
        await instalments.pay(unit, 'case-2', { ...paid, paidOn });
      }
      await new PostgresLoans().save(unit, { ...loanOf('case-2'), state: 'settled' });
    });
    expect(await run((unit) => cases.lock(unit, 'case-2'))).toMatchObject({
      state: 'settled',
      openedOn: '2026-11-21',
      endedOn: '2027-02-01',
      standing: 'open',
    });
    expect(await run((unit) => cases.lock(unit, 'case-1'))).toMatchObject({ endedOn: undefined });
    expect(await run((unit) => cases.page(unit, '', 10))).toEqual(['case-1', 'case-2']);
    expect(await run((unit) => cases.page(unit, 'case-1', 10))).toEqual(['case-2']);
    await run((unit) =>
      txOf<{ vault_subject: { tenant: string; subject: string } }>(unit)
        .insertInto('vault_subject')
        .values({ tenant: unit.tenant, subject: 'subject case-1' })
        .execute(),
    );
    expect(await run((unit) => cases.page(unit, '', 10))).toEqual(['case-2']);
    expect(await run((unit) => cases.lock(unit, 'case-1'))).toMatchObject({ standing: 'erased' });
    expect(await run((unit) => cases.lock(unit, 'case-1'), bankB)).toBeUndefined();
  });
});

function loanOf(id: string): Loan {
  return {
    id,
    tenant: bankA,
    unit: 'root',
    application: uuid(id === 'case-1' ? 11 : 12),
    preservationNumber: `FB-${id}`,
    product: 'rural-loan',
    productVersion: '2026-1',
    state: 'applied',
    subject: `subject ${id}`,
    tokenSha256: new Uint8Array(32).fill(id === 'case-1' ? 1 : 2),
    openedAt: instantFromMs(at),
    amount: undefined,
    termMonths: undefined,
    purpose: undefined,
    contractNumber: undefined,
    disbursedOn: undefined,
    decision: undefined,
  };
}
