/**
 * What only a whole house can show, each by a test that stands alone on one finished loan.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { syntheticBorrower } from '#adapters/gateways';
import { textIn } from '#doors/phone';
import { manifestOf, openZip, writeZip } from '#formats/bundle';
import { type Entry, parseEntry } from '#formats/entry';
import { cosignerOf, parseCheckpoint } from '#formats/tlog';
import { verify } from '#trust/verify';
import { runPhone } from '../../src/main/phone-run.ts';
import { loanPlan } from '../../src/main/story.ts';
import { trustFiles, witnessKey } from '../../src/main/trust-folder.ts';
import { World } from '../world.ts';
import { Borrower } from './borrower.ts';
import { dataOf, fileOf } from './package-facts.ts';

const houseMsMax = 90_000;
/** Which events of the loan belong to which phase of it (S0-03). */
const phases = {
  acquisition: ['case.opened', 'consent.signed', 'application.received'],
  authentication: ['identity.checked', 'credit.queried', 'risk.decided'],
  signing: [
    'document.drafted',
    'reading.completed',
    'sheet.confirmed',
    'intent.confirmed',
    'certificate.issued',
    'seal.intended',
    'seal.done',
    'note.confirmed',
  ],
  performance: ['payment.authorised', 'disbursed'],
  'after-loan': ['repaid'],
} as const;

let world: World;
let phones: string;
let borrower: Borrower;

beforeAll(async () => {
  world = await World.open({ seed: 12 });
  phones = await mkdtemp(join(tmpdir(), 'fubie-phones-'));
  const folder = join(phones, 'loan');
  const end = await runPhone(world.house, { folder, plan: loanPlan(syntheticBorrower) });
  borrower = new Borrower(world, { ...syntheticBorrower, address: '' });
  borrower.hand.token = await readFile(join(folder, 'token'), 'utf8');
  borrower.application = end.application;
  borrower.caseId = end.case;
}, houseMsMax);
afterAll(async () => {
  await world.close();
  await rm(phones, { recursive: true, force: true });
}, houseMsMax);

test('S0-50 一个请求即得到证据包：报告、文件、数据与证明都在，离线核验有效', async () => {
  const made = await borrower.hand.post('/v1/packages', { case: borrower.caseId });
  expect(made.status).toBe(201);
  const { bytes } = await borrower.hand.get(`/v1/packages/${textIn(made.body, 'package')}`);
  const names = openZip(bytes).files.map(({ name }) => name);
  const count = (pattern: RegExp) => names.filter((name) => pattern.test(name)).length;
  expect(count(/^report\.pdf$/)).toBe(1);
  expect(count(/^documents\/\d+-[a-z-]+\.pdf$/)).toBe(5);
  expect((await dataOf(bytes, 'loan-contract')).loan.plan).toHaveLength(12);
  expect(count(/^entries\//)).toBeGreaterThan(30);
  expect(count(/^proofs\//)).toBe(count(/^entries\//));
  expect(count(/^checkpoint\.txt$/)).toBe(1);
  const trust = await trustFiles(world.trust);
  const report = await verify({ name: 'package.zip', bytes, trust }, nodeEngine);
  expect(report).toMatchObject({ is: 'valid', evidence: { complete: true } });
});

test('S0-04 从获客到贷后的每件事都留下摘要，并由法院、公证、仲裁、同业与哨兵共同锚定', async () => {
  const early = await borrower.package();
  const { plan } = (await dataOf(early.zip, 'note')).loan;
  expect((await borrower.repay(1, plan[0]?.dueOn ?? '')).code).toBe('ok');
  const { zip } = await borrower.package();

  const timeline = await borrower.timeline();
  const types = new Set(timeline.map(({ type }) => type));
  for (const [phase, events] of Object.entries(phases)) {
    for (const event of events) expect(types.has(event), `${phase}: ${event}`).toBe(true);
  }
  expect(timeline.filter(({ level }) => level !== 'L2')).toEqual([]);
  const { note } = parseCheckpoint(new TextDecoder().decode(fileOf(zip, /^checkpoint/).bytes));
  const signed: string[] = [];
  for (const role of ['court', 'notary', 'arbitration', 'peer-bank', 'sentinel']) {
    const key = await witnessKey(world.trust, role, nodeEngine);
    for (const signature of note.signatures) {
      const cosigner = await cosignerOf(note.text, { key, signature, engine: nodeEngine });
      if (cosigner !== undefined) signed.push(role);
    }
  }
  expect(signed).toContain('sentinel');
  expect(signed.length).toBeGreaterThanOrEqual(4);
  const trust = await trustFiles(world.trust);
  expect((await verify({ name: 'p.zip', bytes: zip, trust }, nodeEngine)).is).toBe('valid');
});

test('S0-49 身份核验、文件生成、每一步签署、最终归档都是必有的存证点，缺一即不通过', async () => {
  const { zip } = await borrower.package();
  const files = openZip(zip).files.filter(({ name }) => name !== 'manifest.json');
  const judged = async (wanted: (entry: Entry) => boolean) => {
    const left = files.find(
      ({ name, bytes }) => name.startsWith('entries/') && wanted(parseEntry(bytes)),
    );
    const kept = files.filter((file) => file !== left);
    const caseId = parseEntry(fileOf(zip, /^entries\/0000/).bytes).caseTag;
    const manifest = await manifestOf({ caseId, files: kept }, nodeEngine);
    const bytes = writeZip([...kept, { name: 'manifest.json', bytes: manifest }]);
    return verify({ name: 'p.zip', bytes, trust: await trustFiles(world.trust) }, nodeEngine);
  };
  expect((await judged(() => false)).evidence).toMatchObject({ complete: true, missing: [] });
  const anchors = {
    'identity.checked': '身份核验',
    'document.drafted': '文件生成',
    'intent.confirmed': '签署意愿的验证',
    'certificate.issued': '事件型证书的签发',
    'seal.intended': '签名之前的意图',
    'seal.done': '签名与时间戳',
  };
  for (const [type, title] of Object.entries(anchors)) {
    const report = await judged((entry) => entry.type === type);
    expect(report.is, type).toBe('invalid');
    expect(report.evidence?.missing, type).toEqual([title]);
  }
  const open = await judged(({ type, seq }) => type === 'case.sealed' && seq === lastOf(files));
  expect(open.flaws.map(({ code }) => code)).toContain('case_not_sealed');
});

function lastOf(files: readonly { name: string }[]): number {
  return files.filter(({ name }) => name.startsWith('entries/')).length - 1;
}
