/**
 * What a contract is made of: approved data, complete, with the clauses that no template may lack.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CatalogFolder } from '#adapters/catalog';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import { Catalog } from '#business/catalog';
import { parseTenantRecord } from '#business/tenancy';
import { openPdf, readAttachments } from '#formats/pdf';
import { applicant, LendingHouse, preservationLink } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

const catalogFolder = join(import.meta.dirname, '../../catalog');
const at = parseInstant('2026-11-21T10:00:00.000+08:00');
const clock = { now: () => at, source: 'TEST_CLOCK' };
const kind = 'loan-contract';
const { tenant } = testUnit;

/** The real catalogue with one of its files in other words. */
function catalogWith(changed?: { file: string; from: string; to: string }): Promise<Catalog> {
  const folder = new CatalogFolder(catalogFolder);
  const reader = {
    list: (part: 'templates') => folder.list(part),
    async read(part: 'templates', name: string): Promise<Uint8Array> {
      const bytes = await folder.read(part, name);
      if (changed?.file !== `${part}/${name}`) return bytes;
      return utf8(fromUtf8(bytes).replaceAll(changed.from, changed.to));
    },
  };
  return Catalog.load({ reader, engine: nodeEngine, clock });
}

const codeOf = async (action: Promise<unknown>): Promise<string | undefined> =>
  action.then(() => 'nothing was refused', faultCode);

describe('合同的数据', () => {
  const mandatory = ['amountFen', 'annualRatePercent', 'months', 'guarantee'];
  test.each(mandatory)('S1-07 缺少或者空着 %s，合同就不生成，并说出缺的是哪一项', async (field) => {
    const house = await LendingHouse.open();
    const { order } = await draftedContract(house);
    const { [field]: value, ...rest } = order.inputs['loan'] as { [name: string]: Json };
    expect(value).toBeDefined();
    for (const loan of [rest, { ...rest, [field]: '' }, { ...rest, [field]: null }]) {
      const printed = house.press.print({ ...order, inputs: { ...order.inputs, loan } });
      await expect(printed).rejects.toMatchObject({
        code: 'catalog.field_missing',
        details: { field: `loan.${field}` },
      });
    }
  });

  test('S1-06 合同只由审批通过的数据生成：审批与明示之前没有合同，数据与批准的一致', async () => {
    const house = await LendingHouse.open();
    const applied = await house.apply();
    house.signedFields = ['borrower'];
    const assess = async () =>
      (await house.assessment.assess({ tenant, caseId: applied.id }))(testUnit);
    expect(await codeOf(assess())).toBe('lending.out_of_order');
    await house.place(applied, 'credit_authorised');
    const approved = await assess();
    const kinds = async () =>
      (await house.parts.contracts.documentsOf(testUnit, applied.id)).map((one) => one.kind);
    expect(await kinds()).not.toContain(kind);

    const facts = await contractData(house, approved.id);
    const product = house.file.productOf(approved);
    expect(facts).toMatchObject({
      borrower: applicant,
      loan: {
        amountFen: String(approved.amount),
        months: approved.termMonths,
        annualRatePercent: '23.40',
        purpose: product.words.purposes['farming'],
        guarantee: product.words.guarantee,
      },
    });
  });
});

test('S0-10 S0-13 个人线上消费信用贷款：有模板、有数据模式、有借款人先签、贷款人后签的流程', async () => {
  const house = await LendingHouse.open();
  const { loan, drafted } = await draftedContract(house);
  const product = house.file.productOf(loan);
  expect(product.words.guarantee).toContain('没有保证、抵押或者质押');
  expect(Object.keys(product.words.purposes)).toEqual(
    expect.arrayContaining(['household', 'education', 'medical']),
  );
  const { document } = drafted;
  await drafted.add(testUnit);
  expect(document.slots.map(({ field }) => field)).toEqual(['borrower', 'lender']);
  expect(await attachedData(house, document.id)).toMatchObject({
    borrower: applicant,
    loan: { purpose: product.words.purposes['farming'], guarantee: product.words.guarantee },
  });

  const signed = (party: 'borrower' | 'lender') =>
    house.conclusion.signed(testUnit, { caseId: loan.id, document: document.id, party });
  await house.place(loan, 'loan_read');
  expect(await codeOf(signed('lender'))).toBe('lending.out_of_order');
  await signed('borrower');
  expect(await codeOf(signed('borrower'))).toBe('lending.out_of_order');
  await signed('lender');
  expect(await house.stateOf(loan.id)).toBe('loan_signed');
});

