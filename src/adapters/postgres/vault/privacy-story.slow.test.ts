/**
 * The story of forgetting with the real vault, the real log and real rows: what the memory stores
 * of the journeys cannot show.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cipherSuites, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { SoftWrapKeys } from '#adapters/keystores';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { type Clock, type Instant, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import { fen } from '#base/money';
import { systemRandom } from '#base/random';
import type { Unit } from '#base/unit';
import { LawOfDay, type LawRule } from '#business/catalog';
import { type CaseState, type Loan, parseDate } from '#business/lending';
import { Erasure, Holds, Portions, RetentionRun, RightsDesk } from '#business/privacy';
import { Vault } from '#business/vault';
import { Evidence } from '#trust/evidence';
import { PostgresInstalments, PostgresLoans } from '../lending/loan-store.ts';
import { PostgresEntries } from '../log/evidence-store.ts';
import { bankA, openScratch, type Scratch } from '../scratch.ts';
import { PostgresEpochWishes } from './epoch-wish-store.ts';
import { findPlainText } from './plain-text.ts';
import { PostgresCaseBook, PostgresPrivacy } from './privacy-store.ts';
import { PostgresVaultIndex } from './vault-index-store.ts';
import { PostgresVault } from './vault-store.ts';

const rules: LawRule[] = [
  lawRule('customer-identity', { value: '10', unit: 'years', start: 'relation.ended' }),
  lawRule('transaction-record', { value: '10', unit: 'years', start: 'transaction.ended' }),
  lawRule('refused-application', { unit: 'months', start: 'decision.made', bound: 'default' }),
  lawRule('abandoned-application', { unit: 'months', start: 'record.made', bound: 'default' }),
  lawRule('requestWorkingDaysMax', { value: '15', unit: 'working days' }),
];
const person = { name: '测试借款人', phone: '00000000001', address: '示例省示例县人民路 2 号' };

class TurnedClock implements Clock {
  readonly source = 'TEST_CLOCK';
  #now = parseInstant('2026-11-21T10:00:00.000+08:00');
  now(): Instant {
    return this.#now;
  }
  turnTo(text: string): void {
    this.#now = parseInstant(text);
  }
}

let world: Scratch;
let folder = '';
const clock = new TurnedClock();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-keys-'));
  world = await openScratch();
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const run = <T>(action: (unit: Unit) => Promise<T>): Promise<T> => world.units.run(bankA, action);

/** The law of the story: the rows it needs, whatever the catalogue says. */
const table = new Map(rules.map((rule) => [rule.name, rule]));
const shelf = {
  law: (name: string) => {
    const terms = [...table].filter(([, rule]) => rule.start !== undefined);
    return new LawOfDay(name, name === 'retention' ? new Map(terms) : table);
  },
  version: () => undefined,
};

function vaultOf(): Vault {
  const keys = new SoftWrapKeys(join(folder, 'vault'), systemRandom, {
    limits: { find: 1e9, store: 1e9, change: 1e9 },
  });
  return new Vault({
    store: new PostgresVault(),
    index: new PostgresVaultIndex(),
    keys,
    random: systemRandom,
    suites: cipherSuites,
    suiteOf: async () => 'aes-256-gcm',
    indexed: { phone: ['exact'] },
  });
}

