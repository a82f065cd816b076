/**
 * 证据平台自身：节点与缺口、时间先后、来源强弱、一案一密钥、保全与到期。
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import { Traces } from '#business/archive';
import type { Deposit } from '#business/deposit';
import { parseDisclosure } from '#formats/disclosure';
import { attest, parseEntry, sourceMessage } from '#formats/entry';
import { Admission, isPreservationNumber } from '#trust/evidence';
import { bank, DepositHouse, source, unit } from './deposit-house.ts';

const person = { name: '王样例', idNumber: '990101199003070111', phone: '00000000001' };
const catalogued = (name: string): Json =>
  JSON.parse(readFileSync(`catalog/deposits/${name}.json`, 'utf8')) as Json;
const grant = {
  姓名: person.name,
  身份证号: person.idNumber,
  手机号: person.phone,
  芝麻授信验短时间: '2018-03-12 00:07:26',
  运营商授信验短时间: '2018-03-11 23:48:02',
  授信额度: '20000.00',
  授信额度时间: '2018-03-12 00:09:12',
  征信查询授权时间: '2018-03-11 23:53:34.0',
  授信状态: '通过',
  婚姻状况: '未婚',
  学历: '本科',
  现居住状况: '租房',
  居住地区: '示例省示例市',
  详细地址: '示例路 1 号',
  紧急联系人: '李样例',
  紧急联系人电话: '00000000002',
  与本人关系: '朋友',
  单位名称: '示例公司',
  单位电话: '',
  单位地区: '示例省示例市',
  单位详细地址: '示例路 2 号',
  所属行业: '未知',
  '职位/级别': '职员',
  设备指纹: '0123456789abcdef0123456789abcdef',
  GPS: '31.230416,121.473701',
  产品编码: 'DEMO-01',
};
const note = {
  姓名: person.name,
  身份证号: person.idNumber,
  手机号: person.phone,
  借款银行: '示例银行',
  借款银行卡号: '9900010000000000018',
  借款最高额度: '20000.00',
  借款金额: '5000.00',
  还款期数: '12期',
  还款账号: '9900010000000000018',
  借款用途: '日常消费',
  年利率: '23.4%',
  还款方式: '等额本息',
  每期还款金额: '471.35',
  固定还款日: '01',
  首次还款日: '2018-04-01',
  点击借据确认时间: '2018-03-12 05:19:33',
  支付密码验证成功时间: '2018-03-12 05:19:33.0',
  贷款发放人: '示例银行',
  放款时间: '2018-03-12 05:19:38',
  借据号: 'JJ-0001',
  设备指纹: '0123456789abcdef0123456789abcdef',
  GPS: '31.230416,121.473701',
};

let house: DepositHouse;

beforeEach(async () => {
  house = await DepositHouse.open();
  for (const name of ['credit-grant', 'loan-note', 'personal-loan']) {
    await house.define(catalogued(name));
  }
});
afterEach(() => house.close());

const loan = (own = 'loan-1') => house.opened(own, { scenario: 'personal-loan' });
const codeOf = (action: Promise<unknown>) => action.then(() => 'nothing was refused', faultCode);

async function complete(deposit: Deposit): Promise<void> {
  await house.submit(deposit, 'grant', { schema: 'credit-grant', fields: grant });
  for (const slot of ['pi-authorisation', 'credit-authorisation', 'contract']) {
    await house.file(deposit, slot, { text: `${slot}\n`, slot });
  }
  await house.submit(deposit, 'note', { schema: 'loan-note', fields: note });
}

describe('场景', () => {
  test('S2-18 场景写明节点和每个节点抽取的字段；缺一个节点、缺一个字段，都标出缺口', async () => {
    const deposit = await loan();
    const empty = await house.state(deposit);
    const nodes = ['授信', '个人信息使用和第三方机构数据查询授权书', '个人征信查询授权书'];
    expect(empty.missing).toEqual([...nodes, '借款合同', '借据与放款']);
    const fields = { ...grant, 授信状态: '' };
    const receipt = await house.submit(deposit, 'grant', { schema: 'credit-grant', fields });
    expect(receipt?.flags).toEqual(['gap:授信状态']);
    const state = await house.state(deposit);
    expect(state.missing).not.toContain('授信');
    expect(state.flags).toEqual([{ seq: 1, flag: 'gap:授信状态' }]);
    const { fields: _fields, ...rest } = {
      $id: 'wrong',
      title: '写错的场景',
      type: 'scenario',
      nodes: [
        { slot: 'paper', title: '授信', kind: 'record', schema: 'credit-grant', fields: ['没有'] },
      ],
      fields: [],
    };
    await house.define(rest);
    expect(await codeOf(house.opened('x', { scenario: 'wrong' }))).toBe(
      'deposit.definition_malformed',
    );
  });

  test('S2-57 授权≤查询≤授信≤借据≤密码≤放款：跨记录核对，相等不算，先后颠倒即标出', async () => {
    const right = await loan('right');
    await complete(right);
    expect((await house.state(right)).flags).toEqual([]);
    const wrong = await loan('wrong');
    await house.submit(wrong, 'note', { schema: 'loan-note', fields: note });
    const late = { ...grant, 授信额度时间: '2018-03-12 05:19:36' };
    await house.submit(wrong, 'grant', { schema: 'credit-grant', fields: late });
    // The grant, which is of another record, is later than note and password, not than the money.
    expect((await house.state(wrong)).flags).toEqual([
      { seq: 1, flag: 'order:grant#2>note#1' },
      { seq: 1, flag: 'order:grant#2>password#1' },
    ]);
  });
});

describe('来源', () => {
  test('S2-07 自证、他证、鉴定、公证各有强度与成本；加入更强的来源，证据链得分上升', async () => {
    const deposit = await loan();
    await complete(deposit);
    const scores = [(await house.state(deposit)).sources.score];
    for (const [by, kind, members] of [
      ['core-banking', 'payment.settled', { order: 'o-1', result: 'paid' }],
      ['forensic', 'forensic.opinion', { opinion: '鉴-1', result: 'consistent' }],
      ['notary', 'notary.deed', { deed: '证-1', result: 'notarised' }],
    ] as const) {
      await stated(deposit, { by, kind, members });
      scores.push((await house.state(deposit)).sources.score);
    }
    const [self = 0, third = 0, forensic = 0, notarised = 0] = scores;
    expect(self).toBe(33);
    expect(third).toBeGreaterThan(self);
    // As strong as another institution's word, only dearer.
    expect(forensic).toBe(third);
    expect(notarised).toBeGreaterThan(third);
    const { classes } = (await house.state(deposit)).sources;
    expect(classes).toEqual([
      { is: 'self', strength: 1, cost: 'low', entries: 6 },
      { is: 'third-party', strength: 2, cost: 'medium', entries: 1 },
      { is: 'forensic', strength: 2, cost: 'high', entries: 1 },
      { is: 'notarised', strength: 3, cost: 'low', entries: 1 },
    ]);
    const types = house.log.rows.filter(({ caseId }) => caseId === deposit.id);
    expect(types.slice(-3).map(({ bytes }) => parseEntry(bytes).type)).toEqual([
      'statement.received',
      'opinion.received',
      'opinion.received',
    ]);
  });

  /** A party outside vouches, under its own key, for the note that it saw. */
  async function stated(
    deposit: Deposit,
    said: { readonly by: string; readonly kind: string; readonly members: object },
  ) {
    const signer = softSigner(generateSoftKey('ed25519'));
    const admission = new Admission({
      evidence: house.evidence,
      store: house.log,
      caseOfTag: async () => deposit.id,
      keyOf: async () => ({ algorithm: 'ed25519', publicKey: signer.publicKey }),
      engine: nodeEngine,
      clock: { now: () => house.world.clock.instant, source: 'TEST_CLOCK' },
    });
    const seen = house.log.rows.filter(({ caseId }) => caseId === deposit.id)[5];
    if (seen === undefined) throw new Error('no note');
    const statement = {
      v: 1,
      kind: said.kind,
      id: `${said.by}-1`,
      case: parseEntry(seen.bytes).caseTag,
      seen: seen.hash,
      at: '2026-11-23T09:00:00.000+08:00',
      clock: 'OWN',
      ...said.members,
    };
    await admission.admit(await attest(statement, said.by, signer))(unit);
  }
});

