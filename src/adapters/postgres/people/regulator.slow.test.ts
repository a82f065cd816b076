/**
 * 穿透式监管: supervisors look through an institution to its evidence, over the real door.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64, fromBase64Url, fromUtf8, toBase64, toHex, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { fen } from '#base/money';
import { seededRandom } from '#base/random';
import type { Unit } from '#base/unit';
import { rowBytes } from '#business/access';
import { addDays, type CaseState, type Loan, parseDate } from '#business/lending';
import { parseEntry } from '#formats/entry';
import { hashLeaf, inclusionFlaw, parseCheckpoint, parseLogProof } from '#formats/tlog';
import { PostgresDocuments } from '../lending/contract-store.ts';
import { PostgresInstalments, PostgresLoans } from '../lending/loan-store.ts';
import { PostgresRevisions } from '../lending/signing-store.ts';
import { bankA, bankB } from '../scratch.ts';
import { caseIdOf, type Program, purpose, RegulatorWorld } from './regulator-world.fixture.ts';

const person = {
  name: '测试借款人',
  idNumber: '990101199003070111',
  phone: '00000000001',
  card: '9900010000000001234',
  address: '示例省示例县人民路 2 号',
};
const loanCount = 80;
const random = seededRandom(48);
const pick = <T>(from: readonly [T, ...T[]]): T =>
  from[(random.bytes(1)[0] ?? 0) % from.length] ?? from[0];
const monthEnd = Date.parse('2026-10-31T23:59:59.999+08:00');
const loans = Array.from({ length: loanCount }, (_, at) => loanOf(at));
const numberOf = (at: number): string => loans[at]?.contractNumber ?? '';
/** By their places in `loans`: a usual, a restricted and an erased person. */
const [usual, restricted, erased] = [0, 1, 2];

function loanOf(at: number): Loan {
  const digits = String(at).padStart(10, '0');
  // The first three have a contract; of the others every fifth ended before anybody applied.
  const state =
    at < 3 ? 'repaying' : pick<CaseState>(['settled', 'overdue', 'refused', 'approved']);
  const isBare = at >= 3 && at % 5 === 0;
  return {
    tenant: bankA,
    id: caseIdOf(at),
    unit: 'head-office',
    application: `00000000-0000-7000-8000-00${digits}`,
    preservationNumber: `FB20261121${digits}`,
    product: pick(['rural-loan', 'rural-loan-demo']),
    productVersion: pick(['1', '2']),
    state: isBare ? 'agreed' : state,
    subject: `subject-${at}`,
    tokenSha256: new Uint8Array(32).fill(at),
    // One millisecond apart over the end of a month in China.
    openedAt: instantFromMs(monthEnd - loanCount / 2 + at),
    amount: isBare ? undefined : fen(BigInt(100_000 + at * 1_000)),
    termMonths: isBare ? undefined : 12,
    purpose: isBare ? undefined : 'farming',
    contractNumber: isBare ? undefined : `HT20261121${digits}`,
    disbursedOn: undefined,
    decision: undefined,
  };
}

const documentId = '01900000-0000-7000-8000-00000000000d';
const sealed = utf8('the file as it was sealed');

