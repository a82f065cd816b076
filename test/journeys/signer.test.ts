/**
 * The signer's room over stores in memory: tokens that end, photos that lie, a way for each state.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { Caller } from '#business/access';
import { type CaseState, caseMoves, isCaseState, rowOriginal } from '#business/lending';
import { Counter, sendReceipt } from '#business/signer';
import { checkPhrase } from '#formats/phrase';
import { applicant, demoProduct, preservationLink } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';
import { type SignerRooms, signerRooms } from './signer-rooms.ts';

const { tenant } = testUnit;
const dayMs = 86_400_000;
const codeOf = async (action: Promise<unknown>): Promise<string | undefined> =>
  action.then(() => 'nothing was refused', faultCode);

let rooms: SignerRooms;
beforeEach(async () => {
  rooms = await signerRooms();
});

const begin = async () => (await rooms.house.reception.open(demoProduct))(testUnit);

describe('来与去', () => {
  test('令牌三十天后失效；续领之后旧令牌只再活十分钟；退出之后不会因清扫而复活', async () => {
    const { visits, house } = rooms;
    const { loan, token } = await begin();
    const opens = async (of: string) => (await visits.ofToken(testUnit, of))?.loan.id;
    house.clock.turn(29 * dayMs);
    expect(await opens(token)).toBe(loan.id);
    const fresh = await visits.refresh(testUnit, { caseId: loan.id, token });
    house.clock.turn(9 * 60_000);
    expect(await opens(token)).toBe(loan.id);
    house.clock.turn(2 * 60_000);
    expect(await opens(token)).toBeUndefined();
    const other = await visits.refresh(testUnit, { caseId: loan.id, token: fresh.token });
    expect(await opens(token)).toBeUndefined();
    await visits.leave(testUnit, { caseId: loan.id, token: other.token });
    expect(await opens(other.token)).toBeUndefined();
    house.clock.turn(40 * dayMs);
    const late = { caseId: loan.id, token: fresh.token };
    expect(await codeOf(visits.refresh(testUnit, late))).toBe('signer.token_unknown');
    expect(await opens(fresh.token)).toBeUndefined();
  });

  test('接续码：五分钟，一次，新的取代旧的；别案的令牌不能替本案退出', async () => {
    const { visits, house } = rooms;
    const { loan, token } = await begin();
    const older = await visits.handOver(testUnit, loan.id);
    const newer = await visits.handOver(testUnit, loan.id);
    const redeem = (secret: string) => visits.redeem(testUnit, secret);
    expect(await codeOf(redeem(older.secret))).toBe('signer.handover_refused');
    expect((await redeem(newer.secret)).loan.id).toBe(loan.id);
    expect(await codeOf(redeem(newer.secret))).toBe('signer.handover_refused');
    const slow = await visits.handOver(testUnit, loan.id);
    house.clock.turn(300_000);
    expect(await codeOf(redeem(slow.secret))).toBe('signer.handover_refused');
    expect(house.entries(loan.id).map(({ type }) => type)).toEqual([
      'case.opened',
      'session.handed_over',
    ]);
    const stranger = await begin();
    const foreign = { caseId: stranger.loan.id, token };
    expect(await codeOf(visits.leave(testUnit, foreign))).toBe('signer.token_unknown');
  });
});

describe('柜面开案，客户手机续办', () => {
  const staff = { id: 'clerk-1', unit: 'head-office' };
  const clerk = { kind: 'staff', staff } as unknown as Caller;
  const counterOf = ({ house, visits }: SignerRooms) =>
    new Counter({
      rights: { require: () => undefined },
      reception: house.reception,
      visits,
      admit: (unit, _caller, { caseId }) => house.file.read(unit, caseId),
    });

  test('S2-05 一案一链：柜面开案，客户扫码接着办，谁交的、从哪里接的都是存证；开始之后柜面再拿不到', async () => {
    const { house, visits } = rooms;
    const counter = counterOf(rooms);
    const { loan, secret } = await (await counter.open(clerk, demoProduct))(testUnit);
    const again = await counter.again(clerk, loan.id)(testUnit);
    expect(await codeOf(visits.redeem(testUnit, secret))).toBe('signer.handover_refused');
    const hers = await visits.redeem(testUnit, again.secret, 'app');
    expect(hers.loan.id).toBe(loan.id);
    expect(house.entries(loan.id).map(({ type }) => type)).toEqual([
      'case.opened',
      'session.handed_over',
    ]);
    expect(await house.facts('case.opened')).toMatchObject({
      entrance: 'counter',
      openedBy: 'clerk-1',
    });
    expect(await house.facts('session.handed_over')).toMatchObject({
      by: 'clerk-1',
      entrance: 'app',
    });
    await house.place(loan, 'agreed');
    expect(await codeOf(counter.again(clerk, loan.id)(testUnit))).toBe('signer.counter_late');
  });

  test('S2-36 机构的应用用接口密钥开案，得到的只是一张票：客户用它进来，渠道是应用，开案的是那个程序', async () => {
    const { house, visits } = rooms;
    const app: Caller = {
      kind: 'machine',
      client: { id: 'app-1', tenant, name: '手机应用', scopes: ['case.open'], signed: true },
    };
    const commit = await counterOf(rooms).open(app, demoProduct);
    const given = await commit(testUnit);
    expect(Object.keys(given).toSorted()).toEqual(['loan', 'secret', 'until']);
    const hers = await visits.redeem(testUnit, given.secret, 'app');
    expect(hers.loan.id).toBe(given.loan.id);
    expect(await codeOf(visits.redeem(testUnit, given.secret, 'app'))).toBe(
      'signer.handover_refused',
    );
    expect(await house.facts('case.opened')).toMatchObject({ entrance: 'app', openedBy: 'app-1' });
    expect(await house.facts('session.handed_over')).toMatchObject({ by: 'app-1' });
  });

  test('S0-09 渠道自首次接触起就写在案件的行和存证里，两者对得上', async () => {
    const { house } = rooms;
    const commit = await house.reception.open(demoProduct, { entrance: 'agent' });
    const { loan } = await commit(testUnit);
    expect(loan.entrance).toBe('agent');
    expect(await house.facts('case.opened')).toMatchObject({ entrance: 'agent' });
    const row = rowOriginal(loan).bytes;
    const [opened] = house.entries(loan.id);
    const original = opened?.of.find(({ name }) => name === 'row/loan_case');
    const digest = async (bytes: Uint8Array) => toBase64(await nodeEngine.digest('sha256', bytes));
    expect(original?.sha256).toBe(await digest(row));
    expect(await digest(rowOriginal({ ...loan, entrance: 'web' }).bytes)).not.toBe(
      await digest(row),
    );
  });
});

describe('手写签名图样', () => {
  const drawn = utf8('{"height":50,"strokes":[[1,1,0,9,9,40]],"v":1,"width":100}');

  test('S2-06 只是样子：保存下来的是一张图样的存证，没有一份文件因此算签过', async () => {
    const { house, progress, handwriting } = rooms;
    const loan = await house.apply();
    const before = await progress.of(testUnit, loan.id);
    expect(before.handwriting).toEqual({ asked: true, kept: false });
    await handwriting.keep(testUnit, loan.id, drawn);
    const after = await progress.of(testUnit, loan.id);
    expect(after.handwriting).toEqual({ asked: true, kept: true });
    expect(after.next).toBe(before.next);
    expect(after.documents.filter(({ signed }) => signed)).toEqual([]);
    const types = house.entries(loan.id).map(({ type }) => type);
    expect(types.at(-1)).toBe('capture.stored');
    expect(types).not.toContain('seal.done');
    expect(await house.facts('capture.stored')).toMatchObject({ kind: 'handwriting' });
  });

  test('不是一笔一画的、约定之前的、签完之后的，都不收', async () => {
    const { house, handwriting } = rooms;
    const loan = await house.apply();
    const keep = (bytes: Uint8Array) => codeOf(handwriting.keep(testUnit, loan.id, bytes));
    expect(await keep(utf8('{"v":1}'))).toBe('pdf.strokes_malformed');
    for (const state of ['opened', 'loan_signed', 'settled'] as const) {
      await house.place(loan, state);
      expect(await keep(drawn)).toBe('lending.out_of_order');
    }
  });
});

describe('进度', () => {
  test('每一种状态都有下一步，读多少次都不改变什么', async () => {
    const { house, progress } = rooms;
    const loan = await house.apply();
    const before = house.log.rows.length;
    const next: Partial<Record<CaseState, string>> = {};
    for (const state of Object.keys(caseMoves).filter(isCaseState)) {
      await house.place(loan, state);
      next[state] = (await progress.of(testUnit, loan.id)).next;
    }
    expect(next).toMatchObject({
      opened: 'agreement',
      agreed: 'application',
      applied: 'authorisations',
      in_review: 'assessment',
      loan_signed: 'seal',
      payment_authorised: 'disbursement',
      settled: 'done',
      refused: 'refused',
    });
    expect(house.log.rows.length).toBe(before);
  });

  test('一套文件一个阅读预算；在两份文件之间换来换去不会变快', async () => {
    const { house, progress } = rooms;
    const loan = await house.apply();
    const reading = async () => (await progress.of(testUnit, loan.id)).reading;
    expect(await reading()).toMatchObject({ secondsMin: 2, secondsRead: 0, secondsLeft: 2 });
    const documents = await house.parts.contracts.documentsOf(testUnit, loan.id);
    for (const { id: document } of documents) {
      await house.conclusion.shown(testUnit, { caseId: loan.id, document, page: 1 });
    }
    house.clock.turn(1000);
    expect(await reading()).toMatchObject({ secondsRead: 1, secondsLeft: 1 });
  });
});

describe('签完之后', () => {
  test('S0-66 双方签完才有凭据，凭号码和它公开核验；凭据不变，六个词就是文件摘要的词；被删除的人查无此案', async () => {
    const { house, afterwards } = rooms;
    const loan = await house.apply();
    const receipt = () => afterwards.receipt(testUnit, loan.id);
    expect(await codeOf(receipt())).toBe('signer.receipt_early');
    const drafted = await house.file.draft(loan, {
      kind: 'loan-contract',
      applicant,
      more: { costSheetSha256: '0a'.repeat(32), preservationLink },
    });
    await drafted.add(testUnit);
    await house.place(loan, 'loan_signed');
    const held = await receipt();
    expect(await receipt()).toEqual(held);
    const sha256 = await nodeEngine.digest('sha256', utf8('%PDF 2'));
    expect(held.contract.phrase).toEqual(checkPhrase(sha256));
    const asked = { number: loan.preservationNumber, secret: held.secret };
    const lookUp = (changed: object) => afterwards.lookUp(testUnit, { ...asked, ...changed });
    expect(await lookUp({})).toMatchObject({ standing: 'signed', contract: held.contract });
    expect(await codeOf(lookUp({ secret: 'x' }))).toBe('signer.lookup_unknown');
    expect(await codeOf(lookUp({ number: 'FB0' }))).toBe('signer.lookup_unknown');
    house.parts.contracts.documentsOf = async () => {
      throw new Fault('vault.erased');
    };
    expect(await codeOf(lookUp({}))).toBe('signer.lookup_unknown');
  });

  test('凭据短信只有保全号与核对短语，送一次；被删除的人不再打扰', async () => {
    const { house, afterwards } = rooms;
    const loan = await house.apply();
    const drafted = await house.file.draft(loan, {
      kind: 'loan-contract',
      applicant,
      more: { costSheetSha256: '0a'.repeat(32), preservationLink },
    });
    await drafted.add(testUnit);
    const told: { phone: string; text: string }[] = [];
    let counted = 0;
    const parts = {
      units: house.parts.units,
      afterwards,
      gateway: {
        tell: async (message: { phone: string; text: string }) => void told.push(message),
      },
      messageSent: async () => void (counted += 1),
    };
    const send = async () => (await sendReceipt(parts, { tenant, caseId: loan.id }))(testUnit);
    await send();
    expect(told).toMatchObject([{ phone: applicant.phone }]);
    expect(told[0]?.text).toContain(loan.preservationNumber);
    expect(told[0]?.text).not.toContain(applicant.name);
    house.file.person = async () => {
      throw new Fault('vault.erased');
    };
    await send();
    expect([told.length, counted]).toEqual([1, 1]);
  });
});
