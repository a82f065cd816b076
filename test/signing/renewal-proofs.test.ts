/**
 * What keeps a signature alive after everybody's keys have ended (EN 319 102-1 §5.6.2): each later
 * stamp proves the one before it, and revocation material counts if it was kept in time.
 */
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { type Report, type TrustFiles, verify } from '#trust/verify';
import { onePage, SigningTable } from './signing-table.ts';

const yearSeconds = 365 * 86_400;

async function signedTable() {
  const table = await SigningTable.open();
  const signer = await table.person('ecdsa-sha256');
  const bytes = await table.sign(onePage('table'), signer, 'borrower');
  table.pass(5);
  return { table, signer, bytes };
}

/** The trust folder with what the authorities publish today about their own clocks. */
async function trustToday(table: SigningTable): Promise<TrustFiles> {
  const { crls } = await table.material();
  const files = crls.map((der, at) => [`list-${at}.crl`, der] as const);
  return new Map([...table.trust(), ...files]);
}

async function judged(
  table: SigningTable,
  bytes: Uint8Array,
  revocation: 'required' | 'if-present',
): Promise<Report> {
  const order = { name: 'contract.pdf', bytes, at: table.now, profile: 'etsi' } as const;
  return verify({ ...order, revocation, trust: await trustToday(table) }, nodeEngine);
}

function lines({ signatures }: Report): readonly string[] {
  return signatures.map(({ kind, is, because }) => `${kind} ${is} ${because ?? ''}`.trimEnd());
}

describe('the chain of stamps', () => {
  test('a later document stamp proves the one before it, which proves the signature’s own', async () => {
    const { table, bytes } = await signedTable();
    // The signature's clock ends after three years, that of the first archive stamp after six.
    await table.renewClock(6);
    const once = await table.raise(bytes);
    table.pass(5 * yearSeconds);
    await table.renewClock(5);
    const twice = await table.raise(once);
    table.pass(3 * yearSeconds);
    for (const revocation of ['if-present', 'required'] as const) {
      const report = await judged(table, twice, revocation);
      expect(lines(report)).toEqual(['signature valid', 'timestamp valid', 'timestamp valid']);
      expect(report.flaws).toEqual([]);
    }
    // Without the second stamp nothing speaks for the first one any more.
    const report = await judged(table, once, 'if-present');
    expect(report.is).toBe('indeterminate');
  });
});

describe('under --revocation required', () => {
  test('what was kept and stamped in time is enough when the signer’s certificate has ended', async () => {
    const { table, bytes } = await signedTable();
    const raised = await table.raise(bytes);
    table.pass(2 * yearSeconds);
    const report = await judged(table, raised, 'required');
    expect(lines(report)).toEqual(['signature valid', 'timestamp valid']);
    await table.renewClock(5);
    const renewed = await table.raise(raised);
    table.pass(2 * yearSeconds);
    expect((await judged(table, renewed, 'required')).flaws).toEqual([]);
  });

  test('a month later, when the list that was kept is no longer the newest, it still counts', async () => {
    const { table, bytes } = await signedTable();
    const raised = await table.raise(bytes);
    table.pass(60 * 86_400);
    expect((await judged(table, raised, 'required')).flaws).toEqual([]);
  });

  test('a signer whose certificate has ended, and of whom nothing was kept, stays open', async () => {
    const { table, bytes } = await signedTable();
    table.pass(2 * yearSeconds);
    const report = await judged(table, bytes, 'required');
    expect(report).toMatchObject({ is: 'indeterminate' });
    expect((await judged(table, bytes, 'if-present')).is).toBe('valid');
  });

  test('a revocation after the stamp harms nothing', async () => {
    const { table, signer, bytes } = await signedTable();
    table.revoke(signer);
    table.pass(5);
    const raised = await table.raise(bytes);
    table.pass(2 * yearSeconds);
    expect((await judged(table, raised, 'required')).flaws).toEqual([]);
  });
});
