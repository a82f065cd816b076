/**
 * Rows altered by hand in the database, and what an auditor says of each.
 */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { instantFromMs, systemClock } from '#base/clock';
import { fen } from '#base/money';
import { systemRandom } from '#base/random';
import type { Unit } from '#base/unit';
import { type Loan, parseDate, rowOriginal } from '#business/lending';
import { Breaches } from '#business/privacy';
import type { EntryDraft, FsckReport } from '#trust/evidence';
import { PostgresUnits, txOf } from '../database.ts';
import { PostgresLoans } from '../lending/loan-store.ts';
import { PostgresBreaches } from '../people/breach-store.ts';
import { bankA } from '../scratch.ts';
import { LogWorld } from './log-world.fixture.ts';
import { PostgresRowClaims } from './row-claims.ts';

const person = '01900000-0000-7000-8000-000000000001';
const staffId = '01900000-0000-7000-8000-00000000000a';
const intentId = '01900000-0000-7000-8000-00000000000b';
const documentId = '01900000-0000-7000-8000-00000000000c';
const base = utf8('the contract she read');
const certificate = utf8('her certificate');
const said = '通知里的一句话';
const breachWords = {
  kinds: said,
  cause: said,
  harm: said,
  remedy: said,
  advice: said,
  contact: said,
};
const plan = [
  { number: 1, dueOn: '2026-12-21', principal: 250_000n, interest: 1_000n },
  { number: 2, dueOn: '2027-01-21', principal: 250_000n, interest: 500n },
];

const loan: Loan = {
  id: 'AAECAwQFBgcICQoLDA0ODw',
  unit: '',
  tenant: bankA,
  application: '01900000-0000-7000-8000-000000000002',
  preservationNumber: 'FB202611210000000001',
  product: 'rural-loan-demo',
  productVersion: '1',
  state: 'repaying',
  subject: person,
  tokenSha256: new Uint8Array(32).fill(7),
  openedAt: instantFromMs(1_790_000_000_000),
  amount: fen(500_000n),
  termMonths: 2,
  purpose: 'seeds',
  contractNumber: 'HT202611210000000001',
  disbursedOn: parseDate('2026-11-21'),
  decision: 'approved',
};

let world: LogWorld;

beforeAll(async () => {
  world = await LogWorld.open();
  await world.scratch.units.run(bankA, tellStory);
  await world.runUntil(bankA, loan.id);
});
afterAll(() => world.close());

/** A loan with one instalment paid: its entries, and the rows that were written with them. */
async function tellStory(unit: Unit): Promise<void> {
  const record = (draft: Partial<EntryDraft> & Pick<EntryDraft, 'type'>) =>
    world.evidence.record(unit, {
      caseId: loan.id,
      subject: person,
      disclosures: [],
      of: [],
      ...draft,
    });
  const tell = (type: EntryDraft['type'], values: Record<string, string | number>) =>
    record({ type, disclosures: opened(values) });
  await new PostgresLoans().add(unit, loan);
  await record({ type: 'case.opened', of: [rowOriginal(loan)] });
  const text = 'a'.repeat(64);
  await tell('consent.signed', {
    kind: 'marketing',
    recipient: '',
    version: '1',
    text,
    decision: 'refused',
    method: 'tick',
  });
  for (const type of ['application.received', 'risk.decided', 'sheet.confirmed'] as const) {
    await record({ type });
  }
  await record({ type: 'document.drafted', of: [{ name: 'loan-contract', bytes: base }] });
  // A photo has a row; strokes, and where it was taken, are told in the same words and have none.
  for (const kind of ['id-front', 'place', 'handwriting']) await tell('capture.stored', { kind });
  await record({ type: 'hold.placed' });
  const intended = await record({ type: 'intent.confirmed' });
  const of = [{ name: 'certificate', bytes: certificate }];
  const issued = await record({ type: 'certificate.issued', of });
  for (const type of ['note.confirmed', 'payment.authorised', 'disbursed'] as const) {
    await record({ type });
  }
  await tell('repaid', { number: 1, paidOn: '2026-12-20', penaltyFen: '0' });
  await world.evidence.note(unit, {
    type: 'staff.changed',
    disclosures: [
      { name: 'staff', value: staffId },
      { name: 'roles', value: ['loan-officer'] },
      { name: 'unit', value: '/head/' },
      { name: 'state', value: 'active' },
    ],
    of: [],
  });
  await new Breaches({
    clock: systemClock,
    random: systemRandom,
    store: new PostgresBreaches(),
    register: world.evidence,
  }).record({
    foundAt: systemClock.now(),
    words: breachWords,
    persons: 3,
    averted: undefined,
    by: 'x',
  })(unit);
  await writeRows(unit, { text, intended: intended.hash, issued: issued.hash });
}