describe('S0-48 a supervisor looks through', () => {
  let world: RegulatorWorld;
  let inspector: Program;
  const get = async (path: string): Promise<Record<string, unknown>> => {
    const { status, body, text } = await world.ask(inspector, `/v1/regulator/${path}`);
    expect(status, text).toBe(200);
    return body;
  };

  beforeAll(async () => {
    world = await RegulatorWorld.open();
    inspector = await world.program(['regulator.look']);
    await world.run(async (unit) => {
      for (const loan of loans) await enter(unit, loan);
      for (const at of [usual, restricted, erased]) {
        const values = Object.entries(person).map(([field, text]) => [field, utf8(text)]);
        await world.vault.putAll(unit, `subject-${at}`, Object.fromEntries(values));
      }
      await world.rooms.metering.count(unit, 'contracts', 7);
    });
    await world.run((unit) => prove(world, unit));
    await world.run((unit) => world.vault.restrict(unit, `subject-${restricted}`));
    await world.run((unit) => world.vault.erase(unit, `subject-${erased}`));
    await world.log.runUntil(bankA, loans[usual]?.id ?? '');
  });
  afterAll(() => world.close());

  test('an institution with its counts, and of those below only sums', async () => {
    expect(await get('institution')).toMatchObject({
      institution: bankA,
      code: expect.stringMatching(/^91999999MA/),
      type: { id: 'county-union' },
      parent: bankB,
      residency: 'CN-demo',
      review: { zh: '未经审查', en: 'not reviewed' },
      cases: loanCount,
      below: { institutions: 0, contracts: '0' },
    });
    const above = await world.program(['regulator.look'], bankB);
    const union = await world.ask(above, '/v1/regulator/institution', { host: 'b.example' });
    expect(union.body).toMatchObject({
      institution: bankB,
      cases: 0,
      contracts: 0,
      below: { institutions: 1, contracts: '7' },
    });
    const own = await world.ask(above, '/v1/regulator/contracts', { host: 'b.example' });
    expect(own.body).toEqual({ contracts: [], next: null });
    for (const path of [`contracts/${numberOf(usual)}`, `contracts/${numberOf(usual)}/proof`]) {
      const other = await world.ask(above, `/v1/regulator/${path}`, { host: 'b.example' });
      expect(other.body['code']).toBe('regulator.contract_unknown');
    }
  });

  test('S0-48 sums agree with the rows, for all time and for a month that ends in China', async () => {
    for (const month of [undefined, '2026-10', '2026-11', '2026-12']) {
      const { products } = await get(`products${month === undefined ? '' : `?month=${month}`}`);
      expect(products, month).toEqual(
        expectedLines(month).map((line) => expect.objectContaining(line)),
      );
    }
    expect(expectedLines('2026-10').length * expectedLines('2026-11').length).toBeGreaterThan(3);
    expect(expectedLines('2026-12')).toEqual([]);
  });

  test('pages of contracts follow each other without a gap; filters hold; nobody is named', async () => {
    const wanted = loans.filter(({ contractNumber }) => contractNumber !== undefined).toReversed();
    const first = await get('contracts');
    const rest = await get(`contracts?cursor=${String(first['next'])}`);
    const numbers = [...linesIn(first), ...linesIn(rest)].map((line) => line['contractNumber']);
    expect(linesIn(first)).toHaveLength(Math.min(50, wanted.length));
    expect(numbers).toEqual(wanted.map(({ contractNumber }) => contractNumber));
    expect(linesIn(first)[0]).not.toHaveProperty('subject');
    const some = await get('contracts?product=rural-loan&state=settled&month=2026-10');
    expect(linesIn(some).map((line) => line['contractNumber'])).toEqual(
      wanted
        .filter(({ product, state }) => product === 'rural-loan' && state === 'settled')
        .filter(({ openedAt }) => openedAt <= monthEnd)
        .map(({ contractNumber }) => contractNumber),
    );
    const bent = await world.ask(inspector, '/v1/regulator/contracts?cursor=1%27%20or%201=1');
    expect(bent.body['code']).toBe('regulator.cursor_malformed');
  });

  test('S0-48 a contract: documents by digest, seals by time, the party masked, the case in the log', async () => {
    const found = await get(`contracts/${numberOf(usual)}`);
    expect(found).toMatchObject({
      contractNumber: numberOf(usual),
      preservationNumber: loans[usual]?.preservationNumber,
      outstandingFen: '50000',
      party: {
        role: 'borrower',
        stands: 'shown',
        person: { name: '测***', idNumber: '9901**********0111', phone: '000****0001' },
      },
      documents: [{ document: documentId, kind: 'loan-contract' }],
      evidence: {
        origin: `fubie.test/log/${bankA}`,
        entries: [
          { seq: 0, type: 'application.received', level: 'L2' },
          { seq: 1, type: 'seal.done', level: 'L2' },
        ],
      },
    });
    const revisions = readIn(found, 'documents', 0, 'revisions');
    const sha256 = toHex(await nodeEngine.digest('sha256', sealed));
    const sealedAt = readIn(found, 'evidence', 'entries', 1, 'at');
    expect(revisions).toEqual([
      expect.objectContaining({ number: 0, sealedAt: null }),
      { number: 1, bytes: sealed.length, sha256, sealedAt },
    ]);
  });

  test('the restricted stay masked and are said to be restricted; the erased are erased, their proof stands', async () => {
    const held = await get(`contracts/${numberOf(restricted)}`);
    expect(held['party']).toMatchObject({ stands: 'restricted', person: { name: '测***' } });
    const gone = await get(`contracts/${numberOf(erased)}`);
    expect(gone['party']).toEqual({ role: 'borrower', stands: 'erased', person: {} });
    expect(await get(`contracts/${numberOf(erased)}/proof`)).toMatchObject({ level: 'L2' });
    expect(await get(`contracts/${numberOf(restricted)}/proof`)).toMatchObject({ level: 'L2' });
  });

  test('the proof holds without anything else of ours, and discloses nothing', async () => {
    const shown = await get(`contracts/${numberOf(usual)}/proof`);
    const { root, size, origin } = parseCheckpoint(String(shown['checkpoint']));
    expect(origin).toBe(`fubie.test/log/${bankA}`);
    const entries = shown['entries'] as { entry: string; index: number; proof: string }[];
    expect(entries).toHaveLength(2);
    for (const { entry, index, proof } of entries) {
      const leaf = await hashLeaf(fromBase64(entry), nodeEngine);
      const { hashes } = parseLogProof(proof);
      const claim = { leaf, index, size, root, proof: hashes };
      expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
      expect(fromUtf8(fromBase64(entry))).not.toContain(person.name);
    }
    // An opening would stand beside its entry: there is no place for one.
    expect(Object.keys(entries[0] ?? {}).toSorted()).toEqual([
      'entry',
      'hash',
      'index',
      'proof',
      'seq',
      'type',
    ]);
  });

  const at = () => `/v1/regulator/contracts/${numberOf(usual)}`;
  const ask = (asking: Parameters<RegulatorWorld['ask']>[2]) => world.ask(inspector, at(), asking);
  test.each([
    { by: 'an API key alone', code: 'regulator.signature_required', act: { signed: false } },
    { by: 'no purpose', code: 'access.purpose_missing', act: { purpose: undefined } },
    { by: 'no purpose of the list', code: 'regulator.purpose_unknown', act: { purpose: 'why 12' } },
    { by: 'no number', code: 'regulator.reference_malformed', act: { purpose: 'investigation' } },
    {
      by: 'a purpose changed on the way',
      code: 'access.signature_refused',
      act: { sentPurpose: 'investigation 2026-9' },
    },
    { by: 'another institution', code: 'access.unauthenticated', act: { host: 'b.example' } },
  ])('S0-48 $by is refused with $code', async ({ code, act }) => {
    const { status, body } = await ask(act);
    expect(body['code']).toBe(code);
    expect([400, 401]).toContain(status);
  });

  test('S0-48 another scope and nobody are refused', async () => {
    const other = await world.ask(await world.program(['case.read']), at());
    expect(other).toMatchObject({ status: 403, body: { code: 'access.not_permitted' } });
    const nobody = await world.ask(undefined, at());
    expect(nobody).toMatchObject({ status: 401, body: { code: 'access.unauthenticated' } });
  });

  test('the scope stands alone: nobody looks at the same things without saying why', async () => {
    await expect(world.program(['regulator.look', 'case.read'])).rejects.toThrow(
      'access.client_malformed',
    );
  });

  test('S0-48 C.15 no. 14: every look, the refused too, is in the journal with its purpose, and the log proves it', async () => {
    const other = await world.program(['regulator.look']);
    await world.ask(other, at());
    await world.ask(other, at(), { signed: false });
    await world.ask(other, at(), { purpose: undefined });
    await world.run(() => world.rooms.batches.close(bankA).then(() => undefined));
    await world.run(async (unit) => {
      const question = { before: undefined, countMax: 10, id: undefined, caller: other.id };
      const rows = await world.rooms.journal.page(unit, question);
      expect(rows.map(({ outcome }) => outcome)).toEqual([
        'access.purpose_missing',
        'regulator.signature_required',
        'ok',
      ]);
      const [, , seen] = rows;
      expect(seen).toMatchObject({
        kind: 'machine',
        route: 'GET /v1/regulator/contracts/:number',
        ids: [`number=${numberOf(usual)}`],
      });
      const [, bytes = ''] = /^sealed:(.+)$/.exec(seen?.purpose ?? '') ?? [];
      const place = { subject: 'office', field: `purpose:${seen?.request}` };
      expect(fromUtf8(await world.vault.open(unit, place, fromBase64Url(bytes)))).toBe(purpose);
      const proved = await world.rooms.batches.prove(unit, seen?.number ?? 0);
      const leaf = await hashLeaf(rowBytes(proved.row), nodeEngine);
      const { index, size, hashes, batch, statement } = proved;
      const claim = { leaf, index, size, root: batch.root, proof: hashes };
      expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
      const entry = await world.log.store.byHash(unit, batch.entry);
      const digest = toBase64(await nodeEngine.digest('sha256', statement));
      expect(parseEntry(entry?.bytes ?? utf8('')).of[0]?.sha256).toBe(digest);
    });
  });

  test('no name, number, telephone, card or address stood in any answer of these tests', () => {
    expect(world.bugs).toEqual([]);
    expect(world.heard.length).toBeGreaterThan(25);
    for (const value of Object.values(person)) {
      expect(world.heard.filter((text) => text.includes(value))).toEqual([]);
    }
  });
});

