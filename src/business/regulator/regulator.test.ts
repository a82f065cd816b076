/**
 * A supervisor looks: who may, for what, and what is shown of whom. Rows, vault and log in memory.
 */
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64, toBase64Url } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { fen } from '#base/money';
import type { TenantId, Unit } from '#base/unit';
import { AccessBook, type Caller, type Permission, Rights } from '#business/access';
import { type CaseState, caseMoves, isCaseState } from '#business/lending';
import { type Entry, type EntryType, printEntry } from '#formats/entry';
import type { StoredEntry } from '#trust/evidence';
import type { ContractRow, RegulatorRows } from './ports.ts';
import { type Look, RegulatorDesk, type RegulatorParts } from './regulator-desk.ts';
import { houseSums, productSums } from './sums.ts';

const rules = await readFile(
  new URL('../../../catalog/access/roles.json', import.meta.url),
  'utf8',
);
const bank = 'bank' as TenantId;
const now = parseInstant('2026-11-22T10:00:00.000+08:00');
const clock = { now: () => now, source: 'TEST' };
const purpose = 'on-site-inspection 示监检〔2026〕12号';
const person = {
  name: '测试借款人',
  idNumber: '990101199003070111',
  phone: '00000000001',
  card: '9900010000000001234',
  address: '示例省示例县人民路 2 号',
};
const number = 'HT202611210000000001';
const row: ContractRow = {
  caseId: 'c'.repeat(22),
  subject: 's1',
  contractNumber: number,
  preservationNumber: 'FB202611210000000001',
  product: 'rural-loan-demo',
  version: '1',
  state: 'repaying',
  openedAt: now,
  disbursedOn: undefined,
  termMonths: 12,
  amount: fen(500_000n),
  outstanding: fen(400_000n),
};
const sha256 = 'ab'.repeat(32);

/** An entry of the log, as the supervisor's look reads it: what it commits to is not asked. */
function stored(seq: number, type: EntryType): StoredEntry {
  const digest = toBase64(new Uint8Array(32).fill(0xab));
  const entry: Entry = {
    type,
    caseTag: toBase64Url(new Uint8Array(16)),
    seq,
    prev: seq === 0 ? null : digest,
    at: now,
    clock: 'TEST',
    by: 'serve+00000000',
    env: digest,
    sd: [],
    sd3: [],
    of: type === 'seal.done' ? [{ name: 'revision', bytes: 9, sha256: digest, sm3: digest }] : [],
    sig: toBase64(new Uint8Array(64)),
  };
  const place = { caseId: row.caseId, subject: 's1', sealed: new Uint8Array(9), index: seq };
  return { ...place, seq, type, hash: digest, bytes: printEntry(entry) };
}

/** Says of a subject that the vault opens it, or with which code it refuses. */
type Standing = 'open' | 'vault.erased' | 'vault.restricted';

function desk(standing: Standing = 'open', openings: string[] = []): RegulatorDesk {
  const lawful = new Set<Unit>();
  const rows: RegulatorRows = {
    states: async () => [],
    debts: async () => [],
    contracts: async () => [row],
    contract: async (_unit, wanted) => (wanted === number ? row : undefined),
    revisions: async () => [{ document: 'd1', number: 1, bytes: 9, sha256 }],
  };
  const parts = {
    units: { run: <T>(tenant: TenantId, act: (unit: Unit) => Promise<T>) => act({ tenant }) },
    clock,
    rights: new Rights({ book: AccessBook.parse(rules), clock, demandsStrong: () => false }),
    rows,
    people: {
      async valuesOf(unit: Unit, subject: string) {
        openings.push(subject);
        if (standing !== 'open' && !lawful.has(unit)) throw new Fault(standing);
        return person;
      },
      openForLaw: (unit: Unit) => void lawful.add(unit),
    },
    contracts: { documentsOf: async () => [{ id: 'd1' }] },
    entries: {
      ofCase: async () => [stored(0, 'case.opened'), stored(1, 'seal.done')],
      newestCheckpoint: async () => undefined,
    },
    evidence: { levelOf: async () => 'L2' },
    cases: { readClosed: async () => ({ checkpoint: '', level: 'L2', size: 2, entries: [] }) },
    shelf: { version: () => undefined },
  };
  return new RegulatorDesk(parts as unknown as RegulatorParts);
}

function machine(
  change: { scopes?: Permission[]; signed?: boolean; tenant?: string } = {},
): Caller {
  const { scopes = ['regulator.look'], signed = true, tenant = bank } = change;
  const client = { id: 'client-1', tenant: tenant as TenantId, name: '监管', scopes, signed };
  return { kind: 'machine', client };
}

const look = (change: Partial<Look> = {}): Look => {
  return { tenant: bank, caller: machine(), purpose, ...change };
};

const deeds = {
  institution: (at: Look) => desk().institution(at),
  products: (at: Look) => desk().products(at, undefined),
  contracts: (at: Look) => desk().contracts(at, { filter: {} }),
  contract: (at: Look) => desk().contract(at, number),
  proof: (at: Look) => desk().proof(at, number),
};