function rooms() {
  const vault = vaultOf();
  const entries = new PostgresEntries();
  const evidence = new Evidence({
    store: entries,
    judge: async () => 'L0',
    keeper: vault,
    signer: softSigner(generateSoftKey('ed25519')),
    actor: 'serve',
    environment: toBase64(new Uint8Array(32)),
    engine: nodeEngine,
    clock,
    random: systemRandom,
  });
  const wishes = new PostgresEpochWishes(clock);
  const base = {
    clock,
    random: systemRandom,
    evidence,
    entries,
    shelf,
    units: world.units,
    store: new PostgresPrivacy(),
    cases: new PostgresCaseBook(),
    records: vault,
  };
  const erasure = new Erasure({ ...base, epochs: wishes });
  const fourEyes = { take: async () => undefined };
  const review = { request: async (): Promise<Loan> => loanOf('none', 'refused') };
  return {
    vault,
    evidence,
    entries,
    wishes,
    holds: new Holds({
      ...base,
      erasure,
      fourEyes,
    }),
    rights: new RightsDesk({
      ...base,
      erasure,
      fourEyes,
      review,
      check: () => undefined,
    }),
    retention: new RetentionRun({
      ...base,
      erasure,
      portions: new Portions({ ...base, erasure, consents: nobodyConsents }),
    }),
  };
}

/** No story here gives or takes a consent. */
const nobodyConsents = {
  withdraw: async () => ({ effect: '' }),
  decisionsOf: async () => [],
};

const subjectOf = (id: string): string => `subject-${id}`;

/** A case as it stands in its rows, its person in the vault, and one entry of it. */
function enter(
  { vault, evidence }: ReturnType<typeof rooms>,
  id: string,
  state: CaseState,
): Promise<void> {
  return run(async (unit) => {
    await new PostgresLoans().add(unit, loanOf(id, state));
    const values = Object.entries(person).map(([field, text]) => [field, utf8(text)]);
    await vault.putAll(unit, subjectOf(id), Object.fromEntries(values));
    await evidence.record(unit, {
      caseId: id,
      subject: subjectOf(id),
      type: state === 'settled' ? 'repaid' : 'risk.decided',
      disclosures: [{ name: 'name', value: person.name }],
      of: [],
    });
    if (state !== 'settled') return;
    const row = { number: 1, dueOn: parseDate('2027-11-30'), penalty: fen(0n) };
    const owed = { ...row, principal: fen(1n), interest: fen(1n), paidOn: undefined };
    await new PostgresInstalments().plan(unit, id, [owed]);
    const paid = { ...owed, paidOn: parseDate('2027-11-30') };
    await new PostgresInstalments().pay(unit, id, paid);
  });
}

const nameOf = (
  { vault }: ReturnType<typeof rooms>,
  id: string,
  purpose?: 'subject',
): Promise<string | undefined> =>
  run(async (unit) => {
    if (purpose !== undefined) vault.under(unit, purpose);
    const bytes = await vault.get(unit, { subject: subjectOf(id), field: 'name' });
    return bytes === undefined ? 'nothing' : fromUtf8(bytes);
  }).catch((thrown: unknown) => faultCode(thrown));

const regulator = {
  tenant: bankA,
  caseId: 'held-1',
  by: 'officer',
  authority: 'regulator' as const,
  reference: '示监〔2026〕1号',
  reason: '现场检查',
};

test('L-PI-11 两份期内合同转为限制处理，拒绝的申请删除并要求换钥，监管保全使删除停下', async () => {
  const house = rooms();
  const { wishes, holds, rights } = house;
  for (const id of ['paid-1', 'paid-2']) await enter(house, id, 'settled');
  for (const id of ['refused-1', 'held-1']) await enter(house, id, 'refused');
  const asking = { tenant: bankA, by: 'borrower', kind: 'deletion', words: '请删除' } as const;
  const forget = (caseId: string) => run(rights.open({ ...asking, caseId }));
  await run(holds.place(regulator));
  for (const id of ['paid-1', 'paid-2', 'held-1']) {
    expect((await forget(id)).request.standing, id).toBe('restricted');
    expect(await nameOf(house, id), id).toBe('vault.restricted');
    expect(await nameOf(house, id, 'subject'), id).toBe(person.name);
  }
  expect(await run((unit) => wishes.waiting(unit))).toBeUndefined();
  expect((await forget('refused-1')).request.standing).toBe('erased');
  expect(await nameOf(house, 'refused-1', 'subject')).toBe('vault.erased');
  expect(await run((unit) => wishes.waiting(unit))).toBe(clock.now());
  await run((unit) => wishes.served(unit, clock.now()));
  expect(await run((unit) => wishes.waiting(unit))).toBeUndefined();
});

