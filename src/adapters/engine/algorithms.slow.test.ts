import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import type { SignatureAlgorithm } from '#formats/crypto';
import { generateSoftKey, nodeEngine, sm2Signer, softSigner } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fubie-engine-'));
const at = (name: string): string => join(folder, name);
const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
const message = utf8('契约');
afterAll(() => rmSync(folder, { recursive: true }));

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }));
}

describe('what a verifier meets', () => {
  test.each([
    ['prime256v1', 'sha1'],
    ['prime256v1', 'sha3-384'],
    ['secp384r1', 'sha512'],
    ['secp521r1', 'sha224'],
    ['secp256k1', 'sha256'],
    ['brainpoolP256r1', 'sha256'],
    ['brainpoolP384r1', 'sha384'],
    ['brainpoolP512r1', 'sha512'],
  ] as const)('ECDSA on %s with %s', async (namedCurve, hash) => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
    const algorithm: SignatureAlgorithm = `ecdsa-${hash}`;
    const signature = new Uint8Array(sign(hash, message, privateKey));
    const check = { algorithm, publicKey: spkiOf(publicKey), signature, message };
    expect(await nodeEngine.verify(check)).toBe(true);
    expect(await nodeEngine.verify({ ...check, message: utf8('x') })).toBe(false);
    expect(await nodeEngine.verify({ ...check, algorithm: 'sm2-sm3' })).toBe(false);
  });

  test('Ed448, and no other name for it; DSA is not computed', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed448');
    const signature = new Uint8Array(sign(null, message, privateKey));
    const check = { publicKey: spkiOf(publicKey), signature, message };
    expect(await nodeEngine.verify({ ...check, algorithm: 'ed448' })).toBe(true);
    expect(await nodeEngine.verify({ ...check, algorithm: 'ed25519' })).toBe(false);
    expect(await nodeEngine.verify({ ...check, algorithm: 'dsa-sha1' })).toBe(false);
  });

  test('a curve that the key itself describes is no curve (CVE-2020-0601)', async () => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-param_enc', 'explicit', '-out', at('k'));
    openssl('pkey', '-in', at('k'), '-pubout', '-outform', 'DER', '-out', at('p'));
    writeFileSync(at('m'), message);
    openssl('dgst', '-sha256', '-sign', at('k'), '-out', at('s'), at('m'));
    const publicKey = new Uint8Array(readFileSync(at('p')));
    const signature = new Uint8Array(readFileSync(at('s')));
    const check = { algorithm: 'ecdsa-sha256', publicKey, signature, message } as const;
    expect(publicKey.length).toBeGreaterThan(200);
    expect(await nodeEngine.verify(check)).toBe(false);
  });
});

describe('SM2 with another maker, both ways', () => {
  test.each(['1234567812345678', 'ALICE123@YAHOO.COM'])('identity %s', async (identity) => {
    const key = generateSoftKey('sm2');
    const signer = sm2Signer(key, { signerId: identity });
    writeFileSync(at('m'), message);
    writeFileSync(at('s'), await signer.sign(message));
    writeFileSync(at('p'), signer.publicKey);
    writeFileSync(at('k'), key.export({ format: 'pem', type: 'pkcs8' }));
    const id = ['-sigopt', `distid:${identity}`];
    openssl('pkey', '-pubin', '-inform', 'DER', '-in', at('p'), '-out', at('p.pem'));
    const said = openssl(
      'dgst',
      '-sm3',
      ...id,
      '-verify',
      at('p.pem'),
      '-signature',
      at('s'),
      at('m'),
    );
    expect(said.toString()).toContain('Verified OK');
    openssl('dgst', '-sm3', ...id, '-sign', at('k'), '-out', at('s'), at('m'));
    const signature = new Uint8Array(readFileSync(at('s')));
    const check = {
      algorithm: 'sm2-sm3',
      publicKey: signer.publicKey,
      signature,
      message,
    } as const;
    expect(await nodeEngine.verify({ ...check, signerId: identity })).toBe(true);
    expect(await nodeEngine.verify({ ...check, signerId: 'somebody else' })).toBe(false);
  });
});

test.each([
  [generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, {}, 'rsa-pkcs1-sha256'],
  [
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    { pss: true },
    'rsa-pss-sha256-sha256-32',
  ],
  [generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).privateKey, {}, 'ecdsa-sha384'],
  [generateSoftKey('sm2'), {}, 'sm2-sm3'],
] as const)('the house signs with %s %o as %s', async (key, wanted, algorithm) => {
  const signer = softSigner(key, wanted);
  const signature = await signer.sign(message);
  expect(signer.algorithm).toBe(algorithm);
  const check = { algorithm, publicKey: signer.publicKey, signature, message };
  expect(await nodeEngine.verify(check)).toBe(true);
  expect(await nodeEngine.verify({ ...check, message: utf8('x') })).toBe(false);
});

test('a key too short or on a strange curve signs nothing', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const strange = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
  for (const key of [short, strange]) {
    expect(() => softSigner(key)).toThrowError('crypto.key_unsuitable');
  }
});