async function writeRows(
  unit: Unit,
  { text, intended, issued }: { text: string; intended: string; issued: string },
): Promise<void> {
  const digest = Buffer.from(await nodeEngine.digest('sha256', base)).toString('hex');
  for (const row of [
    sql`insert into consent (tenant, case_id, kind, version, accepted, at, sha256)
      values (${bankA}, ${loan.id}, 'marketing', '1', false, 1, ${text})`,
    sql`insert into document (tenant, id, case_id, kind, title, template, template_sha256, pages,
        seconds_min, base_bytes, base_sha256, base_sm3, slots, drafted_at)
      values (${bankA}, ${documentId}, ${loan.id}, 'loan-contract', 't', 't', 't', 1, 1, 1,
        ${digest}, 'x', '[]', 1)`,
    sql`insert into intent (tenant, id, case_id, documents, sent_at, entry)
      values (${bankA}, ${intentId}, ${loan.id}, '[]', 1, ${intended})`,
    sql`insert into event_certificate (tenant, intent, case_id, der, receipt, issued_at, entry)
      values (${bankA}, ${intentId}, ${loan.id}, ${certificate}, '{}', 1, ${issued})`,
    sql`insert into legal_hold (tenant, id, case_id, authority, placed_at, placed_by)
      values (${bankA}, ${documentId}, ${loan.id}, 'court', 1, 'x')`,
    sql`insert into capture (tenant, id, case_id, subject, kind, bytes, opened_at, stored_at, place,
        object_sha256, object_bytes)
      values (${bankA}, ${documentId}, ${loan.id}, ${person}, 'id-front', 1, 1, 1, 'house',
        ${digest}, 1)`,
    sql`insert into vault_epoch (tenant, epoch, opened_at) values (${bankA}, 'e', 1)`,
    sql`insert into vault_subject (tenant, subject, epoch, wrapped)
      values (${bankA}, ${person}, 'e', '\\x01')`,
    sql`insert into org_unit (tenant, code, path, name) values (${bankA}, 'head', '/head/', 'h')`,
    sql`insert into staff (tenant, id, login, unit, roles, state, added_at)
      values (${bankA}, ${staffId}, 'li', 'head', '{loan-officer}', 'active', 1)`,
  ]) {
    await row.execute(txOf(unit));
  }
  for (const { number, dueOn, principal, interest } of plan) {
    await sql`insert into instalment (tenant, case_id, number, due_on, principal_fen, interest_fen,
        paid_on) values (${bankA}, ${loan.id}, ${number}, ${dueOn}, ${principal}, ${interest},
        ${number === 1 ? '2026-12-20' : null})`.execute(txOf(unit));
  }
}

function opened(values: Record<string, string | number>): EntryDraft['disclosures'] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

class TakenBack extends Error {}

/** What an auditor finds while the rows are altered; afterwards they are what they were. */
async function foundAfter(alteration: string): Promise<readonly string[]> {
  const owner = new PostgresUnits({ database: world.scratch.owner });
  const parts: string[] = [];
  const altered = owner.run(bankA, async (unit) => {
    const done = await sql.raw(alteration).execute(txOf(unit));
    expect(done.numAffectedRows, alteration).toBeGreaterThan(0n);
    const { flaws } = await auditIn(unit);
    parts.push(...flaws.map(({ code, part }) => `${code} ${part}`));
    throw new TakenBack();
  });
  await expect(altered).rejects.toBeInstanceOf(TakenBack);
  return parts;
}

function auditIn(unit: Unit): Promise<FsckReport> {
  return world.checkIn(unit, {
    rows: new PostgresRowClaims({
      unit,
      engine: nodeEngine,
      planOf: () => plan,
      // Ciphertext is the vault's matter: here it is the bytes themselves.
      cipher: { open: async (_unit, _place, sealed) => sealed },
    }),
    openings: {
      async of(caseId) {
        const entries = await world.file().openings(unit, caseId);
        return new Map(entries.map(({ hash, disclosures }) => [hash, disclosures]));
      },
    },
  });
}

test('what nobody altered agrees: rows, entries and what these open to', async () => {
  const report = await world.scratch.units.run(bankA, auditIn);
  expect(report).toMatchObject({ flaws: [], opened: true });
});

test.each([
  ['loan_case', loan.id, 'set amount_fen = 900000'],
  // Set back, the money would be paid out again; refused, the debt would be gone.
  ['loan_case', loan.id, `set state = 'payment_authorised'`],
  ['loan_case', loan.id, `set state = 'refused'`],
  ['loan_case', loan.id, `set subject = '${staffId}'`],
  ['consent', `${loan.id} marketing`, 'set accepted = true'],
  ['consent', loan.id, `set kind = 'face'`],
  ['consent', `${loan.id} marketing`, 'set withdrawn_at = 9'],
  ['document', documentId, `set base_sha256 = repeat('0', 64)`],
  ['document', loan.id, 'set read_at = 9'],
  ['intent', intentId, `set entry = 'another'`],
  ['event_certificate', intentId, `set der = '\\x00'`],
  ['instalment', `${loan.id} 2`, 'set principal_fen = 1 where number = 2'],
  ['instalment', `${loan.id} 1`, `set paid_on = '2026-12-01' where number = 1`],
  ['instalment', loan.id, `set paid_on = '2026-12-01' where number = 2`],
  ['vault_subject', person, 'set wrapped = null, epoch = null'],
  ['legal_hold', loan.id, `set lifted_at = 9, lifted_by = 'x'`],
  ['staff', staffId, `set roles = '{loan-officer,approver}'`],
  ['staff', staffId, `set state = 'left', left_at = 9`],
  ['breach', '', 'set persons = 0'],
  ['breach', '', `set id = '${documentId}'`],
] as const)('%s %s %s is found', async (table, key, change) => {
  const found = await foundAfter(`update ${table} ${change}`);
  expect(found.some((part) => part.startsWith(`row_differs ${table} ${key}`))).toBe(true);
});

test('a breach that was taken away leaves its entry behind', async () => {
  expect(await foundAfter('delete from breach')).toContain('row_differs breach all');
});

const withEntries = ['consent', 'capture', 'document', 'intent', 'event_certificate', 'instalment'];

test.each([...withEntries, 'legal_hold'])(
  'a row of %s that was taken away leaves its entry behind',
  async (table) => {
    const found = await foundAfter(`delete from ${table}`);
    expect(found.some((part) => part.startsWith(`row_differs ${table} ${loan.id}`))).toBe(true);
  },
);
