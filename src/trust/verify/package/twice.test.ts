/**
 * One word serves once: whole packages of a house that has every key of its own and lets one fact
 * stand for two, each of which was called valid until a reader in a third language was written.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { type Attestation, attest, attestationJson } from '#formats/entry';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { sampleDeposit } from './sample-deposit.fixture.ts';
import { samplePackage } from './sample-package.fixture.ts';
import { secondServices, trustingBank } from './second-service.fixture.ts';
import { wordOfFace } from './twice.fixture.ts';

let house: SampleHouse;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
});

async function said(bytes: Uint8Array): Promise<readonly string[]> {
  const trust = trustingBank(house);
  const report = await verify({ name: 'package.zip', bytes, trust }, nodeEngine);
  return report.flaws.map(({ code, part }) => `${code} ${part}`);
}

describe('one intent', () => {
  test('issues no second certificate beside the first in one entry', async () => {
    const { zip } = await samplePackage(house, { issuedTwice: 'in one entry' });
    expect(await said(zip)).toEqual(['issuance_not_logged documents/01-contract.pdf#revision 2']);
  });

  test('issues none where the log holds the gateway’s word a second time', async () => {
    const { zip } = await samplePackage(house, { issuedTwice: 'on one word' });
    expect(await said(zip)).toEqual([
      'outside_word_wrong entries/0005.json',
      'issued_to_another_key documents/01-contract.pdf#revision 2',
    ]);
  });
});

describe('one receipt of her phone', () => {
  async function heard(change: (receipt: Attestation['statement']) => Attestation['statement']) {
    const { zip, receipt } = await samplePackage(house, {});
    const { statement } = JSON.parse(fromUtf8(receipt)) as Attestation;
    const signed = await attest(change(statement), 'ca', house.ca.signer);
    const receipts = canonicalBytes(attestationJson(signed));
    const order = {
      name: 'package.zip',
      bytes: zip,
      trust: trustingBank(house),
      receipt: receipts,
    };
    const { flaws } = await verify(order, nodeEngine);
    return flaws.map(({ code, part }) => `${code} ${part}`);
  }

  test('vouches for her key, and no other word of the authority does', async () => {
    expect(await heard((own) => own)).toEqual([]);
    const issued = await heard((own) => ({ ...own, kind: 'ca.issued' }));
    expect(issued).toContain('receipt_wrong receipt');
    const other = await heard((own) => ({ ...own, key: own['certificate'] ?? '' }));
    expect(other).toEqual(['issued_to_another_key documents/01-contract.pdf#revision 2']);
  });
});

describe('one entry 0', () => {
  test('fixes one list: another that it names besides is not the list', async () => {
    const zip = await sampleDeposit(house, { listAs: 'required-evidence-of-later' });
    expect(await said(zip)).toEqual(['required_list_differs entries/0000.json']);
  });
});

describe('one word of a party outside', () => {
  test('stands for the entry that the party saw', async () => {
    expect(await said(await sampleDeposit(house, { more: wordOfFace(house, 0) }))).toEqual([]);
  });

  test('lends its strength to no other entry', async () => {
    const zip = await sampleDeposit(house, { more: wordOfFace(house, 0, { refersTo: 1 }) });
    expect(await said(zip)).toEqual(['outside_word_wrong entries/0003.json']);
  });

  test('has commitments by name, or none', async () => {
    const zip = await sampleDeposit(house, {
      more: wordOfFace(house, 0, { more: { commitments: 'all of them' } }),
    });
    expect(await said(zip)).toEqual(['outside_word_wrong entries/0003.json']);
  });
});

describe('a fact in the place of another', () => {
  test('excuses, pays and fills nothing', async () => {
    const heard: string[] = [];
    const wanted: string[] = [];
    for (const { name, flaw, wish } of secondServices(house)) {
      const { zip } = await samplePackage(house, wish);
      heard.push(`${name}: ${(await said(zip)).join()}`);
      wanted.push(`${name}: ${flaw ?? ''}`);
    }
    expect(heard).toEqual(wanted);
  });

  const slot = { slot: 'contract', type: 'deposit.item', min: 1, schema: 'contract' };

  test('is no record of another schema', async () => {
    const own = { ...slot, schema: 'repayment' };
    expect(await said(await sampleDeposit(house, { slot: own }))).toEqual([]);
    expect(await said(await sampleDeposit(house, { slot }))).toEqual([
      'evidence_missing required-evidence.json',
    ]);
  });

  test('is no record that its source signed once', async () => {
    expect(await said(await sampleDeposit(house, { again: true }))).toEqual([
      'source_signature_wrong entries/0002.json',
    ]);
  });
});