async function enter(unit: Unit, loan: Loan): Promise<void> {
  await new PostgresLoans().add(unit, loan);
  if (!['repaying', 'overdue', 'settled'].includes(loan.state)) return;
  const paid = { settled: 2, repaying: 1 }[loan.state as string] ?? 0;
  await new PostgresInstalments().plan(unit, loan.id, planOf(paid));
}

/** Two instalments long due, or already paid. */
function planOf(paidCount: number) {
  return [1, 2].map((number) => {
    const dueOn = addDays(parseDate('2026-01-15'), number);
    const paidOn = number <= paidCount ? dueOn : undefined;
    const owed = { principal: fen(50_000n), interest: fen(700n), penalty: fen(0n) };
    return { number, dueOn, ...owed, paidOn };
  });
}

/** A document with two revisions, and the entries of three cases. */
async function prove(world: RegulatorWorld, unit: Unit): Promise<void> {
  const caseId = loans[usual]?.id ?? '';
  await new PostgresDocuments().add(unit, {
    id: documentId,
    caseId,
    kind: 'loan-contract',
    title: '借款合同',
    template: 'loan-contract 1',
    templateSha256: 'a'.repeat(64),
    pages: 3,
    secondsMin: 1,
    base: { bytes: 4, sha256: 'b'.repeat(64), sm3: 'c'.repeat(64) },
    slots: [],
    clauses: [],
    draftedAt: instantFromMs(monthEnd),
    readAt: undefined,
  });
  const put = async () => ({ place: 'house', sha256: 'd'.repeat(64), bytes: 1 }) as const;
  const shelf = new PostgresRevisions({ objects: { put, get: async () => new Uint8Array(1) } });
  for (const [number, file] of [utf8('base'), sealed].entries()) {
    const sha256 = await nodeEngine.digest('sha256', file);
    const row = { document: documentId, number, subject: 's', bytes: file.length, sha256 };
    await shelf.append(unit, [{ ...row, sealed: new Uint8Array(1) }]);
  }
  for (const at of [restricted, erased, usual]) {
    const of = { caseId: loans[at]?.id ?? '', subject: `subject-${at}` };
    const disclosures = [{ name: 'name', value: person.name }];
    const received = { ...of, type: 'application.received', disclosures, of: [] } as const;
    await world.log.evidence.record(unit, received);
  }
  const revision = [{ name: 'revision', bytes: sealed }];
  const done = { caseId, type: 'seal.done', subject: 's1', disclosures: [], of: revision } as const;
  await world.log.evidence.record(unit, done);
}

