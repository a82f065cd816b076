/**
 * 保全号：印在合同附件上，凭它取得主体、授信、合同与附件。
 */
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import { Dossiers } from '#business/archive';
import type { Loan } from '#business/lending';
import { openPdf, readAttachments } from '#formats/pdf';
import { CaseFile, isPreservationNumber } from '#trust/evidence';
import { applicant, LendingHouse } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

const { tenant } = testUnit;

/** Applied for, granted, and the contract printed once the cost sheet was confirmed. */
async function granted(house: LendingHouse): Promise<Loan> {
  const applied = await house.apply();
  house.signedFields = ['borrower'];
  await house.place(applied, 'credit_authorised');
  const loan = await (await house.assessment.assess({ tenant, caseId: applied.id }))(testUnit);
  const documents = await house.parts.contracts.documentsOf(testUnit, loan.id);
  const sheet = documents.find(({ kind }) => kind === 'cost-sheet');
  const order = {
    tenant,
    caseId: loan.id,
    document: sheet?.id ?? '',
    sha256: sheet?.base.sha256 ?? '',
  };
  for (const page of [...Array.from({ length: sheet?.pages ?? 0 }, (_, at) => at + 1), 1]) {
    house.clock.turn(2_000);
    await house.conclusion.shown(testUnit, { caseId: loan.id, document: order.document, page });
  }
  await (await house.conclusion.confirm(order))(testUnit);
  return loan;
}

async function dataOf(
  house: LendingHouse,
  caseId: string,
): Promise<Readonly<Record<string, string>>> {
  const documents = await house.parts.contracts.documentsOf(testUnit, caseId);
  const id = documents.find(({ kind }) => kind === 'loan-contract')?.id ?? '';
  const file = await openPdf(house.originals.get(id) ?? new Uint8Array(), nodeEngine);
  const [attached] = await readAttachments(file, nodeEngine);
  return JSON.parse(fromUtf8(attached?.bytes ?? new Uint8Array())) as Record<string, string>;
}

test('S2-20 保全号带校验码，写错一位即被发觉；合同附件上印着它和查询链接，凭据只存摘要', async () => {
  const house = await LendingHouse.open();
  const loan = await granted(house);
  const number = loan.preservationNumber;
  for (let digit = 0; digit < 10; digit += 1) {
    const written = `${number.slice(0, -1)}${digit}`;
    expect(isPreservationNumber(written), written).toBe(written === number);
  }
  const { preservationNumber, preservationLink } = await dataOf(house, loan.id);
  expect(preservationNumber).toBe(number);
  const [page, fragment = ''] = (preservationLink ?? '').split('#');
  expect(page).toBe('https://bank.example/verify');
  const [named, secret = ''] = fragment.split('.');
  expect(named).toBe(number);
  const kept = house.receiptDigests.get(loan.id) ?? new Uint8Array();
  expect(toHex(kept)).toBe(toHex(await nodeEngine.digest('sha256', utf8(secret))));
});

test('S2-19 一个保全号取得：保全号、主体、授信、合同与附件，主体掩码', async () => {
  const house = await LendingHouse.open();
  const loan = await granted(house);
  const keep = async (_unit: unknown, _place: unknown, bytes: Uint8Array) => bytes;
  const cases = new CaseFile({
    store: house.log,
    keeper: { seal: keep, open: keep },
    tilesOf: () => ({ read: async () => undefined }),
    engine: nodeEngine,
  });
  const { contracts, units } = house.parts;
  const read = async (_unit: unknown, id: string) => {
    const bytes = house.originals.get(id) ?? new Uint8Array();
    return { bytes, number: 0, sha256: await nodeEngine.digest('sha256', bytes) };
  };
  const { file } = house;
  const parts = { units, cases, file, contracts, shelf: { read }, engine: nodeEngine };
  const dossier = await new Dossiers(parts).read(tenant, loan.id);
  expect(dossier).toMatchObject({
    preservationNumber: loan.preservationNumber,
    subject: { name: `${applicant.name.slice(0, 1)}**` },
    grant: { facts: { decision: 'approved', amount: '5,000.00', termMonths: 12 } },
    contract: { kind: 'loan-contract' },
    chain: { entries: house.entries(loan.id).length },
  });
  const kinds = dossier.attachments.map((one) => ('kind' in one ? one.kind : one.title));
  expect(kinds).toEqual(['pi-authorisation', 'credit-authorisation', 'cost-sheet']);
  for (const word of [applicant.name, applicant.idNumber, applicant.card, applicant.phone]) {
    expect(JSON.stringify(dossier)).not.toContain(word);
  }
});
