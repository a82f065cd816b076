import { beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import type { Signer } from '#formats/crypto';
import { attest, parseEntry, type Statement } from '#formats/entry';
import { Admission } from './admission.ts';
import { TestWorld, testUnit } from './test-log.ts';

const bank = softSigner(generateSoftKey('ed25519'));
const thief = softSigner(generateSoftKey('ed25519'));
const newSigner = () => softSigner(generateSoftKey('ed25519'));

describe('a statement that a third party submits itself', () => {
  let world: TestWorld;
  let admission: Admission;
  let seen = '';
  let caseTag = '';

  beforeEach(async () => {
    world = await TestWorld.open({ engine: nodeEngine, hash: treeHash, newSigner });
    const draft = { caseId: 'loan-1', type: 'case.opened', disclosures: [], of: [] } as const;
    const opened = await world.evidence().record(testUnit, draft);
    seen = opened.hash;
    caseTag = opened.caseTag;
    admission = new Admission({
      evidence: world.evidence(),
      store: world.log,
      caseOfTag: async (_unit, tag) => (tag === caseTag ? 'loan-1' : undefined),
      keyOf: async (by) =>
        by === 'core-banking' ? { algorithm: 'ed25519', publicKey: bank.publicKey } : undefined,
      engine: nodeEngine,
      clock: world.clock,
    });
  });

  const settled = (more: Statement = {}): Statement => ({
    v: 1,
    kind: 'payment.settled',
    id: 'settlement-1',
    case: caseTag,
    seen,
    at: '2026-11-22T10:00:00.000+08:00',
    clock: 'LOCAL_CLOCK',
    order: 'order-1',
    result: 'settled',
    ...more,
  });
  const submit = async (statement: Statement, by = 'core-banking', signer: Signer = bank) =>
    admission.admit(await attest(statement, by, signer))(testUnit);

  test('stands in the case it names, under its own signature, once however often it comes', async () => {
    const first = await submit(settled());
    expect(await submit(settled())).toEqual(first);
    const rows = await world.log.ofCase(testUnit, 'loan-1');
    expect(rows.map(({ type }) => type)).toEqual(['case.opened', 'statement.received']);
    const entry = parseEntry(rows[1]?.bytes ?? new Uint8Array());
    expect(entry).toMatchObject({ att: { by: 'core-banking' }, refs: { seen } });
  });

  const refused: readonly (readonly [string, Statement, { by?: string; signer?: Signer }?])[] = [
    ['signed by another', {}, { signer: thief }],
    [
      'of a party whose key nobody trusts',
      { kind: 'face.compared', commitments: {} },
      { by: 'face' },
    ],
    ['of a kind that is another party’s', {}, { by: 'sms' }],
    ['of a kind nobody knows', { kind: 'weather.seen' }],
    ['of another version', { v: 2 }],
    ['without what it is about', { order: null, case: 'AAAA' }],
    ['with more than it may say', { phone: '00000000001' }],
    ['of a case that is not here', { case: 'AAECAwQFBgcICQoLDA0ODw' }],
    ['that saw no entry of the case', { seen: 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=' }],
  ];
  test.for(refused)('%s is refused, and nothing is written', async ([, more, as]) => {
    const { by, signer } = as ?? {};
    await expect(submit(settled(more), by, signer)).rejects.toThrow('evidence.statement_refused');
    expect(await world.log.ofCase(testUnit, 'loan-1')).toHaveLength(1);
  });

  test('whose id stands for another statement is refused', async () => {
    await submit(settled());
    await expect(submit(settled({ result: 'returned' }))).rejects.toThrow(
      'evidence.statement_refused',
    );
  });

  test('in an entry of the house obeys the same rule', async () => {
    const att = await attest({ v: 1, kind: 'sms.intent' }, 'core-banking', bank);
    const draft = { caseId: 'loan-1', type: 'disbursed', disclosures: [], of: [], att } as const;
    await expect(world.evidence().record(testUnit, draft)).rejects.toThrow(
      'evidence.statement_refused',
    );
  });
});
