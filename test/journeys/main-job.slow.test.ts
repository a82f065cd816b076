/**
 * The main job of issue 2 from first contact to the last instalment, and every way to do it wrong.
 *
 * One house of real processes, spoken to over HTTP only. The tests are one story: each begins where
 * the one before ended, as the title says.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { listDisbursements, refusedByBureau, refusedByIdentity } from '#adapters/gateways';
import { call } from '#adapters/wire';
import { fromBase64, toHex } from '#base/bytes';
import { textIn } from '#doors/phone';
import { verify } from '#trust/verify';
import { socketOf } from '../../src/main/estate/estate.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { type PhoneEnd, runPhone } from '../../src/main/house/phone-run.ts';
import { loanPlan } from '../../src/main/house/story.ts';
import { World } from '../world.ts';
import { Borrower, consentsToApply, type Listed, type Session } from './borrower.ts';
import { filesThatName, isOutside, rowsThatName } from './leaks.ts';
import { refuseAllBut } from './out-of-turn.ts';
import { costFacts, dataOf } from './package-facts.ts';
import { he, lin } from './people.ts';

const journeyMsMax = 60_000;
const dayMs = 86_400_000;

describe('一笔贷款，从申请到还清', () => {
  let world: World;
  let borrower: Borrower;
  let stranger: Borrower;
  let phones: string;
  let bureau: Promise<PhoneEnd>;
  let piAuthorisation: Listed;
  let creditAuthorisation: Listed;
  let session: Session;
  let contract: Listed;
  let early: Awaited<ReturnType<Borrower['package']>>;

  beforeAll(async () => {
    world = await World.open({ seed: 11 });
    phones = await mkdtemp(join(tmpdir(), 'fubie-phones-'));
    borrower = new Borrower(world, lin);
    stranger = new Borrower(world, he);
  }, journeyMsMax);
  afterAll(async () => {
    await world.close();
    await rm(phones, { recursive: true, force: true });
  }, journeyMsMax);

  async function expectValid(zip: Uint8Array): Promise<void> {
    const trust = await trustFiles(world.trust);
    const report = await verify({ name: 'package.zip', bytes: zip, trust }, nodeEngine);
    expect(report.flaws).toEqual([]);
    expect(report).toMatchObject({ is: 'valid', evidence: { level: 'L2', complete: true } });
  }

  const disbursements = () =>
    listDisbursements((question) => call(socketOf(world.house.estate, 'core-banking'), question));

  test('首次接触即立案；同一幂等键同一内容得到同一答复，换了内容或路径即拒绝', async () => {
    const key = borrower.hand.freshKey();
    const opened = await borrower.open(key);
    expect(opened.status).toBe(201);
    const again = await borrower.hand.post(
      '/v1/applications',
      { product: 'rural-loan-demo' },
      { key },
    );
    expect(again.bytes).toEqual(opened.bytes);
    const other = await borrower.hand.post('/v1/applications', { product: 'rural-loan' }, { key });
    expect(other).toMatchObject({ status: 409, code: 'access.idempotency_key_reused' });

    const own = borrower.hand.freshKey();
    expect((await borrower.step('assessment', {}, own)).code).toBe('lending.out_of_order');
    const keyless = await borrower.hand.post('/v1/applications', {}, { key: 'short' });
    expect(keyless.status).toBe(400);
    await refuseAllBut(borrower, ['consents esign-agreement']);
  });

  test('没有约定使用电子签名、同意不全、文本不符，都不能申请', async () => {
    const wrongText = { kind: 'esign-agreement', sha256: '0'.repeat(64), accepted: true };
    expect((await borrower.step('consents', wrongText)).code).toBe('consent.text_differs');
    expect((await borrower.consent('esign-agreement', false)).body['state']).toBe('opened');
    expect((await borrower.submit()).code).toBe('lending.out_of_order');
    expect((await borrower.consent('esign-agreement')).body['state']).toBe('agreed');
    await refuseAllBut(borrower, ['submission']);

    for (const kind of consentsToApply.slice(1)) await borrower.consent(kind);
    expect((await borrower.submit()).code).toBe('consent.missing');
    await borrower.consent(consentsToApply[0] ?? '', false);
    expect((await borrower.submit()).code).toBe('consent.missing');
    await borrower.consent(consentsToApply[0] ?? '');
  });

  test('身份要素先在本地核对；缺一项、缺一字形即停止，什么也没有丢', async () => {
    const wrong: [Partial<typeof lin>, string][] = [
      [{ idNumber: `${lin.idNumber.slice(0, -1)}9` }, 'identity.id_number_check_digit'],
      [{ card: `${lin.card.slice(0, -1)}0` }, 'identity.card_check_digit'],
      [{ phone: '123' }, 'identity.mobile_malformed'],
      [{ name: '林' }, 'identity.name_malformed'],
      [{ address: '' }, 'access.request_malformed'],
      [{ address: '  ' }, 'catalog.field_malformed'],
      [{ name: '林𠮷舟' }, 'catalog.glyph_missing'],
    ];
    const before = await borrower.timeline();
    for (const [changed, code] of wrong) expect((await borrower.submit(changed)).code).toBe(code);
    expect(await borrower.state()).toBe('agreed');
    expect(await borrower.documents()).toEqual([]);
    expect(await borrower.timeline()).toHaveLength(before.length);
  });

  test('申请受理；另一位借款人的令牌打不开本案的任何东西', async () => {
    const key = borrower.hand.freshKey();
    const { idNumber, name, card, phone, address } = lin;
    const body = {
      applicant: { name, idNumber, card, phone, address },
      terms: { amountFen: '500000', termMonths: 12, purpose: 'farming' },
    };
    const applied = await borrower.step('submission', body, key);
    expect(applied.body['state']).toBe('applied');
    expect((await borrower.step('submission', body, key)).bytes).toEqual(applied.bytes);
    const dearer = { ...body, terms: { ...body.terms, amountFen: '600000' } };
    expect((await borrower.step('submission', dearer, key)).status).toBe(409);

    piAuthorisation = await borrower.document('pi-authorisation');
    creditAuthorisation = await borrower.document('credit-authorisation');
    await stranger.open();
    const theirs = { token: stranger.hand.token };
    const { hand, application, caseId } = borrower;
    const paths = [`/v1/applications/${application}`, `/v1/cases/${caseId}/timeline`];
    for (const path of paths) {
      expect(await hand.get(path, theirs), path).toMatchObject({ status: 403 });
      expect(await hand.get(path, { token: 'x'.repeat(43) }), path).toMatchObject({ status: 401 });
    }
    const contracts = `/v1/contracts/${piAuthorisation.id}`;
    expect((await hand.get(`${contracts}/revisions/0`, theirs)).status).toBe(404);
    expect((await hand.post(`${contracts}/reading`, { page: 1 }, theirs)).status).toBe(404);
    const { id, sha256 } = piAuthorisation;
    const asked = { documents: [{ id, sha256 }], enrolment: `${'A'.repeat(43)}=` };
    expect((await hand.post(`${contracts}/intents`, asked, theirs)).status).toBe(404);
    expect((await hand.post('/v1/packages', { case: caseId }, theirs)).status).toBe(403);
    const assessment = `/v1/applications/${application}/assessment`;
    expect((await hand.post(assessment, {}, theirs)).status).toBe(403);
  });

  test('身份核验不符的人被拒绝，证据齐备；征信不良的人由另一部手机去申请', async () => {
    bureau = runPhone(world.house, {
      folder: join(phones, 'bureau'),
      plan: loanPlan(refusedByBureau),
    });
    stranger = new Borrower(world, { ...he, phone: refusedByIdentity.phone });
    await stranger.open();
    for (const kind of ['esign-agreement', ...consentsToApply]) await stranger.consent(kind);
    const refused = await stranger.submit();
    expect(refused.body).toMatchObject({ state: 'refused', decision: 'refused' });
    await refuseAllBut(stranger, []);
    const types = (await stranger.timeline()).map(({ type }) => type);
    expect(types.slice(-3)).toEqual(['application.received', 'identity.checked', 'risk.decided']);
  });

  test('阅读只认服务器的时钟：谎报时间、快翻、合上阅读器都不算', async () => {
    const { hand } = borrower;
    const path = `/v1/contracts/${piAuthorisation.id}/reading`;
    for (const lie of ['at', 'time', 'secondsRead']) {
      const said = await hand.post(path, { page: 1, [lie]: 9_999 });
      expect(said.code).toBe('access.request_malformed');
    }
    const tomorrow = new Date(performance.timeOrigin + dayMs).toUTCString();
    const manner = { headers: { date: tomorrow, 'x-client-time': tomorrow } };
    // Not the last page: where the house stands still for a second, all of them were read.
    for (let page = 1; page < piAuthorisation.pages; page += 1) {
      expect((await hand.post(path, { page }, manner)).body['met']).toBe(false);
    }
    expect((await borrower.ask([piAuthorisation])).code).toBe('contract.reading_unfinished');
    await borrower.show(piAuthorisation, 0);
    await new Promise((resume) => setTimeout(resume, 1_100));
    expect((await borrower.show(piAuthorisation, 1)).body['met']).toBe(false);
    expect((await borrower.ask([piAuthorisation])).code).toBe('contract.reading_unfinished');
    await borrower.read(piAuthorisation);
    const both = [piAuthorisation, creditAuthorisation];
    expect((await borrower.ask(both)).code).toBe('contract.reading_unfinished');
    // A paper of one page: all of it is on the screen, and has been for no time at all.
    expect(creditAuthorisation.pages).toBe(1);
    const single = `/v1/contracts/${creditAuthorisation.id}/reading`;
    expect((await hand.post(single, { page: 1 }, manner)).body['met']).toBe(false);
    await borrower.read(creditAuthorisation);
    const other = { ...creditAuthorisation, sha256: '0'.repeat(64) };
    expect((await borrower.ask([piAuthorisation, other])).code).toBe('contract.digest_differs');
  });

  test('验证码错五次即废，正确的也不再有效；重新发起才可确认', async () => {
    const both = [piAuthorisation, creditAuthorisation];
    const spent = textIn((await borrower.ask(both)).body, 'intent');
    const right = await borrower.code(spent);
    const wrong = right === '000000' ? '000001' : '000000';
    for (let tries = 1; tries <= 5; tries += 1) {
      expect((await borrower.confirmIntent(spent, wrong)).code).toBe('sms.code_wrong');
    }
    expect((await borrower.confirmIntent(spent, right)).code).toBe('sms.tries_spent');
    const key = softSigner(generateSoftKey('p256'));
    expect((await borrower.certify(spent, key)).code).toBe('contract.intent_unconfirmed');
    expect((await borrower.ticket(piAuthorisation, spent)).code).toBe(
      'contract.intent_unconfirmed',
    );
    session = await borrower.session(both);
    const second = await borrower.certify(session.intent, key);
    expect(fromBase64(textIn(second.body, 'certificate'))).toEqual(session.certificate);
    expect((await stranger.certify(session.intent, key)).code).toBe('contract.intent_unknown');
  });

  test('先授权后查询：授权书没有签完，征信一次也没有查', async () => {
    await refuseAllBut(borrower, ['intents pi-authorisation', 'tickets pi-authorisation']);
    const { ticket, signature } = await borrower.prepared(piAuthorisation, session);
    const forged = await softSigner(generateSoftKey('p256')).sign(new Uint8Array(32));
    const refused = await borrower.redeem(piAuthorisation, ticket, forged);
    expect(refused.code).toBe('signing.signature_differs');
    const elsewhere = await borrower.redeem(creditAuthorisation, ticket, signature);
    expect(elsewhere.code).not.toBe('ok');
    const sealed = await borrower.redeem(piAuthorisation, ticket, signature);
    expect(sealed.code).toBe('ok');
    expect((await borrower.redeem(piAuthorisation, ticket, signature)).body).toEqual(sealed.body);
    expect(await borrower.state()).toBe('pi_authorised');
    const due = ['intents credit-authorisation', 'tickets credit-authorisation'] as const;
    await refuseAllBut(borrower, due);
    const types = (await borrower.timeline()).map(({ type }) => type);
    expect(types).not.toContain('credit.queried');
    expect((await borrower.sign(creditAuthorisation, session)).code).toBe('ok');
    await refuseAllBut(borrower, ['assessment']);
    expect((await borrower.assess()).body['state']).toBe('approved');
  });

  test('先决定后明示，先明示后合同；没有读完、摘要不符不能确认', async () => {
    await refuseAllBut(borrower, ['confirm cost-sheet']);
    const sheet = await borrower.document('cost-sheet');
    expect((await borrower.confirmDocument(sheet)).code).toBe('contract.reading_unfinished');
    await borrower.read(sheet);
    const other = await borrower.confirmDocument(sheet, '0'.repeat(64));
    expect(other.code).toBe('contract.digest_differs');
    expect((await borrower.documents()).map(({ kind }) => kind)).not.toContain('loan-contract');
    expect((await borrower.confirmDocument(sheet)).body['state']).toBe('sheet_confirmed');
  });

  test('合同读完才能签；借款人签后、贷款人盖章前，没有借据也没有钱', async () => {
    contract = await borrower.document('loan-contract');
    await refuseAllBut(borrower, []);
    await borrower.read(contract);
    await refuseAllBut(borrower, ['intents loan-contract', 'tickets loan-contract']);
    const wrongIntent = await borrower.ticket(contract, session.intent);
    expect(wrongIntent.code).toBe('contract.intent_elsewhere');
    const signing = await borrower.session([contract]);
    world.kill('work', 'SIGSTOP');
    try {
      expect((await borrower.sign(contract, signing)).code).toBe('ok');
      expect(await borrower.state()).toBe('borrower_signed');
      await refuseAllBut(borrower, []);
      expect((await disbursements()).length).toBe(0);
    } finally {
      world.kill('work', 'SIGCONT');
    }
    await borrower.until('loan_signed');
    const note = await borrower.document('note');
    await refuseAllBut(borrower, ['confirm note']);
    await borrower.read(note);
    expect((await borrower.confirmDocument(note)).body['state']).toBe('note_confirmed');
  });

  test('支付密码错了不放款，也不能无限试；放款指令只在全部签名之后发出一次', async () => {
    await refuseAllBut(borrower, ['payment-authorisations']);
    expect((await borrower.pay('000000')).code).toBe('lending.password_wrong');
    expect(await borrower.state()).toBe('note_confirmed');
    expect(await disbursements()).toEqual([]);
    expect((await borrower.pay()).body['state']).toBe('payment_authorised');
    await borrower.until('disbursed');
    const [order, ...more] = await disbursements();
    expect(more).toEqual([]);
    expect(order).toMatchObject({ order: borrower.application, amountFen: '500000' });
    const newest = await borrower.hand.get(`/v1/contracts/${contract.id}/revisions/2`);
    const sha256 = toHex(await nodeEngine.digest('sha256', newest.bytes));
    expect(toHex(fromBase64(String(order?.contract)))).toBe(sha256);
    const types = (await borrower.timeline()).map(({ type }) => type);
    expect(types.indexOf('disbursed')).toBeGreaterThan(types.lastIndexOf('seal.done'));
    await refuseAllBut(borrower, ['repayments']);
  });

  test('时间线上每一步都已由见证方共同签署；证据包两次生成是同一文件，且有效', async () => {
    early = await borrower.package();
    const timeline = await borrower.timeline();
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, at) => at));
    expect(new Set(timeline.map(({ level }) => level))).toEqual(new Set(['L2']));
    expect(timeline.filter(({ type }) => type === 'case.opened')).toHaveLength(1);
    expect(timeline.find(({ type }) => type === 'application.received')?.facts).toMatchObject({
      name: '***',
      idNumber: '***',
      amountFen: '500000',
    });
    const again = await borrower.package();
    expect(again).toEqual(early);
    await expectValid(early.zip);
    const figures = {
      regularPaymentFen: '47135',
      lastPaymentFen: '47133',
      totalInterestFen: '65618',
      simplePercent: '23.40',
      irrPercent: '26.08',
    };
    for (const kind of ['cost-sheet', 'loan-contract']) {
      expect(await costFacts(early.zip, kind), kind).toEqual(figures);
    }
    expect(figures).toMatchObject(await costFacts(early.zip, 'note'));
  });

  test('十二期还款逐期记入，第一期逾期十天按合同计罚息 3.65，还清即结案', async () => {
    const { plan } = (await dataOf(early.zip, 'note')).loan;
    for (const { number, dueOn } of plan) {
      const paidOn = number === 1 ? daysAfter(dueOn, 10) : dueOn;
      const { body } = await borrower.repay(number, paidOn);
      const standing = number === 1 ? 'overdue' : number === 12 ? 'settled' : 'repaying';
      expect(body['state'], `instalment ${number}`).toBe(standing);
    }
    expect((await borrower.repay(1, plan[0]?.dueOn ?? '')).code).toBe('lending.instalment_paid');
    expect((await borrower.repay(13, '2099-01-01')).code).toBe('lending.instalment_unknown');
    await refuseAllBut(borrower, []);
    const repaid = (await borrower.timeline()).filter(({ type }) => type === 'repaid');
    expect(repaid.map(({ facts }) => facts['penaltyFen'])).toEqual(['365', ...Array(11).fill('0')]);
    expect(repaid.map(({ facts }) => facts['daysPastDue'])).toEqual([10, ...Array(11).fill(0)]);
    expect(repaid[0]?.facts['amountFen']).toBe('47500');
    const paid = repaid.reduce((sum, { facts }) => sum + Number(facts['amountFen']), 0);
    expect(paid).toBe(500_000 + 65_618 + 365);
    const settled = await borrower.package();
    expect(settled.id).not.toBe(early.id);
    await expectValid(settled.zip);
  });

  test('被拒绝的两个人：案件到此为止，证据包同样经得起核验', async () => {
    await expectValid((await stranger.package()).zip);
    const end = await bureau;
    expect(end.state).toBe('refused');
    const phone = new Borrower(world, { ...he, ...refusedByBureau });
    phone.hand.token = await readFile(join(phones, 'bureau', 'token'), 'utf8');
    phone.application = end.application;
    phone.caseId = end.case;
    await refuseAllBut(phone, []);
    const decided = (await phone.timeline()).find(({ type }) => type === 'risk.decided');
    expect(decided?.facts).toEqual({
      decision: 'refused',
      reasons: ['bureau.defaults', 'score.insufficient'],
    });
    await expectValid((await phone.package()).zip);
  });

  test('数据库的每一行、var 下的每个文件与日志里，都读不出任何个人信息', async () => {
    const persons = [lin, { ...he, ...refusedByBureau }];
    expect(await rowsThatName(world, persons)).toEqual([]);
    const files = await filesThatName(world, persons);
    expect(files.filter((finding) => !isOutside(finding))).toEqual([]);
    // The search does find: a carrier knows its numbers.
    expect(files.some((finding) => finding.startsWith('sms/'))).toBe(true);
  });
});

function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