describe('加密与保存', () => {
  test('S2-22 每一案卷自有数据密钥，以机构密钥包裹；库中没有一个字可读，毁一把只失一案', async () => {
    const [one, other] = [await loan('one'), await loan('two')];
    const named = await house.opened('three', {
      title: `${person.name}的存证`,
      slots: [{ slot: 'paper', title: `${person.name}的欠条`, kind: 'file' }],
    });
    for (const deposit of [one, other]) await complete(deposit);
    const { subjects } = house.world.rows;
    const keys = [one, other, named].map(({ subject }) => subjects.get(`${bank}\n${subject}`)?.key);
    const wrapped = keys.map((key) => toHex(key?.wrapped ?? new Uint8Array()));
    expect(new Set(wrapped).size).toBe(3);
    expect(new Set(keys.map((key) => key?.epoch)).size).toBe(1);
    const kept = [
      ...house.log.rows.flatMap(({ bytes, sealed }) => [bytes, sealed ?? utf8('')]),
      ...[...house.rows.rows.values()].map(({ sealed }) => sealed),
      ...house.objects.held.values(),
    ].map(fromBytes);
    for (const word of [...Object.values(person), '示例路 1 号', 'contract\n', '的欠条']) {
      expect(
        kept.filter((text) => text.includes(word)),
        word,
      ).toEqual([]);
    }
    const vault = house.world.vault();
    await house.world.run(bank, (own) => vault.erase(own, one.subject));
    const gone = house.world.run(bank, (own) =>
      house.desk.find(own, { id: one.id, client: undefined }),
    );
    expect(await codeOf(gone)).toBe('vault.erased');
    expect((await house.state(other)).percent).toBe(100);
    const row = house.rows.rows.get(other.id);
    if (row === undefined) throw new Error('no row');
    const stranger = { tenant: 'test-other' as TenantId };
    const place = { subject: other.subject, field: `deposit:${other.id}` };
    expect(await codeOf(vault.open(stranger, place, row.sealed))).toBe('vault.cipher_refused');
  });

  test('清单里的自拟名目不能从日志猜出：同名两案的摘要不同', async () => {
    const slots = [{ slot: 'paper', title: `${person.name}的欠条`, kind: 'file' }];
    await house.opened('one', { slots });
    await house.opened('two', { slots });
    await house.opened('one', { slots });
    const listed = house.log.rows
      .map(({ bytes }) => parseEntry(bytes))
      .filter(({ type }) => type === 'deposit.opened')
      .flatMap(({ of }) => of.map(({ sha256 }) => sha256));
    expect(new Set(listed).size).toBe(2);
  });

  test('S2-21 S4-11 保存期自闭合起算；法律保全期间不销毁，由他人解除；到期只毁密钥，链仍完整', async () => {
    const [held, refused] = [await loan('held'), await loan('refused')];
    await complete(held);
    await house.closing.close(source, { id: held.id, outcome: 'concluded', leavingOut: [] })(unit);
    for (const slot of ['contract', 'loan-note', 'credit-grant']) {
      await house.slots.explain(source, { deposit: refused.id, slot, reason: '申请被拒绝' })(unit);
    }
    for (const slot of ['pi-authorisation', 'credit-authorisation']) {
      await house.file(refused, slot, { text: slot, slot });
    }
    const closed = house.closing.close(source, {
      id: refused.id,
      outcome: 'refused',
      leavingOut: [],
    })(unit);
    // S2-53: what was refused has a shorter term of its own.
    expect((await closed).keepUntil).toBe('2027-05-23');
    const search = async (filter: { standing?: 'held' | 'erased' | 'closed'; schema?: string }) => {
      const page = { filter: { client: undefined, ...filter }, before: undefined, countMax: 9 };
      return (await house.desk.page(unit, page)).map(({ own }) => own);
    };
    expect(await search({ schema: 'loan-note' })).toEqual(['held']);
    const order = {
      authority: 'court',
      reference: '（2026）示例民初 1 号',
      reason: '争议案件',
    } as const;
    const hold = await house.keeping.place({ ...order, deposit: held.id, by: 'staff:1' })(unit);
    expect(await search({ standing: 'held' })).toEqual(['held']);

    house.world.clock.instant = parseInstant('2027-05-23T23:59:59.000+08:00');
    expect(await house.keeping.expire(bank)).toEqual({ erased: 0 });
    house.world.clock.instant = parseInstant('2027-05-24T00:00:00.000+08:00');
    expect(await house.keeping.expire(bank)).toEqual({ erased: 1 });
    expect(await search({ standing: 'erased' })).toEqual(['refused']);
    house.world.clock.instant = parseInstant('2036-11-24T00:00:00.000+08:00');
    expect(await house.keeping.expire(bank)).toEqual({ erased: 0 });
    const lift = (by: string) => house.keeping.lift({ id: hold.id, reason: '案件已结', by })(unit);
    expect(await codeOf(lift('staff:1'))).toBe('deposit.hold_own');
    await lift('staff:2');
    expect(await house.keeping.expire(bank)).toEqual({ erased: 1 });
    const opened = await house.cases.openings({ tenant: bank }, held.id);
    expect(opened.map(({ disclosures }) => disclosures)).toEqual(opened.map(() => undefined));
    expect(opened.slice(-4).map(({ type }) => type)).toEqual([
      'case.closed',
      'hold.placed',
      'hold.lifted',
      'erased',
    ]);
    expect(isPreservationNumber(held.preservationNumber)).toBe(true);
  });
});

