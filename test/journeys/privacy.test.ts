/**
 * A person and what is known of her: requests, restriction, forgetting, a second look.
 */
import { describe, expect, test } from 'vitest';
import { refusedByBureau } from '#adapters/gateways';
import { faultCode } from '#base/fault';
import { type Loan, parseDate } from '#business/lending';
import { applicant } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';
import { PrivacyHouse } from './privacy-house.ts';

const { tenant } = testUnit;
const dayMs = 86_400_000;
const codeOf = (act: Promise<unknown>) => act.then(() => 'taken', faultCode);

describe('本人的权利', () => {
  test('L-PI-10 查阅与复制：知道哪些、从何而来、给过谁、依据什么、保存到哪一天，一份可携带的文件', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.settled();
    const known = await house.report.of(testUnit, loan.id);
    expect(known).toMatchObject({ format: 'fubie/personal-data/v1', standing: 'open' });
    expect(known.fields.find(({ field }) => field === 'card')).toEqual({
      field: 'card',
      title: '银行账号',
      value: applicant.card,
      status: 'held',
      source: 'the person herself',
      basis: 'consent:bank-account',
      article: '个人信息保护法 29',
      class: 'C2',
      recipients: ['四要素核验服务', '核心业务系统'],
      keptUntil: '2037-11-30',
      keptBecause: '反洗钱法（2024年修订） 34',
    });
    expect(known.consents).toContainEqual(
      expect.objectContaining({ kind: 'bank-account', decision: 'accepted' }),
    );
    expect(known.documents.map(({ kind }) => kind)).toContain('pi-authorisation');
    expect(JSON.parse(JSON.stringify(known))).toEqual(known);
  });

  test('L-PI-10 更正是相连的新版本：旧值的承诺仍在链上，新记录指向它；办理途中的不改', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const changes = { address: '示例省示例县人民路 9 号' };
    const { request } = await house.ask(loan, 'correction', changes);
    expect(request).toMatchObject({ standing: 'open', dueOn: '2026-12-11' });
    const grant = (id: string) =>
      house.rights.answer({ id, granted: true, because: '已核对证件', by: 'officer' })(testUnit);
    expect(await codeOf(grant(request.id))).toBe('privacy.correction_refused');

    await house.lending.place(loan, 'disbursed');
    const received = house.lending.log.rows.find(({ type }) => type === 'application.received');
    const before = received?.bytes;
    expect((await grant(request.id)).request.standing).toBe('fulfilled');
    const entry = house.lending.entries(loan.id).findLast(({ type }) => type === 'value.corrected');
    expect(entry?.refs).toEqual({ corrects: received?.hash });
    expect(await house.facts('value.corrected')).toMatchObject(changes);
    expect(received?.bytes).toBe(before);
    const { fields } = await house.report.of(testUnit, loan.id);
    expect(fields.find(({ field }) => field === 'address')?.value).toBe(changes.address);
    expect(await codeOf(grant(request.id))).toBe('privacy.request_answered');

    const wrong = await house.ask(loan, 'correction', { idNumber: '990101199003070112' });
    expect(await codeOf(grant(wrong.request.id))).toBe('identity.id_number_check_digit');
    expect(await codeOf(house.ask(loan, 'correction', { salary: '1' }))).toBe(
      'privacy.request_malformed',
    );
  });

  test('L-PI-10 拒绝请求须说明理由；待办按最后答复日排列；近亲属的请求由工作人员受理', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    await house.ask(loan, 'explanation');
    house.lending.clock.turn(dayMs * 3);
    await house.ask(loan, 'relative');
    const queue = await house.rights.queue(testUnit);
    expect(queue.map(({ kind, dueOn }) => `${kind} ${dueOn}`)).toEqual([
      'explanation 2026-12-11',
      'relative 2026-12-15',
    ]);
    const id = queue[1]?.id ?? '';
    const silent = { id, granted: false, because: ' ', by: 'officer' };
    expect(() => house.rights.answer(silent)).toThrow('privacy.request_malformed');
    const because = '未能证明近亲属身份';
    await house.rights.answer({ ...silent, because })(testUnit);
    expect(await house.facts('rights.answered')).toMatchObject({ outcome: 'refused', because });
    expect(await house.rights.queue(testUnit)).toHaveLength(1);
  });

  test('L-PI-11 没有法定期限的，要求删除即删除并换钥；有法定期限的转为限制处理，写明依据和到期日', async () => {
    const house = await PrivacyHouse.open();
    const fresh = await house.apply();
    const gone = await house.ask(fresh, 'deletion');
    expect(gone).toMatchObject({ request: { standing: 'erased' }, because: '个人信息保护法 47' });
    expect(house.types(fresh.id).at(-1)).toBe('erased');
    expect(house.epochsOrdered).toBe(1);
    expect(house.lending.persons.of(fresh.subject)).toEqual({});
    expect(await codeOf(house.report.of(testUnit, fresh.id))).toBe('privacy.erased');

    const paid = await house.settled();
    const kept = await house.ask(paid, 'deletion');
    expect(kept).toMatchObject({
      request: { standing: 'restricted' },
      because: '反洗钱法（2024年修订） 34',
      until: '2037-11-30',
    });
    expect(house.records.standings.get(paid.subject)).toBe('restricted');
    expect(await house.facts('processing.restricted')).toMatchObject({ until: '2037-11-30' });
    // Restricted, she still reads her own record.
    expect((await house.report.of(testUnit, paid.id)).standing).toBe('restricted');

    const running = await house.lending.place(await house.apply(), 'repaying');
    expect(await house.ask(running, 'deletion')).toMatchObject({
      request: { standing: 'refused' },
      because: expect.stringContaining('合同尚在履行'),
    });
  });

  test('L-PI-06 自动拒绝可以要求人工复核：推翻则借款继续，维持则说明理由，两种都留痕', async () => {
    const house = await PrivacyHouse.open();
    const refused = await house.assess(await house.apply([], { ...applicant, ...refusedByBureau }));
    expect(refused.state).toBe('refused');
    expect((await house.report.of(testUnit, refused.id)).decisionReasons).toEqual([
      'bureau.defaults',
      'score.insufficient',
    ]);
    await house.ask(refused, 'review');
    expect(await house.lending.stateOf(refused.id)).toBe('in_review');
    const decide = async (decision: 'approved' | 'refused', reasons = ['逾期已结清，有凭证']) => {
      const order = { tenant, caseId: refused.id, decision, reasons, by: 'reviewer' };
      return (await house.review.decide(order))(testUnit);
    };
    expect(await codeOf(decide('approved', []))).toBe('lending.reasons_malformed');
    expect((await decide('approved')).state).toBe('approved');
    const done = { caseId: refused.id, outcome: 'overturned', by: 'reviewer' };
    await house.rights.reviewed(testUnit, done);
    expect(await house.facts('decision.reviewed')).toMatchObject({
      outcome: 'overturned',
      by: 'reviewer',
    });
    expect(house.lending.orders.at(-1)?.kind).toBe('cost-sheet');
    const [request] = await house.rights.ofCase(testUnit, refused.id);
    expect(request?.standing).toBe('fulfilled');
    expect(await codeOf(decide('refused'))).toBe('lending.out_of_order');
  });

  test('未经征信查询就被拒绝的，复核不能改为批准，只能维持', async () => {
    const house = await PrivacyHouse.open();
    const refused = await house.lending.place(await house.apply(), 'refused');
    await house.ask(refused, 'review');
    const order = { tenant, caseId: refused.id, reasons: ['人工核对'], by: 'reviewer' };
    const approve = house.review.decide({ ...order, decision: 'approved' });
    expect(await codeOf(approve)).toBe('lending.review_impossible');
    const uphold = await house.review.decide({ ...order, decision: 'refused' });
    expect((await uphold(testUnit)).state).toBe('refused');
  });
});

