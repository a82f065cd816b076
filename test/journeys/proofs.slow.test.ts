/**
 * What only a whole house can show, each by a test that stands alone on one finished loan.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { syntheticBorrower } from '#adapters/gateways';
import { fromBase64, toBase64 } from '#base/bytes';
import { textIn } from '#doors/phone';
import { manifestOf, openZip, writeZip } from '#formats/bundle';
import { type Entry, parseEntry } from '#formats/entry';
import {
  consistencyFlaw,
  cosignerOf,
  hashLeaf,
  inclusionFlaw,
  parseCheckpoint,
  parseLogProof,
} from '#formats/tlog';
import { verify } from '#trust/verify';
import { trustFiles, witnessKey } from '../../src/main/estate/trust-folder.ts';
import { runPhone } from '../../src/main/house/phone-run.ts';
import { loanPlan } from '../../src/main/house/story.ts';
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

test('S2-11 S1-38 区块浏览：高度、前一区块、根、时间、见证签名都对得上，每条存证可证', async () => {
  const token = await world.operatorToken();
  const ask = async (path: string) => (await borrower.hand.get(path, { token })).body;
  const { blocks } = (await ask('/v1/log/blocks')) as unknown as { blocks: readonly ShownBlock[] };
  expect(blocks.length).toBeGreaterThan(5);
  for (const [at, block] of blocks.entries()) {
    const older = blocks[at + 1];
    expect(block.height).toBe((blocks[0]?.height ?? 0) - at);
    expect(parseCheckpoint(block.note).note.signatures.length).toBeGreaterThanOrEqual(4);
    expect(toBase64(parseCheckpoint(block.note).root)).toBe(block.root);
    if (older === undefined) continue;
    expect([block.from, block.previousRoot]).toEqual([older.size, older.root]);
  }
  const [newest] = blocks;
  const one = (await ask(`/v1/log/blocks/${newest?.size}`)) as unknown as ShownWhole;
  const proof = one.consistency.map((hash) => fromBase64(hash));
  const from = { size: one.block.from, root: fromBase64(one.block.previousRoot) };
  const to = { size: one.block.size, root: fromBase64(one.block.root) };
  expect(await consistencyFlaw({ from, to, proof }, nodeEngine)).toBeUndefined();
  expect(one.entries.map(({ index }) => index)).toEqual(
    Array.from({ length: one.block.size - one.block.from }, (_, at) => one.block.from + at),
  );
  const shown = (await ask('/v1/log/entries/3')) as { entry: string; proof: string };
  const { index, hashes, checkpoint } = parseLogProof(shown.proof);
  const leaf = await hashLeaf(fromBase64(shown.entry), nodeEngine);
  const { size, root } = parseCheckpoint(checkpoint);
  const claim = { leaf, index, size, root, proof: hashes };
  expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
  const altered = { ...claim, leaf: await hashLeaf(fromBase64('AAAA'), nodeEngine) };
  expect(await inclusionFlaw(altered, nodeEngine)).toBeDefined();
  expect((await borrower.hand.get('/v1/log/entries/999999', { token })).code).toBe(
    'evidence.entry_unknown',
  );
  expect((await borrower.hand.get('/v1/log/blocks')).code).toBe('access.not_yours');
});

test('S0-09 S1-29 转化漏斗与满意度按产品、渠道数出每一步；等谁、等了多久一目了然', async () => {
  const token = await world.operatorToken();
  const came = { product: 'rural-loan-demo', entrance: 'app' };
  expect((await borrower.hand.post('/v1/applications', came)).status).toBe(201);
  const rated = { score: 4, words: '字再大一点' };
  const rating = `/v1/cases/${borrower.caseId}/satisfaction`;
  expect((await borrower.hand.post(rating, rated)).status).toBe(200);
  const funnel = (await borrower.hand.get('/v1/desk/funnel', { token })).body;
  const products = funnel['products'] as unknown as readonly ShownFunnel[];
  const web = products.find(({ entrance }) => entrance === 'web');
  const { opened: first = 0, ...later } = web?.steps ?? {};
  expect(first).toBeGreaterThanOrEqual(1);
  for (const [step, count] of Object.entries(later)) expect(count, step).toBe(first);
  const app = products.find(({ entrance }) => entrance === 'app');
  expect(app?.steps).toMatchObject({ opened: 1, applied: 0, signed: 0 });
  expect(products.map(({ abandoned }) => abandoned)).toEqual([0, 0]);
  const said = (await borrower.hand.get('/v1/desk/satisfaction', { token })).body;
  expect(said['products']).toEqual([
    { product: 'rural-loan-demo', entrance: 'web', scores: [0, 0, 0, 1, 0] },
  ]);
  const { body } = await borrower.hand.get('/v1/desk/waiting', { token });
  expect(body['waiting']).toMatchObject([{ state: 'opened', waitsFor: 'person', cases: 1 }]);
});

test('柜台看得到每份文件由谁签了、谁联署到哪里、自己能做什么；看不到正文', async () => {
  const token = await world.operatorToken();
  const ask = async (path: string) => (await borrower.hand.get(path, { token })).body;
  const { documents } = (await ask(`/v1/cases/${borrower.caseId}/documents`)) as unknown as {
    documents: readonly ListedDocument[];
  };
  expect(documents.map(({ kind, signatures }) => [kind, signatures])).toEqual([
    ['pi-authorisation', [{ field: 'borrower', revision: 1 }]],
    ['credit-authorisation', [{ field: 'borrower', revision: 1 }]],
    ['cost-sheet', []],
    [
      'loan-contract',
      [
        { field: 'borrower', revision: 1 },
        { field: 'lender', revision: 2 },
      ],
    ],
    ['note', []],
  ]);
  const { signers, work } = (await ask('/v1/desk/glance')) as unknown as ShownGlance;
  const names = signers.filter(({ isLog }) => !isLog).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['sentinel', 'court', 'notary', 'peer-bank']));
  expect(signers.every(({ size }) => size > 30)).toBe(true);
  expect(work.every(({ kind }) => kind !== 'lender.seal')).toBe(true);
  const { permissions } = (await ask('/v1/desk/rules')) as unknown as { permissions: string[] };
  expect(permissions).toContain('package.build');
  expect(permissions).not.toContain('staff.manage');
  expect((await borrower.hand.get('/v1/desk/glance')).code).toBe('access.not_yours');
});

test('信任目录人人可取，够核验，且不说这里还有哪些机构', async () => {
  const { files } = (await borrower.hand.get('/v1/trust')).body as unknown as {
    files: Readonly<Record<string, string>>;
  };
  const { zip } = await borrower.package();
  const trust = new Map(Object.entries(files).map(([path, text]) => [path, fromBase64(text)]));
  expect((await verify({ name: 'p.zip', bytes: zip, trust }, nodeEngine)).is).toBe('valid');
  expect(Object.keys(files).filter((path) => path.startsWith('logs/'))).toHaveLength(1);
  const text = [...trust.values()].map((bytes) => new TextDecoder().decode(bytes)).join('');
  expect(text).toContain('demo-credit-cooperative');
  expect(text).not.toContain('demo-consumer-finance');
});

interface ListedDocument {
  readonly kind: string;
  readonly signatures: readonly { readonly field: string; readonly revision: number | null }[];
}

interface ShownGlance {
  readonly signers: readonly { readonly name: string; readonly isLog: boolean; size: number }[];
  readonly work: readonly { readonly kind: string }[];
}

interface ShownBlock {
  readonly height: number;
  readonly size: number;
  readonly from: number;
  readonly root: string;
  readonly previousRoot: string;
  readonly note: string;
}

interface ShownWhole {
  readonly block: ShownBlock;
  readonly entries: readonly { readonly index: number }[];
  readonly consistency: readonly string[];
}

interface ShownFunnel {
  readonly entrance: string | null;
  readonly steps: Readonly<Record<string, number>>;
  readonly abandoned: number;
}

function lastOf(files: readonly { name: string }[]): number {
  return files.filter(({ name }) => name.startsWith('entries/')).length - 1;
}

test('S0-02 交易没有了结，证据链不能闭合，缺什么列出什么；结清之后闭合，只有一次', async () => {
  const path = `/v1/cases/${borrower.caseId}/closure`;
  // A later login of the same person ends the session before it.
  const close = async () => borrower.hand.post(path, {}, { token: await world.operatorToken() });
  const open = await close();
  expect(open).toMatchObject({ status: 409, code: 'judicial.links_missing' });
  expect(JSON.stringify(open.body)).toContain('结清或者拒绝');
  const { plan } = (await dataOf((await borrower.package()).zip, 'note')).loan;
  const paid = (await borrower.timeline()).filter(({ type }) => type === 'repaid').length;
  for (const [at, { dueOn }] of plan.entries()) {
    if (at >= paid) expect((await borrower.repay(at + 1, dueOn)).code).toBe('ok');
  }
  // Asked for after the fact: from here on the chain is not whole without it, or without a reason.
  const staff = { token: await world.operatorToken() };
  const about = `/v1/cases/${borrower.caseId}`;
  const slot = { slot: 'deed', title: '公证书', kind: 'notary.deed' };
  expect((await borrower.hand.post(`${about}/slots`, slot, staff)).status).toBe(201);
  expect((await borrower.hand.post(`${about}/slots`, slot, staff)).code).toBe(
    'judicial.slot_taken',
  );
  const lacking = await borrower.hand.post(path, {}, staff);
  expect(lacking.code).toBe('judicial.links_missing');
  expect(JSON.stringify(lacking.body)).toContain('公证书');
  const reason = { slot: 'deed', reason: '双方同意不办理公证' };
  expect((await borrower.hand.post(`${about}/absences`, reason, staff)).status).toBe(201);
  const closed = await close();
  expect(closed.status).toBe(200);
  expect((await borrower.hand.post(`${about}/slots`, slot, staff)).code).toMatch(
    /^(?:judicial\.chain_closed|access\.)/,
  );
  expect((await close()).body).toEqual(closed.body);
  const { zip } = await borrower.package();
  const seal = parseEntry(
    openZip(zip).files.findLast(({ name }) => name.startsWith('entries'))?.bytes ?? zip,
  );
  expect(seal.type).toBe('case.closed');
  const trust = await trustFiles(world.trust);
  const judged = await verify({ name: 'package.zip', bytes: zip, trust }, nodeEngine);
  expect(judged.flaws).toEqual([]);
});