describe('服务', () => {
  test('S0-06 何地、何设备从采集的字段读出，没有采集的写明没有；顺序即链上顺序', async () => {
    const deposit = await loan();
    await complete(deposit);
    const { cases, evidence, world } = house;
    const environments = { find: async () => undefined };
    const traces = new Traces({ cases, evidence, environments, units: world, engine: nodeEngine });
    const { steps } = await traces.read(bank, [deposit.id]);
    expect(steps.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(steps[1]).toMatchObject({
      who: { source: 'self' },
      where: { lat: '31.230416', lng: '121.473701', datum: 'unknown' },
      device: { algorithm: 'unknown' },
      version: { entry: 2, program: null },
      proof: null,
    });
    expect(steps.map(({ where }) => where !== null)).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  test('S4-10 S4-14 证据的生成与采集：记录（由来源签名）、文件、快照逐件入链，得到回执', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    house.sourceKey = { algorithm: 'ecdsa-p256-sha256', publicKey: spki };
    const deposit = await loan();
    const record = { deposit: 'loan-1', item: 'grant', schema: 'credit-grant@1', fields: grant };
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const value = sign('sha256', sourceMessage(record), options).toString('base64');
    const order = { deposit: deposit.id, own: 'grant', schema: 'credit-grant', fields: grant };
    const send = (signature: string) =>
      house.records.submit(source, [{ ...order, signature: { key: 'k', value: signature } }])(unit);
    expect(await codeOf(send(`${value.slice(0, -8)}AAAAAAA=`))).toBe('deposit.signature_wrong');
    const [receipt] = await send(value);
    const snapshot = { text: '页面快照', slot: 'contract' };
    const file = await house.file(deposit, 'page', snapshot);
    expect([receipt?.seq, file.seq]).toEqual([1, 2]);
    const held = house.log.rows.filter(({ caseId }) => caseId === deposit.id);
    expect(held.map(({ hash }) => hash).slice(1)).toEqual([receipt?.hash, file.hash]);
    // Sent again it is the same evidence, and changed it is none.
    expect(await send(value)).toEqual([receipt]);
    const changed = { ...order, fields: { ...grant, 学历: '硕士' } };
    expect(await codeOf(house.records.submit(source, [changed])(unit))).toBe('deposit.name_taken');
  });

  test('S4-15 证据固化：SHA-256 与 SM3 双摘要、带时刻、入链、原件只写一次', async () => {
    const deposit = await loan();
    await house.file(deposit, 'page', { text: '合同正文', slot: 'contract' });
    const opened = (await house.cases.openings(unit, deposit.id)).at(-1);
    const entry = parseEntry(opened?.bytes ?? new Uint8Array());
    expect(entry).toMatchObject({ type: 'deposit.file', clock: 'TEST_CLOCK' });
    expect(entry.at).toBe(house.world.clock.instant);
    const facts = new Map<string, Json>();
    for (const encoded of opened?.disclosures ?? []) {
      const { name, value } = await parseDisclosure(encoded, nodeEngine);
      facts.set(name, value);
    }
    for (const hash of ['sha256', 'sm3'] as const) {
      expect(facts.get(hash)).toBe(toHex(await nodeEngine.digest(hash, utf8('合同正文'))));
    }
    // The entry commits to them under salts, so that nobody guesses a one-line file from the log.
    expect(entry.sd.length).toBe(facts.size);
    const before = [...house.objects.held];
    await house.file(deposit, 'page', { text: '合同正文', slot: 'contract' });
    expect([...house.objects.held]).toEqual(before);
    const other = house.file(deposit, 'page', { text: '改过的正文', slot: 'contract' });
    expect(await codeOf(other)).toBe('deposit.name_taken');
  });
});

function fromBytes(bytes: Uint8Array): string {
  return `${Buffer.from(bytes).toString('utf8')} ${fromUtf8(utf8(toHex(bytes)))}`;
}
