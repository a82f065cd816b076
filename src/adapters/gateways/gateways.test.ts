/** The gateways over real sockets and files: what they attest, what they refuse, what lasts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import { call, type Handler, type Listening, listen } from '#adapters/wire';
import { fromUtf8, toBase64Url, utf8 } from '#base/bytes';
import { type Clock, type Instant, instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { fen } from '#base/money';
import { seededRandom } from '#base/random';
import { disclose } from '#formats/disclosure';

import {
  BureauGateway,
  bureauSimulator,
  CoreBankingGateway,
  coreBankingSimulator,
  type GatewayCall,
  IdentityGateway,
  identitySimulator,
  listDisbursements,
  readHandset,
  refusedByBureau,
  refusedByCoreBanking,
  refusedByIdentity,
  refusedBySms,
  SmsGateway,
  simSecretOf,
  smsSimulator,
  syntheticBorrower,
  syntheticPaymentPassword,
} from './index.ts';

const engine = nodeEngine;
const minuteMs = 60_000;
const simMaster = utf8('a master secret of the gateway');
const salt = (n: number): string => toBase64Url(new Uint8Array(16).fill(n));
const digest = `${'A'.repeat(43)}=`;

let folder = '';
let now = 0;
let opened: Listening[] = [];
const clock: Clock = { now: (): Instant => instantFromMs(now), source: 'LOCAL_CLOCK' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-gateways-'));
  now = Date.UTC(2026, 10, 21, 2);
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((listening) => listening.close()));
  await rm(folder, { recursive: true, force: true });
});

async function open(handler: Handler): Promise<GatewayCall> {
  const listening = await listen(join(folder, `${opened.length}.sock`), handler);
  opened.push(listening);
  return (question) => call(listening.socketPath, question);
}

const key = generateSoftKey('ed25519');
const parts = () => ({
  signer: softSigner(key),
  engine,
  register: new FolderObjects(join(folder, 'register')),
  clock,
});
const publicKey = softSigner(key).publicKey;

const trusting = { key: publicKey, engine, simulatorsAllowed: true };

async function codeOf(action: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await action();
    return 'nothing was refused';
  } catch (thrown) {
    return faultCode(thrown) ?? String(thrown);
  }
}

const other = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('短信网关', () => {
  const random = seededRandom(7);
  const start = () => open(smsSimulator({ ...parts(), random, simMaster }));
  const asked = {
    intent: 'intent-1',
    phone: syntheticBorrower.phone,
    salt: salt(1),
    documents: [digest],
    enrolment: digest.replace(/^./, 'Z'),
  };
  const handset = { phone: asked.phone, simSecret: simSecretOf(simMaster, asked.phone) };

  async function codeOn(sms: GatewayCall): Promise<string> {
    const [message] = await readHandset(sms, handset);
    return /验证码 (\d{6})/.exec(message?.text ?? '')?.[1] ?? 'no code';
  }

  test('验证码只在手机上可见；输入后网关以自己的密钥证明手机号承诺与文件摘要', async () => {
    const sms = await start();
    const gateway = new SmsGateway({ call: sms, ...trusting });
    await gateway.sendCode(asked);
    await gateway.sendCode(asked);
    expect(await readHandset(sms, handset)).toHaveLength(1);
    const [message] = await readHandset(sms, handset);
    expect(message?.text).toContain(`签署密钥 ${asked.enrolment.slice(0, 8)}…`);
    const stranger = { phone: asked.phone, simSecret: simSecretOf(simMaster, '00000000002') };
    expect(await codeOf(() => readHandset(sms, stranger))).toBe('sms.sim_wrong');

    const attestation = await gateway.confirm('intent-1', await codeOn(sms));
    const disclosure = { salt: new Uint8Array(16).fill(1), name: 'phone', value: asked.phone };
    expect(attestation.statement).toMatchObject({
      kind: 'sms.intent',
      intent: 'intent-1',
      phone: (await disclose(disclosure, engine)).sha256,
      documents: [digest],
      enrolment: asked.enrolment,
      simulator: true,
    });
    expect(JSON.stringify(attestation)).not.toContain(asked.phone);
  });

  test('网关重启后再次确认，得到同一份证明；网关被换钥，客户端拒绝', async () => {
    const before = await start();
    const gateway = new SmsGateway({ call: before, ...trusting });
    await gateway.sendCode(asked);
    const code = await codeOn(before);
    const first = await gateway.confirm('intent-1', code);
    now += 10 * minuteMs;
    const after = await start();
    const again = await new SmsGateway({ call: after, ...trusting }).confirm('intent-1', code);
    expect(again).toEqual(first);
    const foreign = softSigner(generateSoftKey('ed25519')).publicKey;
    const deceived = new SmsGateway({ call: after, ...trusting, key: foreign });
    expect(await codeOf(() => deceived.confirm('intent-1', code))).toBe(
      'gateways.attestation_wrong',
    );
  });

  test('五次输错之后，正确的验证码也不再有效，同时到达的也算', async () => {
    const sms = await start();
    const gateway = new SmsGateway({ call: sms, ...trusting });
    await gateway.sendCode(asked);
    const code = await codeOn(sms);
    const guesses = Array.from({ length: 8 }, () =>
      codeOf(() => gateway.confirm('intent-1', other(code))),
    );
    const refusals = await Promise.all(guesses);
    expect(refusals.filter((refusal) => refusal === 'sms.code_wrong')).toHaveLength(5);
    expect(await codeOf(() => gateway.confirm('intent-1', code))).toBe('sms.tries_spent');
  });

  test('五分钟后过期；同一意向不能换文件；未开通的号码与陌生意向被拒', async () => {
    const sms = await start();
    const gateway = new SmsGateway({ call: sms, ...trusting });
    await gateway.sendCode(asked);
    const code = await codeOn(sms);
    const changed = { ...asked, documents: [`${'B'.repeat(43)}=`] };
    expect(await codeOf(() => gateway.sendCode(changed))).toBe('sms.intent_differs');
    const rekeyed = { ...asked, enrolment: digest };
    expect(await codeOf(() => gateway.sendCode(rekeyed))).toBe('sms.intent_differs');
    const dead = { ...asked, intent: 'intent-2', phone: refusedBySms.phone };
    expect(await codeOf(() => gateway.sendCode(dead))).toBe('sms.number_out_of_service');
    expect(await codeOf(() => gateway.confirm('intent-9', code))).toBe('sms.intent_unknown');
    now += 5 * minuteMs + 1;
    expect(await codeOf(() => gateway.confirm('intent-1', code))).toBe('sms.code_expired');
  });
});

describe('四要素核验', () => {
  const salts = { name: salt(1), idNumber: salt(2), card: salt(3), phone: salt(4) };
  const question = { request: 'check-1', person: { ...syntheticBorrower }, salts };

  test('相符与不相符都有签名的答复；同一请求号只对应一个问题', async () => {
    const wire = await open(identitySimulator(parts()));
    const gateway = new IdentityGateway({ call: wire, ...trusting });
    const first = await gateway.check(question);
    expect(first.result).toBe('match');
    expect(JSON.stringify(first.attestation)).not.toContain(syntheticBorrower.idNumber);
    expect(await gateway.check(question)).toEqual(first);
    const changed = { ...question, person: { ...syntheticBorrower, name: '王样本' } };
    expect(await codeOf(() => gateway.check(changed))).toBe('identity.request_differs');
    const refused = { request: 'check-2', person: { ...refusedByIdentity }, salts };
    expect((await gateway.check(refused)).result).toBe('mismatch');
  });
});

describe('征信查询', () => {
  const salts = { name: salt(1), idNumber: salt(2), report: salt(5) };
  const { name, idNumber } = syntheticBorrower;
  const question = { request: 'q-1', authorisation: digest, name, idNumber, salts };

  test('答复承诺到报告；列名的合成人有逾期；没有授权书摘要不答', async () => {
    const wire = await open(bureauSimulator(parts()));
    const gateway = new BureauGateway({ call: wire, ...trusting });
    const good = await gateway.query(question);
    expect(good.report).toMatchObject({ known: true, defaults: 0, simulator: true });
    const disclosure = { salt: new Uint8Array(16).fill(5), name: 'report', value: good.reportText };
    expect(good.attestation.statement['commitments']).toMatchObject({
      report: (await disclose(disclosure, engine)).sha256,
    });
    const refused = { ...question, request: 'q-2', ...pick(refusedByBureau) };
    expect((await gateway.query(refused)).report.defaults).toBeGreaterThan(0);
    const bare = { ...question, request: 'q-3', authorisation: '' };
    expect(await codeOf(() => gateway.query(bare))).toBe('gateways.request_malformed');
  });
});

describe('核心系统', () => {
  const order = {
    order: 'order-1',
    contract: digest,
    amount: fen(500_000n),
    card: syntheticBorrower.card,
    salts: { card: salt(1), amountFen: salt(2) },
  };

  test('同一笔放款指令无论来几次、重启几次，只放一次', async () => {
    const before = new CoreBankingGateway({
      call: await open(coreBankingSimulator(parts())),
      ...trusting,
    });
    const receipts = await Promise.all([before.disburse(order), before.disburse(order)]);
    const wire = await open(coreBankingSimulator(parts()));
    const after = new CoreBankingGateway({ call: wire, ...trusting });
    const [first] = receipts;
    expect([...receipts, await after.disburse(order)]).toEqual([first, first, first]);
    expect(await listDisbursements(wire)).toEqual([
      { order: 'order-1', contract: digest, amountFen: '500000' },
    ]);
    const more = { ...order, amount: fen(500_001n) };
    expect(await codeOf(() => after.disburse(more))).toBe('core_banking.order_differs');
    const closed = { ...order, order: 'order-2', card: refusedByCoreBanking.card };
    expect(await codeOf(() => after.disburse(closed))).toBe('core_banking.account_closed');
  });

  test('支付密码错五次即锁；还款只能对已放款的指令', async () => {
    const wire = await open(coreBankingSimulator(parts()));
    const bank = new CoreBankingGateway({ call: wire, ...trusting });
    const ask = (password: string, of = 'order-1') =>
      bank.checkPassword({
        order: of,
        card: order.card,
        password,
        salts: { card: salt(1) },
      });
    expect((await ask(syntheticPaymentPassword)).accepted).toBe(true);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await ask('000000', 'order-2')).accepted).toBe(false);
    }
    expect(await codeOf(() => ask(syntheticPaymentPassword, 'order-2'))).toBe(
      'core_banking.password_locked',
    );
    const repayment = {
      order: 'repay-1',
      disbursement: 'order-1',
      number: 1,
      amount: fen(47_135n),
      paidOn: '2027-01-01',
      salts: { amountFen: salt(3), paidOn: salt(4) },
    };
    expect(await codeOf(() => bank.repay(repayment))).toBe('core_banking.order_unknown');
    await bank.disburse(order);
    expect((await bank.repay(repayment)).attestation.statement).toMatchObject({
      number: 1,
      simulator: true,
    });
  });
});

test('生产模式不接受任何模拟器的答复', async () => {
  const wire = await open(identitySimulator(parts()));
  const salts = { name: salt(1), idNumber: salt(2), card: salt(3), phone: salt(4) };
  const gateway = new IdentityGateway({ call: wire, ...trusting, simulatorsAllowed: false });
  const question = { request: 'check-1', person: { ...syntheticBorrower }, salts };
  expect(await codeOf(() => gateway.check(question))).toBe('gateways.simulator_refused');
});

test('途中被改动任何一处的答复，客户端一律拒绝', async () => {
  const wire = await open(identitySimulator(parts()));
  const salts = { name: salt(1), idNumber: salt(2), card: salt(3), phone: salt(4) };
  const question = { request: 'check-1', person: { ...refusedByIdentity }, salts };
  const through = (change: (text: string) => string) =>
    new IdentityGateway({
      call: async (asked) => {
        const answer = await wire(asked);
        return { ...answer, body: utf8(change(fromUtf8(answer.body))) };
      },
      ...trusting,
    });
  expect((await through((text) => text).check(question)).result).toBe('mismatch');
  const changes: readonly [(text: string) => string, string][] = [
    [(text) => text.replace('mismatch', 'match'), 'gateways.attestation_wrong'],
    [(text) => text.replace('"by":"identity"', '"by":"sms"'), 'gateways.attestation_wrong'],
    [(text) => text.replace('"sig":"', '"sig":"*'), 'entry.attestation_malformed'],
    [(text) => text.slice(1), 'gateways.answer_malformed'],
  ];
  for (const [change, code] of changes) {
    expect(await codeOf(() => through(change).check(question))).toBe(code);
  }
});

function pick(person: { name: string; idNumber: string }): { name: string; idNumber: string } {
  return { name: person.name, idNumber: person.idNumber };
}
