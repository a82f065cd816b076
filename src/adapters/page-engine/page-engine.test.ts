/** Two engines, one answer: whatever they are handed, the page says what the server says. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, toHex, utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { type Random, seededRandom } from '#base/random';
import { hashNames, type SignatureAlgorithm } from '#formats/crypto';
import { pageEngine } from './index.ts';

const message = utf8('契约');
const rareCurves = [
  'prime192v1',
  'secp224r1',
  ...['160r', '160t', '192r', '192t', '224r', '224t', '256t', '320r', '320t', '384t', '512t'].map(
    (name) => `brainpoolP${name}1`,
  ),
];
const pss = { padding: 6, saltLength: 20 };

/** A pair of node:crypto for each scheme, with how Node is asked to sign with it. */
const keys: readonly (readonly [SignatureAlgorithm, string | null, object, () => KeyObject[]])[] = [
  ...['P-256', 'P-384', 'P-521', 'secp256k1', 'brainpoolP384r1', ...rareCurves].map(
    (namedCurve) =>
      [
        'ecdsa-sha256',
        'sha256',
        {},
        () => pair(generateKeyPairSync('ec', { namedCurve })),
      ] as const,
  ),
  ['ecdsa-sha1', 'sha1', {}, () => pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }))],
  ['ecdsa-sha512', 'sha512', {}, () => pair(generateKeyPairSync('ec', { namedCurve: 'P-256' }))],
  ['ed25519', null, {}, () => pair(generateKeyPairSync('ed25519'))],
  ['ed448', null, {}, () => pair(generateKeyPairSync('ed448'))],
  ['rsa-pkcs1-sha1', 'sha1', {}, () => pair(generateKeyPairSync('rsa', { modulusLength: 1024 }))],
  [
    'rsa-pss-sha256-sha256-20',
    'sha256',
    pss,
    () => pair(generateKeyPairSync('rsa', { modulusLength: 1025 })),
  ],
];

describe('the engine of a page', () => {
  test.each(hashNames)('%s is the digest the server computes, small and large', async (hash) => {
    for (const size of [0, 1, 55, 56, 63, 64, 119, 1000, 20_000]) {
      const bytes = seededRandom(size + 1).bytes(size);
      expect(await pageEngine.digest(hash, bytes)).toEqual(await nodeEngine.digest(hash, bytes));
    }
  });

  test('SM3 is that of GB/T 32905, annex A', async () => {
    expect(toHex(await pageEngine.digest('sm3', utf8('abcd'.repeat(16))))).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });

  test.each(keys)('%s: sound and damaged signatures get the same answer', async (...row) => {
    const [algorithm, hash, options, make] = row;
    const [publicKey, privateKey] = make();
    if (publicKey === undefined || privateKey === undefined) throw new Error('no key');
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
    const signature = new Uint8Array(sign(hash, message, { key: privateKey, ...options }));
    const check = { algorithm, publicKey: spki, signature, message };
    expect(await pageEngine.verify(check)).toBe(true);
    const random = seededRandom(11);
    for (let round = 0; round < 40; round += 1) {
      const damaged = {
        ...check,
        ...(round % 3 === 0
          ? { publicKey: mangled(spki, random) }
          : { signature: mangled(signature, random) }),
      };
      const said = await pageEngine.verify(damaged);
      expect(said, `round ${round}`).toBe(await nodeEngine.verify(damaged));
    }
    expect(await pageEngine.verify({ ...check, message: utf8('other') })).toBe(false);
  });

  test('damaged streams are refused with the same code, or give the same bytes', async () => {
    const random = seededRandom(5);
    const seen = new Set<string>();
    for (let round = 0; round < 600; round += 1) {
      const plain = concat(random.bytes(round), utf8('傅别 '.repeat(round % 90)), random.bytes(40));
      const level = round % 10;
      const raw = round % 2 === 0;
      const packed = new Uint8Array((raw ? deflateRawSync : deflateSync)(plain, { level }));
      const given = round % 5 === 0 ? packed : mangled(packed, random);
      const bytesMax = round % 7 === 0 ? plain.length - 1 : 40_000;
      const verb = raw ? 'inflateRaw' : 'inflate';
      const ours = await outcome(() => pageEngine[verb](given, bytesMax));
      expect(ours, `round ${round}`).toEqual(
        await outcome(() => nodeEngine[verb](given, bytesMax)),
      );
      seen.add(typeof ours === 'string' ? ours : 'bytes');
    }
    expect([...seen].toSorted()).toEqual([
      'bytes',
      'crypto.inflate_limit',
      'crypto.inflate_malformed',
    ]);
  });
});

function pair(of: { publicKey: KeyObject; privateKey: KeyObject }): KeyObject[] {
  return [of.publicKey, of.privateKey];
}

/** One to three bytes changed, or the end lost, or something after the end. */
function mangled(bytes: Uint8Array, random: Random): Uint8Array {
  const [kind = 0, times = 0] = random.bytes(2);
  if (kind < 30) return bytes.slice(0, kind % bytes.length);
  if (kind < 50) return concat(bytes, random.bytes(3));
  const changed = bytes.slice();
  for (let at = 0; at <= times % 3; at += 1) {
    const [high = 0, low = 0, flip = 0] = random.bytes(3);
    const place = ((high << 8) | low) % bytes.length;
    changed[place] = (changed[place] ?? 0) ^ (flip | 1);
  }
  return changed;
}

async function outcome(ask: () => Promise<Uint8Array>): Promise<Uint8Array | string> {
  try {
    return await ask();
  } catch (thrown) {
    return faultCode(thrown) ?? 'no fault';
  }
}
