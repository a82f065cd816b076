import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import type { HashName } from '#formats/crypto';
import { type Certificate, certificateDigest } from '#formats/x509';
import { buildGranted, checkToken, parseResponse, parseToken, readTimestamp } from './index.ts';
import { content, type Party, stampAuthority, stampOver } from './stamped-signature.fixture.ts';

let tsa: Party;
let token: Uint8Array;
beforeAll(async () => {
  tsa = await stampAuthority();
  token = await stampOver(content, tsa);
});

async function checkedBy(authorities: readonly Certificate[]) {
  const digest = await nodeEngine.digest('sha256', content);
  const imprint = { hash: 'sha256', digest } as const;
  return checkToken({ token: parseToken(token), imprint, authorities, strict: true }, nodeEngine);
}

test('a token inside its answer is read once, to what its bytes are read to', () => {
  const given = parseResponse(buildGranted(token));
  if (given.is !== 'granted') throw new Error('it was granted');
  const [inside, alone] = [parseToken(given.token), parseToken(token)];
  expect(inside.der).toEqual(token);
  expect({ ...inside, signedData: undefined }).toEqual({ ...alone, signedData: undefined });
  const [facts, same] = [readTimestamp(given.token), readTimestamp(token)];
  expect([facts.der, facts.info, facts.time, facts.nonce]).toEqual([
    same.der,
    same.info,
    same.time,
    same.nonce,
  ]);
  expect(facts.cms.notStrict).toEqual([]);
});

test('a certificate that the caller trusts is not read again where its bytes lie in the token', async () => {
  expect(await checkedBy([tsa.certificate])).toMatchObject({ is: 'valid' });
  const verdict = await checkedBy([tsa.certificate]);
  expect(verdict.is === 'valid' && verdict.certificate).toBe(tsa.certificate);
});

test('one that was read with a word against it does not stand in for a strict reading', async () => {
  const odd = { ...tsa.certificate, oddities: ['serial_long'] } as const;
  const verdict = await checkedBy([odd]);
  expect(verdict).toMatchObject({ is: 'valid', certificate: { oddities: [] } });
});

test('another certificate of the same name is nobody the caller trusts', async () => {
  const other = await stampAuthority();
  expect(await checkedBy([other.certificate])).toMatchObject({
    is: 'invalid',
    because: 'stamp_authority_unknown',
  });
});

test('the digest of a certificate is made once for each reading and each algorithm', async () => {
  const asked: HashName[] = [];
  const engine = {
    digest: async (hash: HashName, ...parts: readonly Uint8Array[]) => {
      asked.push(hash);
      return nodeEngine.digest(hash, ...parts);
    },
  };
  const read = { der: token };
  for (const hash of ['sha256', 'sm3', 'sha256', 'sm3'] as const) {
    const found = await certificateDigest(read, hash, engine);
    expect(found).toEqual(await nodeEngine.digest(hash, token));
  }
  expect(asked).toEqual(['sha256', 'sm3']);
  await certificateDigest({ der: token }, 'sha256', engine);
  expect(asked).toHaveLength(3);
});