/** The lines as a program of the supervisor's own would add them up from the rows. */
function expectedLines(month: string | undefined) {
  const within = loans.filter(({ openedAt }) => {
    return (
      month === undefined ||
      (month === '2026-10' ? openedAt <= monthEnd : month === '2026-11' && openedAt > monthEnd)
    );
  });
  const keys = within.map(({ product, productVersion }) => `${product} ${productVersion}`);
  return [...new Set(keys)].toSorted().map((key) => {
    const [product = '', version = ''] = key.split(' ');
    const mine = within.filter((one) => one.product === product && one.productVersion === version);
    const of = (...states: CaseState[]) => mine.filter(({ state }) => states.includes(state));
    const amount = (some: readonly Loan[]) =>
      String(some.reduce((sum, one) => sum + (one.amount ?? 0n), 0n));
    const paidOut = of('repaying', 'overdue', 'settled');
    const owed = BigInt(of('repaying').length + 2 * of('overdue').length);
    return {
      product,
      version,
      cases: mine.length,
      refused: of('refused').length,
      overdue: of('overdue').length,
      concluded: paidOut.length,
      appliedFen: amount(mine),
      concludedFen: amount(paidOut),
      disbursedFen: amount(paidOut),
      outstandingFen: String(owed * 50_000n),
      overdueFen: String(owed * 50_700n),
    };
  });
}

function linesIn(page: Record<string, unknown>): Record<string, unknown>[] {
  return page['contracts'] as Record<string, unknown>[];
}

function readIn(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, name) => Reflect.get(at as object, name), value);
}