describe('who may look, and for what', () => {
  test.each(Object.entries(deeds))(
    'S0-48 %s is refused without signature, scope, purpose',
    async (_, deed) => {
      const refusals: [string, Partial<Look>][] = [
        ['regulator.signature_required', { caller: machine({ signed: false }) }],
        ['access.not_permitted', { caller: machine({ scopes: ['case.read', 'case.list'] }) }],
        ['access.not_yours', { caller: machine({ tenant: 'other-bank' }) }],
        ['access.not_yours', { caller: { kind: 'borrower', caseId: row.caseId, subject: 's1' } }],
        ['access.purpose_missing', { purpose: undefined }],
        ['regulator.purpose_unknown', { purpose: '看看 2026-12' }],
        ['regulator.purpose_unknown', { purpose: 'constructor 2026-12' }],
        ['regulator.reference_malformed', { purpose: 'on-site-inspection' }],
        ['regulator.reference_malformed', { purpose: 'on-site-inspection 无编号' }],
        ['regulator.reference_malformed', { purpose: `investigation ${person.idNumber}` }],
      ];
      for (const [code, change] of refusals) {
        const outcome = await deed(look(change)).then(String, faultCode);
        expect(outcome, JSON.stringify(change)).toBe(code);
      }
    },
  );

  test('a contract that is not there, and a bent page marker', async () => {
    const none = desk().contract(look(), 'HT202611210000000002');
    await expect(none).rejects.toThrow('regulator.contract_unknown');
    for (const cursor of ['', "1' or 1=1", `${now}.${row.caseId}`]) {
      const page = desk().contracts(look(), { filter: {}, cursor });
      await expect(page, cursor).rejects.toThrow('regulator.cursor_malformed');
    }
  });
});

describe('what is shown of a person', () => {
  test.each([
    ['open', 'shown'],
    ['vault.restricted', 'restricted'],
    ['vault.erased', 'erased'],
  ] as const)('S0-48 %s: stands as %s, and never as she is', async (standing, stands) => {
    const shown = await desk(standing).contract(look(), number);
    expect(shown.party.stands).toBe(stands);
    expect(shown.party.person).toEqual(
      stands === 'erased'
        ? {}
        : {
            name: '测***',
            idNumber: '9901**********0111',
            phone: '000****0001',
            card: '***************1234',
            address: '示例省示例县****',
          },
    );
    const told = JSON.stringify(shown, (_, value: unknown) => {
      return typeof value === 'bigint' ? String(value) : value;
    });
    for (const value of Object.values(person)) expect(told).not.toContain(value);
    expect(shown.documents[0]?.revisions).toMatchObject([{ sha256, sealedAt: now }]);
    expect(shown.evidence.entries.map(({ type, level }) => [type, level])).toEqual([
      ['case.opened', 'L2'],
      ['seal.done', 'L2'],
    ]);
  });

  test('lists and proofs open nobody', async () => {
    const opened: string[] = [];
    const shut = desk('vault.restricted', opened);
    await shut.contracts(look(), { filter: {} });
    await shut.proof(look(), number);
    expect(opened).toEqual([]);
  });
});

describe('sums', () => {
  const states = Object.keys(caseMoves).filter(isCaseState);
  const rows = fc.array(
    fc.record({
      product: fc.constantFrom('a', 'b'),
      version: fc.constantFrom('1', '2'),
      state: fc.constantFrom(...states),
      cases: fc.nat(1_000),
      amount: fc.nat().map((value) => fen(BigInt(value))),
    }),
  );

  test('lines of products add up to the rows, and nothing is counted twice', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const unique = [...new Map(all.map((one) => [keyOf(one), one])).values()];
        const lines = productSums(unique, []);
        const cases = unique.reduce((sum, one) => sum + one.cases, 0);
        expect(lines.reduce((sum, line) => sum + line.cases, 0)).toBe(cases);
        expect(houseSums(unique).cases).toBe(cases);
        const applied = unique.reduce((sum, one) => sum + one.amount, 0n);
        expect(lines.reduce((sum, line) => sum + line.applied, 0n)).toBe(applied);
        for (const line of lines) {
          const byState = Object.values(line.byState).reduce((sum, one) => sum + one, 0);
          expect(byState).toBe(line.cases);
          expect(line.disbursed <= line.concludedAmount).toBe(true);
        }
      }),
      { seed: 48, numRuns: 300 },
    );
  });

  test('a contract counts from its two signatures on, money from when it was paid out', () => {
    const one = (state: CaseState) => {
      const amount = fen(100n);
      return productSums([{ product: 'a', version: '1', state, cases: 1, amount }], [])[0];
    };
    expect(states.filter((state) => one(state)?.concluded === 1)).toEqual(
      states.slice(states.indexOf('loan_signed'), -1),
    );
    expect(states.filter((state) => one(state)?.disbursed === 100n)).toEqual(
      states.slice(states.indexOf('disbursed'), -1),
    );
    expect(states.at(-1)).toBe('refused');
    expect(one('refused')).toMatchObject({ refused: 1, concluded: 0, disbursed: 0n });
  });
});

function keyOf({ product, version, state }: { product: string; version: string; state: string }) {
  return `${product} ${version} ${state}`;
}