describe('期满与保全', () => {
  test('L-PI-11 期满之日仍在，次日由作业删除并逐一留痕；中断后接着做，演练不动任何东西', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.settled();
    const other = await house.apply();
    const at = (text: string) => house.lending.clock.turnTo(text);
    at('2037-11-30T12:00:00.000+08:00');
    const plan = await house.retention.plan(testUnit, '');
    const lines = Object.fromEntries(plan.map((line) => [line.caseId, line]));
    expect(lines[loan.id]).toMatchObject({ verdict: 'keep', until: '2037-11-30' });
    expect(lines[loan.id]?.groups).toEqual([
      { group: 'identity', until: '2037-11-30' },
      { group: 'transaction', until: '2037-11-30' },
    ]);
    expect(lines[other.id]).toMatchObject({ verdict: 'erase', until: '2027-05-21' });
    expect(house.records.standings.size).toBe(0);

    at('2037-12-01T00:00:00.000+08:00');
    const report = await house.retention.run(tenant, house.lending.clock.now());
    expect(report).toMatchObject({ on: '2037-12-01', erased: 2, held: 0, done: true });
    expect(house.types(loan.id).at(-1)).toBe('erased');
    expect(await house.facts('retention.executed')).toMatchObject({ judged: 2, erased: 2 });
    const again = await house.retention.run(tenant, house.lending.clock.now());
    expect(again).toMatchObject({ judged: 0, erased: 0 });
  });

  test('作业中断在两页之间，下一次从那里接着做，不重复也不遗漏', async () => {
    const house = await PrivacyHouse.open();
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) ids.push((await house.begin()).id);
    house.lending.clock.turnTo('2027-06-01T00:00:00.000+08:00');
    const [first = ''] = ids.toSorted((a, b) => (a < b ? -1 : 1));
    const open = { id: 'run-1', at: house.lending.clock.now(), cursor: first };
    const counts = { judged: 1, erased: 1, held: 0, done: false };
    await house.store.putRun(testUnit, { ...open, ...counts });
    const report = await house.retention.run(tenant, house.lending.clock.now());
    expect(report).toMatchObject({ run: 'run-1', judged: 3, erased: 3, done: true });
    expect(house.types(first)).not.toContain('erased');
  });

  test('S2-53 被拒绝的申请也留存证据，期限自有、短于成交的，且不与任何合同相连', async () => {
    const house = await PrivacyHouse.open();
    const refused = await house.assess(await house.apply([], { ...applicant, ...refusedByBureau }));
    const settled = await house.settled();
    expect(refused.state).toBe('refused');
    expect(house.types(refused.id)).toEqual(
      expect.arrayContaining(['application.received', 'credit.queried', 'risk.decided']),
    );
    const { contracts } = house.lending.parts;
    const kinds = (await contracts.documentsOf(testUnit, refused.id)).map(({ kind }) => kind);
    expect(kinds).not.toContain('loan-contract');
    house.cases.days.set(refused.id, { decidedOn: parseDate('2027-11-30') });
    const untilOf = async (loan: Loan) => {
      const lines = await house.retention.plan(testUnit, '');
      return lines.find(({ caseId }) => caseId === loan.id)?.until;
    };
    expect(await untilOf(refused)).toBe('2028-05-30');
    expect(await untilOf(settled)).toBe('2037-11-30');
  });

  test('监管的保全使期满删除和本人要求的删除都停下；解除须第二人复核', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const placed = await house.holds.place({
      tenant,
      caseId: loan.id,
      by: 'officer',
      authority: 'regulator',
      reference: '示监〔2026〕1号',
      reason: '现场检查',
    })(testUnit);
    expect(await house.facts('hold.placed')).toMatchObject({ authority: 'regulator' });
    // What was written about her is hers, and goes with her.
    expect(JSON.stringify(house.lending.persons.of('office'))).not.toContain('现场检查');
    expect(JSON.stringify(house.lending.persons.of(loan.subject))).toContain('现场检查');
    expect(await house.ask(loan, 'deletion')).toMatchObject({
      request: { standing: 'restricted' },
      because: '法律保全：regulator',
    });
    house.lending.clock.turnTo('2047-01-01T00:00:00.000+08:00');
    const now = () => house.lending.clock.now();
    expect(await house.retention.run(tenant, now())).toMatchObject({ erased: 0, held: 1 });

    const lift = { id: placed.id, reason: '检查结束', by: 'officer' };
    const alone = house.holds.lift({ ...lift, approval: undefined })(testUnit);
    expect(await codeOf(alone)).toBe('access.approval_needed');
    house.approvals.add('seen-by-another');
    await house.holds.lift({ ...lift, approval: 'seen-by-another' })(testUnit);
    expect(house.types(loan.id).at(-1)).toBe('hold.lifted');
    const twice = house.holds.lift({ ...lift, approval: 'seen-by-another' })(testUnit);
    expect(await codeOf(twice)).toBe('privacy.hold_lifted');
    expect(await house.retention.run(tenant, now())).toMatchObject({ erased: 1, held: 0 });
  });

  test('柜面替本人提出的删除须第二人同意；本人自己提出的不用', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const asking = { tenant, caseId: loan.id, kind: 'deletion', words: '请删除' } as const;
    const atCounter = { ...asking, by: 'officer' };
    expect(await codeOf(house.rights.open(atCounter)(testUnit))).toBe('access.approval_needed');
    expect(house.lending.persons.of(loan.subject)).not.toEqual({});
    house.approvals.add('seen-by-another');
    const done = await house.rights.open({ ...atCounter, approval: 'seen-by-another' })(testUnit);
    expect(done.request.standing).toBe('erased');
  });

  test('代为查阅只凭本人的查阅请求，至答复期限为止；别的请求不是绕过遮盖的路', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const { request: other } = await house.ask(loan, 'explanation');
    expect(() => house.rights.requireReading(other)).toThrow('privacy.reading_over');
    const { request } = await house.ask(loan, 'access');
    house.rights.requireReading(request);
    house.lending.clock.turn(dayMs * 40);
    expect(() => house.rights.requireReading(request)).toThrow('privacy.reading_over');
  });

  test('一日之内的请求有上限，次日可再提', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    for (let at = 0; at < 20; at += 1) await house.ask(loan, 'access');
    expect(await codeOf(house.ask(loan, 'access'))).toBe('privacy.request_malformed');
    house.lending.clock.turn(dayMs);
    await house.ask(loan, 'access');
  });

  test('柜面登记更正的人不能自己批准它', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.lending.place(await house.apply(), 'disbursed');
    const asking = { tenant, caseId: loan.id, kind: 'correction', words: '' } as const;
    const changes = { phone: '00000000077' };
    const taken = await house.rights.open({ ...asking, by: 'officer', changes })(testUnit);
    const grant = (by: string) =>
      house.rights.answer({ id: taken.request.id, granted: true, because: '已核对证件', by })(
        testUnit,
      );
    expect(await codeOf(grant('officer'))).toBe('access.own_matter');
    expect((await grant('another')).request.standing).toBe('fulfilled');
  });

  test('L-PI-11 因保全而被限制的删除请求，保全解除后由作业兑现，本人不必再提', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    const patient = await house.apply();
    const order = { tenant, by: 'officer', authority: 'court', reason: '财产保全' } as const;
    const reference = '（2026）示0001民初1号';
    const placed = await house.holds.place({ ...order, caseId: loan.id, reference })(testUnit);
    await house.ask(loan, 'deletion');
    const now = () => house.lending.clock.now();
    expect(await house.retention.run(tenant, now())).toMatchObject({ erased: 0, held: 1 });
    house.approvals.add('seen');
    const lift = { id: placed.id, reason: '保全解除', by: 'officer', approval: 'seen' };
    await house.holds.lift(lift)(testUnit);
    expect(await house.retention.run(tenant, now())).toMatchObject({ erased: 1, held: 0 });
    expect(house.types(loan.id).at(-1)).toBe('erased');
    // Who asked for nothing stays until her term is over.
    expect(house.types(patient.id)).not.toContain('erased');
  });

  test('还没有答复的请求使期满删除等待', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.apply();
    await house.ask(loan, 'explanation');
    house.lending.clock.turnTo('2047-01-01T00:00:00.000+08:00');
    const run = () => house.retention.run(tenant, house.lending.clock.now());
    expect(await run()).toMatchObject({ erased: 0, held: 1 });
    const [request] = await house.rights.queue(testUnit);
    const answer = { id: request?.id ?? '', granted: true, because: '已说明规则', by: 'officer' };
    await house.rights.answer(answer)(testUnit);
    expect(await run()).toMatchObject({ erased: 1 });
  });
});