test('期满作业删除受限制的人；保全的等到解除；每人只有一条删除记录，表里没有原文', async () => {
  const house = rooms();
  const { entries, holds, retention } = house;
  clock.turnTo('2037-11-30T12:00:00.000+08:00');
  const execute = () => retention.run(bankA, clock.now());
  expect(await execute()).toMatchObject({ judged: 3, erased: 0, held: 1, done: true });
  clock.turnTo('2037-12-01T12:00:00.000+08:00');
  expect(await execute()).toMatchObject({ judged: 3, erased: 2, held: 1 });
  expect(await nameOf(house, 'paid-2', 'subject')).toBe('vault.erased');
  expect(await nameOf(house, 'held-1', 'subject')).toBe(person.name);

  const [hold] = await run((unit) => new PostgresPrivacy().standingHolds(unit, 'held-1'));
  const lift = { id: hold?.id ?? '', reason: '检查结束', by: 'officer', approval: undefined };
  await run(holds.lift(lift));
  expect(await execute()).toMatchObject({ judged: 1, erased: 1, held: 0 });
  for (const id of ['paid-1', 'paid-2', 'refused-1', 'held-1']) {
    const chain = await run((unit) => entries.ofCase(unit, id));
    expect(
      chain.filter(({ type }) => type === 'erased'),
      id,
    ).toHaveLength(1);
    expect(chain.at(-1)?.type, id).toBe('erased');
  }
  const words = [...Object.values(person), '请删除', regulator.reference];
  expect(await findPlainText(world.owner, { tenants: [bankA], words })).toEqual([]);
});

test('L-PI-04 决定日取最近一次决定，人工复核也是决定；录入的旧还款日不使删除提前', async () => {
  const house = rooms();
  const factsOf = (id: string) => run((unit) => new PostgresCaseBook().lock(unit, id));
  await enter(house, 'review-1', 'refused');
  clock.turnTo('2038-03-01T12:00:00.000+08:00');
  await run((unit) =>
    house.evidence.record(unit, {
      caseId: 'review-1',
      subject: subjectOf('review-1'),
      type: 'decision.reviewed',
      disclosures: [{ name: 'outcome', value: 'upheld' }],
      of: [],
    }),
  );
  expect(await factsOf('review-1')).toMatchObject({ decidedOn: '2038-03-01' });
  // Entered today, with a day of eleven years ago.
  await enter(house, 'late-1', 'settled');
  expect(await factsOf('late-1')).toMatchObject({ endedOn: '2038-03-01' });
});

function lawRule(name: string, more: Partial<LawRule>): LawRule {
  const term = { value: '6', unit: 'months', bound: 'minimum' as const };
  const dated = {
    basis: 'x',
    article: '1',
    confidence: 'V' as const,
    from: '2026-01-01',
    to: null,
  };
  return { name, ...term, ...dated, ...more };
}

function loanOf(id: string, state: CaseState): Loan {
  const number =
    { 'paid-1': 1, 'paid-2': 2, 'refused-1': 3, 'held-1': 4, 'review-1': 5, 'late-1': 6 }[id] ?? 9;
  return {
    id,
    tenant: bankA,
    unit: 'root',
    state,
    subject: `subject-${id}`,
    application: `${number}0000000-0000-4000-8000-00000000000a`,
    preservationNumber: `FB-${id}`,
    product: 'rural-loan',
    productVersion: '2026-1',
    tokenSha256: new Uint8Array(32).fill(number),
    openedAt: clock.now(),
    amount: undefined,
    termMonths: undefined,
    purpose: undefined,
    contractNumber: undefined,
    disbursedOn: undefined,
    decision: state === 'refused' ? 'refused' : 'approved',
  };
}
