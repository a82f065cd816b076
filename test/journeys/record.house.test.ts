/**
 * 一笔走完的借款：一个编号取得全部，一次查询得到全过程，债权登记在册，拒绝的也留存。
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { syntheticBorrower } from '#adapters/gateways';
import { toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { openZip } from '#formats/bundle';
import { type Entry, entryHash, parseEntry } from '#formats/entry';
import { hashLeaf, inclusionFlaw, parseCheckpoint, parseLogProof } from '#formats/tlog';
import { isPreservationNumber } from '#trust/evidence';
import { verify } from '#trust/verify';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { guestWith, standingLoan } from '../visit.ts';
import { DoorHand } from './door-hand.ts';
import { dataOf, fileOf } from './package-facts.ts';
import { well } from './walks.ts';

const world = guestWith(77);
const loan = standingLoan();
const purpose = { headers: { 'x-fubie-purpose': 'court' } };
let officer: DoorHand;
let contract: Printed;

beforeAll(async () => {
  officer = await DoorHand.of(world, 'loan-officer');
  contract = (await dataOf(loan.zip, 'loan-contract')) as unknown as Printed;
});

const entriesOf = (zip: Uint8Array): readonly { bytes: Uint8Array; entry: Entry }[] =>
  openZip(zip)
    .files.filter(({ name }) => name.startsWith('entries/'))
    .map(({ bytes }) => ({ bytes, entry: parseEntry(bytes) }));

async function traceBy(asked: Json): Promise<Trace> {
  return well(await officer.post('/v1/traces', asked, purpose)).body as unknown as Trace;
}

test('S0-06 由合同、当事人、一项风险决定查询，都得到有序的全过程：何人何事何时何地何设备何版本，附证明', async () => {
  const bytes = entriesOf(loan.zip);
  const byContract = await traceBy({ contract: contract.contractNumber });
  const [caseId = ''] = byContract.cases;
  expect(byContract.steps.map(({ seq }) => seq)).toEqual(byContract.steps.map((_, at) => at));
  expect(byContract.steps.length).toBeGreaterThanOrEqual(bytes.length);
  for (const [at, { bytes: entry, entry: read }] of bytes.entries()) {
    const step = byContract.steps[at];
    expect(step?.hash).toBe(await entryHash(entry, nodeEngine));
    expect(step).toMatchObject({
      who: { key: read.by, party: read.att?.by ?? null },
      what: { type: read.type },
      when: { clock: read.clock },
      version: { environment: read.env, program: { host: expect.any(String), v: 2 } },
      level: 'L2',
    });
    expect(Object.keys(step ?? {})).toEqual(expect.arrayContaining(['where', 'device']));
    const { index, hashes, checkpoint } = parseLogProof(step?.proof ?? '');
    const { size, root } = parseCheckpoint(checkpoint);
    const leaf = await hashLeaf(entry, nodeEngine);
    const claim = { leaf, index, size, root, proof: hashes };
    expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
  }
  expect(JSON.stringify(byContract)).not.toContain(syntheticBorrower.idNumber);
  expect(byContract.flags).toEqual([]);
  for (const asked of [
    { number: contract.preservationNumber },
    { entry: byContract.steps.find(({ what }) => what.type === 'risk.decided')?.hash ?? '' },
  ]) {
    expect((await traceBy(asked)).steps.map(({ hash }) => hash)).toEqual(
      byContract.steps.map(({ hash }) => hash),
    );
  }
  const party = { field: 'idNumber', text: syntheticBorrower.idNumber };
  expect((await traceBy({ party })).cases).toContain(caseId);
  const unknown = await officer.post('/v1/traces', { number: 'FB000000000000000000' }, purpose);
  expect(unknown.code).toBe('judicial.reference_unknown');
});

test('S2-19 一个保全号取得：保全号、主体、授信、合同与附件', async () => {
  const path = `/v1/preservations/${contract.preservationNumber}`;
  const dossier = well(await officer.get(path, purpose)).body as unknown as Dossier;
  expect(dossier.preservationNumber).toBe(contract.preservationNumber);
  expect(dossier.subject).toMatchObject({ name: expect.stringContaining('*') });
  expect(JSON.stringify(dossier)).not.toContain(syntheticBorrower.name);
  expect(dossier.grant).toMatchObject({ facts: { decision: 'approved', amount: '5,000.00' } });
  expect(dossier.contract).toMatchObject({ kind: 'loan-contract' });
  expect(dossier.attachments.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['pi-authorisation', 'credit-authorisation', 'cost-sheet', 'note']),
  );
  const sheet = dossier.attachments.find(({ kind }) => kind === 'cost-sheet');
  const { bytes } = fileOf(loan.zip, /^documents\/\d+-cost-sheet\.pdf$/);
  expect(sheet?.sha256).toBe(toHex(await nodeEngine.digest('sha256', bytes)));
  expect(dossier.chain.entries).toBeGreaterThanOrEqual(entriesOf(loan.zip).length);
  const other = await officer.get('/v1/preservations/FB000000000000000000', purpose);
  expect(other.code).toBe('judicial.reference_unknown');
});

test('S2-20 保全号全局唯一、带校验码，印在合同附件上；扫码所得的链接查得到这一案，换一个字就查不到', async () => {
  const { preservationNumber, preservationLink } = contract;
  expect(isPreservationNumber(preservationNumber)).toBe(true);
  const last = Number(preservationNumber.at(-1));
  for (let other = 0; other < 10; other += 1) {
    const written = `${preservationNumber.slice(0, -1)}${other}`;
    expect(isPreservationNumber(written), written).toBe(other === last);
  }
  const [page, fragment = ''] = preservationLink.split('#');
  expect(page).toMatch(/^http:\/\/demo-credit-cooperative\.localhost(:\d+)?\/verify$/);
  const [number = '', secret = ''] = fragment.split('.');
  expect(number).toBe(preservationNumber);
  const anyone = new DoorHand(world);
  const found = well(await anyone.post('/v1/lookups', { number, secret }));
  expect(found.body).toMatchObject({ number, standing: 'signed' });
  const wrong = `${secret.slice(0, -2)}AA`;
  expect((await anyone.post('/v1/lookups', { number, secret: wrong })).code).toBe(
    'signer.lookup_unknown',
  );
});

test('S0-66 S2-84 资产视图：合同债权登记在册，状态来自日志，从合同可达', async () => {
  const { rights } = well(await officer.get('/v1/rights')).body as unknown as { rights: Asset[] };
  const held = rights.find((one) => one.preservationNumber === contract.preservationNumber);
  const created = entriesOf(loan.zip).find(({ entry }) => entry.type === 'right.created');
  expect(held).toMatchObject({
    state: 'created',
    amountFen: '500000',
    hash: await entryHash(created?.bytes ?? new Uint8Array(), nodeEngine),
  });
  const path = `/v1/cases/${held?.case ?? ''}/rights`;
  expect(well(await officer.get(path)).body).toMatchObject({
    right: { state: 'created' },
    changes: [{ type: 'right.created', seq: created?.entry.seq }],
  });
});

test('S2-53 拒绝的申请同样留存：有主体、有查询、有理由，没有合同，证据包独立核验有效', async () => {
  const entries = entriesOf(loan.refused);
  const types = entries.map(({ entry }) => entry.type);
  expect(types).toEqual(
    expect.arrayContaining(['application.received', 'credit.queried', 'risk.decided']),
  );
  const documents = openZip(loan.refused).files.filter(({ name }) => name.startsWith('documents/'));
  expect(documents.map(({ name }) => name).filter((name) => /contract|note/.test(name))).toEqual(
    [],
  );
  const trust = await trustFiles(world.trust);
  const report = await verify({ name: 'p.zip', bytes: loan.refused, trust }, nodeEngine);
  expect(report).toMatchObject({ is: 'valid', evidence: { complete: true } });
});

test('S2-07 核验报告写明来源构成与得分：外部机构的陈述使得分高于自证', async () => {
  const trust = await trustFiles(world.trust);
  const report = await verify({ name: 'p.zip', bytes: loan.zip, trust }, nodeEngine);
  const { score = 0, classes = [] } = report.evidence?.sources ?? {};
  expect(score).toBeGreaterThan(33);
  const count = (is: string) => classes.find((one) => one.is === is)?.entries ?? 0;
  expect(count('third-party')).toBeGreaterThanOrEqual(5);
  expect(count('self')).toBeGreaterThan(20);
});

interface Printed {
  readonly contractNumber: string;
  readonly preservationNumber: string;
  readonly preservationLink: string;
}

interface Trace {
  readonly cases: readonly string[];
  readonly steps: readonly {
    readonly seq: number;
    readonly hash: string;
    readonly what: { readonly type: string };
    readonly proof: string | null;
  }[];
  readonly flags: readonly unknown[];
}

interface Dossier {
  readonly preservationNumber: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly grant: unknown;
  readonly contract: unknown;
  readonly attachments: readonly { readonly kind: string; readonly sha256: string }[];
  readonly chain: { readonly entries: number };
}

interface Asset {
  readonly case: string;
  readonly preservationNumber: string;
}
