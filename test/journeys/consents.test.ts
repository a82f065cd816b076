/**
 * Separate consents as a person meets them: asked when needed, refused with a way left, taken back.
 */
import { describe, expect, test, vi } from 'vitest';
import { faultCode } from '#base/fault';
import { applicant, demoParties } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';
import { PrivacyHouse } from './privacy-house.ts';

const { tenant } = testUnit;
const dayMs = 86_400_000;
const codeOf = (act: Promise<unknown>) => act.then(() => 'taken', faultCode);
const optional = ['face-image', 'precise-location', 'device-fingerprint', 'marketing'];

describe('同意', () => {
  test('L-PI-07 L-PI-14 敏感事项各自一屏，一屏至多两项，用到时才问；每项决定单独记入证据', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    const { consents } = house.lending.parts;
    const { asks } = house.lending.file.productOf(loan).minimisation;
    const screensAt = async (stage: string) =>
      (await consents.screens(testUnit, { caseId: loan.id, asks, stage })).map((screen) =>
        screen.map(({ kind }) => kind),
      );
    expect(await screensAt('application')).toEqual([
      ['evidence-deposit'],
      ['bank-account'],
      ['third-party-sources'],
      ['credit-reporting'],
      ['automated-decision', 'emergency-contact'],
    ]);
    expect(await screensAt('identification')).toEqual([['face-image']]);
    expect(await screensAt('signing')).toEqual([['precise-location'], ['device-fingerprint']]);
    expect(await screensAt('afterwards')).toEqual([['marketing']]);
    const shown = await consents.shown(tenant, 'bank-account');
    await house.decide(loan.id, 'bank-account', true);
    expect((await screensAt('application')).flat()).not.toContain('bank-account');
    expect(await house.facts('consent.signed')).toEqual({
      kind: 'bank-account',
      version: shown.version,
      text: shown.sha256,
      decision: 'accepted',
      method: 'tick',
      recipient: '',
      purpose: shown.purpose,
    });
  });

  test('L-PI-02 拒绝人脸、位置、设备特征、营销，借款照常受理，各有替代方式；合同依据的告知不征求同意', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    for (const kind of optional) await house.decide(loan.id, kind, false);
    const ways = await Promise.all(
      optional.map((kind) =>
        house.lending.parts.consents.wayOf(testUnit, { caseId: loan.id, kind }),
      ),
    );
    expect(ways).toEqual(['four-element-and-code', 'none-needed', 'second-code', 'none-needed']);
    for (const kind of house.lending.file.productOf(loan).consentsToApply) {
      await house.decide(loan.id, kind, true);
    }
    expect((await house.submit(loan.id)).state).toBe('applied');
    expect(await codeOf(house.decide(loan.id, 'basic-service', true))).toBe('consent.notice_only');
  });

  test('必需的一项拒绝即不能线上受理；自动化决策拒绝则转人工', async () => {
    const house = await PrivacyHouse.open();
    expect(await codeOf(house.apply(['evidence-deposit']))).toBe('consent.missing');
    const loan = await house.apply(['automated-decision']);
    expect(loan.state).toBe('applied');
    const drafted = house.lending.orders.find(({ kind }) => kind === 'pi-authorisation');
    expect(drafted?.inputs['consents']).toContainEqual(
      expect.objectContaining({ code: 'automated-decision', status: 'declined' }),
    );
    expect((await house.assess(loan)).state).toBe('in_review');
  });

  test('L-PI-13 拒绝之后三十日内不再征求；本人仍可随时改变主意', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    const asks = [{ kind: 'marketing', stage: 'afterwards' }];
    const asked = async () =>
      (
        await house.lending.parts.consents.screens(testUnit, {
          caseId: loan.id,
          asks,
          stage: 'afterwards',
        })
      ).length;
    await house.decide(loan.id, 'marketing', false);
    house.lending.clock.turn(30 * dayMs - 1);
    expect(await asked()).toBe(0);
    house.lending.clock.turn(1);
    expect(await asked()).toBe(1);
    await house.decide(loan.id, 'marketing', true);
    const key = { caseId: loan.id, kind: 'marketing' };
    expect(await house.lending.parts.consents.allows(testUnit, key)).toBe(true);
  });

  test('撤回与同意同样便捷并且有效：撤回后查询征信、动用账户、签署、营销均被拒绝，效果如实告知并留痕', async () => {
    const house = await PrivacyHouse.open();
    const { consents } = house.lending.parts;
    const loan = await house.apply();
    const { withdrawal } = await consents.shown(tenant, 'credit-reporting');
    expect(await house.withdraw(loan, 'credit-reporting')).toEqual({ effect: withdrawal });
    expect(await house.facts('consent.withdrawn')).toMatchObject({
      kind: 'credit-reporting',
      effect: withdrawal,
    });
    expect(await codeOf(house.assess(loan))).toBe('consent.withdrawn');
    await house.lending.place(loan, 'applied');
    expect(house.types(loan.id)).not.toContain('credit.queried');
    expect(await codeOf(house.withdraw(loan, 'credit-reporting'))).toBe('consent.not_given');

    const [paper] = await house.lending.parts.contracts.documentsOf(testUnit, loan.id);
    const shown = [{ id: paper?.id ?? '', sha256: paper?.base.sha256 ?? '' }];
    const sign = () =>
      house.signing.ask({ tenant, caseId: loan.id, shown, enrolment: 'ab'.repeat(32) });
    for (const kind of ['evidence-deposit', 'esign-agreement']) {
      await house.withdraw(loan, kind);
      expect(await codeOf(sign()), kind).toBe('consent.withdrawn');
      await house.decide(loan.id, kind, true);
    }
    expect(await codeOf(sign())).toBe('contract.reading_unfinished');

    await house.decide(loan.id, 'credit-reporting', true);
    await house.withdraw(loan, 'automated-decision');
    expect((await house.assess(loan)).state).toBe('in_review');

    await house.withdraw(loan, 'bank-account');
    await house.lending.place(loan, 'note_confirmed');
    const pay = { tenant, caseId: loan.id, password: '246810' };
    expect(await codeOf(house.lending.disbursement.authorise(pay))).toBe('consent.withdrawn');

    await house.decide(loan.id, 'marketing', true);
    await house.withdraw(loan, 'marketing');
    expect(await consents.allows(testUnit, { caseId: loan.id, kind: 'marketing' })).toBe(false);
  });

  test('查询第三方数据的同意在提交之前撤回，就不再查询', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    for (const kind of house.lending.file.productOf(loan).consentsToApply) {
      await house.decide(loan.id, kind, true);
    }
    await house.withdraw(loan, 'third-party-sources');
    expect(await codeOf(house.submit(loan.id))).toBe('consent.withdrawn');
    expect(house.types(loan.id)).not.toContain('identity.checked');
  });

  test('L-PI-05 向合作方提供须逐一指明接收方：对甲的同意不是对乙的，也不能笼统同意', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    const { consents } = house.lending.parts;
    const kind = 'named-partners';
    expect(await codeOf(house.decide(loan.id, kind, true))).toBe('consent.recipient_missing');
    expect(await codeOf(house.decide(loan.id, kind, { to: 'partner-z' }))).toBe(
      'consent.recipient_unknown',
    );
    expect((await consents.shown(tenant, kind, 'partner-a')).text).toContain(
      '接收方：示例担保公司（联系方式：000-0000-0002）',
    );
    await house.decide(loan.id, kind, { to: 'partner-a' });
    const to = (recipient?: string) =>
      consents.allows(testUnit, { caseId: loan.id, kind, recipient });
    expect([await to('partner-a'), await to()]).toEqual([true, false]);
    await house.withdraw(loan, kind, 'partner-a');
    expect(await to('partner-a')).toBe(false);
  });

  test('S0-40 个人信息授权：逐项写明谁处理、为什么、怎样、哪些、保存多久；敏感的各自一屏、各自决定，随时撤回', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    const { consents } = house.lending.parts;
    const { asks } = house.lending.file.productOf(loan).minimisation;
    const stages = [...new Set(asks.map(({ stage }) => stage))];
    const screens = await Promise.all(
      stages.map((stage) => consents.screens(testUnit, { caseId: loan.id, asks, stage })),
    );
    const shown = screens.flat();
    expect(shown.flat().filter(({ sensitive }) => sensitive).length).toBeGreaterThan(4);
    for (const screen of shown) {
      if (screen.some(({ sensitive }) => sensitive)) expect(screen).toHaveLength(1);
      for (const { text, kind } of screen) {
        for (const part of ['个人信息处理者', '处理目的', '处理方式', '信息种类', '保存期限']) {
          expect(text, kind).toMatch(new RegExp(`^${part}：\\S`, 'm'));
        }
      }
    }
    // A kind may be needed at two stages; it is decided once.
    const kinds = [...new Set(shown.flat().map(({ kind }) => kind))];
    for (const kind of kinds) await house.decide(loan.id, kind, true);
    const decided = house.types(loan.id).filter((type) => type === 'consent.signed');
    // Beside the agreement, which came first: one act and one entry for each.
    expect(decided).toHaveLength(kinds.length + 1);
    for (const kind of kinds) {
      await house.withdraw(loan, kind);
      expect(await consents.allows(testUnit, { caseId: loan.id, kind }), kind).toBe(false);
    }
  });

  test('S0-41 数据共享授权：写明接收方、联系方式、目的、方式、种类，单独同意；接收方变了，同意就不再算数', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    const { consents } = house.lending.parts;
    const bound = { kind: 'named-partners', recipient: 'partner-a' };
    const asked = {
      caseId: loan.id,
      asks: [{ kind: bound.kind, stage: 'sharing' }],
      stage: 'sharing',
      recipients: [bound.recipient],
    };
    const [screen = []] = await consents.screens(testUnit, asked);
    expect(screen).toHaveLength(1);
    for (const part of ['接收方', '处理目的', '处理方式', '信息种类']) {
      expect(screen[0]?.text).toMatch(new RegExp(`^${part}：\\S`, 'm'));
    }
    expect(screen[0]?.text).toContain('示例担保公司（联系方式：000-0000-0002）');
    await house.decide(loan.id, bound.kind, { to: bound.recipient });
    const holds = () => consents.allows(testUnit, { caseId: loan.id, ...bound });
    expect([await holds(), (await consents.screens(testUnit, asked)).length]).toEqual([true, 0]);
    const other = { name: '另一家示例公司', contact: '000-0000-0002' };
    const changed = vi.spyOn(demoParties, 'recipientOf').mockResolvedValue(other);
    expect([await holds(), (await consents.screens(testUnit, asked)).length]).toEqual([false, 1]);
    changed.mockRestore();
    expect(await holds()).toBe(true);
  });

  test('文本换了版本，旧的同意不再算数，须重新征求', async () => {
    const house = await PrivacyHouse.open();
    const loan = await house.begin();
    await house.decide(loan.id, 'bank-account', true);
    const { consents } = house.lending.parts;
    const held = await consents.decisionsOf(testUnit, loan.id);
    const old = held.find(({ kind }) => kind === 'bank-account');
    if (old === undefined) throw new Error('decided above');
    await house.lending.consentRows.put(testUnit, { ...old, version: '1' });
    const needed = consents.requireAccepted(testUnit, loan.id, ['bank-account']);
    expect(await codeOf(needed)).toBe('consent.outdated');
    const { asks } = house.lending.file.productOf(loan).minimisation;
    const order = { caseId: loan.id, asks, stage: 'application' };
    const screens = await consents.screens(testUnit, order);
    expect(screens.flat().map(({ kind }) => kind)).toContain('bank-account');
  });

  test('L-PI-08 未满十四周岁的，登记时即拒绝，须监护人到场', async () => {
    const house = await PrivacyHouse.open();
    const child = { ...applicant, idNumber: '990101201301010029' };
    const loan = await house.begin();
    for (const kind of house.lending.file.productOf(loan).consentsToApply) {
      await house.decide(loan.id, kind, true);
    }
    expect(await codeOf(house.submit(loan.id, child))).toBe('consent.guardian_needed');
  });
});

describe('最小必要', () => {
  test('S4-02 清单以外的字段不收；允许而没有给的记为“未收集”，不是空白也不是不详', async () => {
    const house = await PrivacyHouse.open();
    const over = { ...applicant, religion: 'x' };
    expect(await codeOf(house.apply([], over))).toBe('lending.field_not_collected');
    const loan = await house.apply();
    const never = ['faceImage', 'location', 'deviceFingerprint', 'emergencyContact'];
    const absent = [...never, 'handwriting'];
    expect(await house.facts('application.received')).toMatchObject({ notCollected: absent });
    const { fields } = await house.report.of(testUnit, loan.id);
    const missing = fields.filter(({ status }) => status === 'not collected');
    expect(missing.map(({ field }) => field)).toEqual(absent);
    expect(missing.map(({ value }) => value)).toEqual(absent.map(() => null));
  });
});