/** An application whose contract has been set in type, and what the press was asked. */
async function draftedContract(house: LendingHouse) {
  const loan = await house.apply();
  const drafted = await house.file.draft(loan, {
    kind,
    applicant: await house.file.person(testUnit, loan),
    more: { costSheetSha256: '0a'.repeat(32), preservationLink },
  });
  const order = house.orders.at(-1);
  if (order?.kind !== kind) throw new Error('the contract was not the last to be set');
  return { loan, drafted, order };
}

/** The data inside the contract that the house prints once the cost sheet is confirmed. */
async function contractData(house: LendingHouse, caseId: string): Promise<Json> {
  const listed = () => house.parts.contracts.documentsOf(testUnit, caseId);
  const sheet = (await listed()).find((one) => one.kind === 'cost-sheet');
  const order = { tenant, caseId, document: sheet?.id ?? '', sha256: sheet?.base.sha256 ?? '' };
  for (let page = 1; page <= (sheet?.pages ?? 0); page += 1) {
    house.clock.turn(2_000);
    await house.conclusion.shown(testUnit, { caseId, document: order.document, page });
  }
  house.clock.turn(2_000);
  await house.conclusion.shown(testUnit, { caseId, document: order.document, page: 1 });
  await (await house.conclusion.confirm(order))(testUnit);
  return attachedData(house, (await listed()).find((one) => one.kind === kind)?.id ?? '');
}

async function attachedData(house: LendingHouse, document: string): Promise<Json> {
  const pdf = house.originals.get(document) ?? new Uint8Array(0);
  const file = await openPdf(pdf, nodeEngine);
  const [attached] = await readAttachments(file, nodeEngine);
  return JSON.parse(fromUtf8(attached?.bytes ?? new Uint8Array(0))) as Json;
}

describe('合同模板必有的条款', () => {
  const file = `templates/${kind}.typ`;
  const refused = async (from: string, to: string) => {
    expect(fromUtf8(new Uint8Array(await readFile(join(catalogFolder, file))))).toContain(from);
    return codeOf(catalogWith({ file, from, to }));
  };

  test('S2-16 没有管辖条款，或者约定的地点与争议没有联系，模板就不能使用', async () => {
    expect(await codeOf(catalogWith())).toBe('nothing was refused');
    expect(await refused('管辖', '处理')).toBe('catalog.clause_missing');
    expect(await refused('lender.court', 'lender.phone')).toBe('catalog.clause_missing');
    const record = join(catalogFolder, 'institutions/demo-credit-cooperative.json');
    const lender: object = JSON.parse(fromUtf8(new Uint8Array(await readFile(record))));
    parseTenantRecord(utf8(JSON.stringify(lender)));
    const elsewhere = utf8(JSON.stringify({ ...lender, court: '另行指定的人民法院' }));
    expect(() => parseTenantRecord(elsewhere)).toThrow('tenancy.record_malformed');
  });

  test('S2-17 争议解决只能约定一条路，并确认电子送达地址，否则模板不能使用', async () => {
    expect(await refused('争议解决', '其他')).toBe('catalog.clause_missing');
    expect(await refused('电子送达地址', '地址')).toBe('catalog.clause_missing');
    const both = '#lender.court\\管辖，或者提交#lender.arbitration\\仲裁';
    expect(await refused('#lender.court\\管辖', both)).toBe('catalog.clause_missing');
  });
});
