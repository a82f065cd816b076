/**
 * Whose seals a block bears: more than half of a Clique's validators by the blocks upon it, two
 * thirds of a QBFT's by one block; and what a node makes up that has none of their keys.
 */

import { type PrivateKeyAccount, privateKeyToAccount, sign } from 'viem/accounts';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromHex, fromUtf8, toHex } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { encodeRlp, keccak256, printAnchorFile, type Rlp, rlpNumber } from '#formats/evm';
import { verify } from '#trust/verify';
import { anchorParts, sampleChain } from '../../src/trust/verify/input/sample-anchor.fixture.ts';
import { type SampleHouse, sampleHouse } from '../../src/trust/verify/own/sample-trust.fixture.ts';
import { sampleLog } from '../../src/trust/verify/package/sample-log.fixture.ts';

const extraPlace = 12;
const keys = [1, 2, 3, 4, 5].map((one) => `0x${String(one).repeat(64)}` as const);
const validators = keys.slice(0, 4);
const addressOf = ({ address }: PrivateKeyAccount): string => address.slice(2).toLowerCase();
const addresses = validators.map((key) => addressOf(privateKeyToAccount(key)));

let house: SampleHouse;
let text: string;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
  text = (await sampleLog(house, [new Uint8Array([1])], house.witnesses)).checkpoint;
});

/** r ‖ s ‖ parity. */
async function sealOf(members: readonly Rlp[], key: `0x${string}`): Promise<Uint8Array> {
  const hash = `0x${toHex(keccak256(encodeRlp(members)))}` as const;
  const { r, s, yParity = 0 } = await sign({ hash, privateKey: key });
  return concat(fromHex(r.slice(2)), fromHex(s.slice(2)), Uint8Array.of(yParity));
}

const withExtra = (members: readonly Rlp[], extra: Uint8Array): Rlp[] =>
  members.map((member, at) => (at === extraPlace ? extra : member));

/** A header under Clique: 32 bytes of anything, then the seal over what is before it. */
async function clique(members: readonly Rlp[], key: `0x${string}`): Promise<Uint8Array> {
  const vanity = new Uint8Array(32);
  const seal = await sealOf(withExtra(members, vanity), key);
  return encodeRlp(withExtra(members, concat(vanity, seal)));
}

/** The anchor's block and one upon it for each further key. */
async function chainOf(sealers: readonly `0x${string}`[]): Promise<readonly Uint8Array[]> {
  const headers: Uint8Array[] = [];
  for (const [at, key] of sealers.entries()) {
    const members = [...anchorParts(text).members];
    const before = headers.at(-1);
    if (before !== undefined) members[0] = keccak256(before);
    members[8] = rlpNumber(BigInt(12 + at));
    headers.push(await clique(members, key));
  }
  return headers;
}

async function qbft(sealers: readonly `0x${string}`[]): Promise<Uint8Array> {
  const { members } = anchorParts(text);
  const extra = (seals: readonly Uint8Array[]): Uint8Array =>
    encodeRlp([new Uint8Array(32), addresses.map(fromHex), [], rlpNumber(0n), seals]);
  const unsealed = withExtra(members, extra([]));
  const seals = await Promise.all(sealers.map((key) => sealOf(unsealed, key)));
  return encodeRlp(withExtra(members, extra(seals)));
}

async function judged(kind: 'clique' | 'qbft', headers: readonly Uint8Array[]) {
  const [header = new Uint8Array(), ...descendants] = headers;
  const more = descendants.length === 0 ? {} : { descendants };
  const proof = { ...anchorParts(text).proof, header, ...more };
  const bytes = printAnchorFile({ checkpoint: text, proof });
  const chain = { ...JSON.parse(fromUtf8(sampleChain)), validators: { kind, addresses } };
  const trust = new Map(house.trust).set('anchor.json', canonicalBytes(chain));
  const report = await verify({ name: '1.anchor', bytes, trust }, nodeEngine);
  const said = report.notices.filter(({ code }) => ['anchored', 'block_not_judged'].includes(code));
  return {
    is: report.is,
    because: report.because,
    said: said.map((one) => `${one.code} ${one.detail}`),
  };
}

describe('a Clique', () => {
  test('of four stands for a block by three of them, on it and on the two upon it', async () => {
    const { is, said } = await judged('clique', await chainOf(validators.slice(0, 3)));
    expect([is, said.length]).toEqual(['valid', 1]);
    expect(said[0]).toMatch(/^anchored .*sealed by 3 of 4 validators$/);
  });

  test('stands for nothing by one or two: that is said, and no seal of one counts twice', async () => {
    const [first = '0x', second = '0x'] = validators;
    for (const sealers of [[first], [first, second, first]]) {
      const { is, said } = await judged('clique', await chainOf(sealers));
      expect(is).toBe('valid');
      expect(said[1]).toMatch(/^block_not_judged .*sealed by [12] of 4 validators, 3 needed$/);
    }
  });

  test('a block that nobody of them sealed, or that is no child, is refused', async () => {
    const foreign = await chainOf([...validators.slice(0, 2), keys[4] ?? '0x']);
    expect(await judged('clique', foreign)).toMatchObject({
      is: 'invalid',
      because: 'anchor_wrong',
    });
    const [one, two, three] = await chainOf(validators.slice(0, 3));
    const torn = [one, three, two].filter((header) => header !== undefined);
    expect(await judged('clique', torn)).toMatchObject({ is: 'invalid', because: 'anchor_wrong' });
  });
});

describe('a QBFT', () => {
  test('of four stands for a block by three seals in it; two are too few, a stranger’s is refused', async () => {
    const enough = await judged('qbft', [await qbft(validators.slice(0, 3))]);
    expect([enough.is, enough.said.length]).toEqual(['valid', 1]);
    expect(enough.said[0]).toContain('sealed by 3 of 4 validators');
    const few = await judged('qbft', [await qbft(validators.slice(0, 2))]);
    expect(few.said[1]).toContain('2 of 4 validators, 3 needed');
    const foreign = await judged('qbft', [await qbft(keys.slice(2, 5))]);
    expect(foreign).toMatchObject({ is: 'invalid', because: 'anchor_wrong' });
  });
});
