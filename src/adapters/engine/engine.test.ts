import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { toHex, utf8 } from '#base/bytes';
import { digestBytes, lettersBy, spelledBy } from '#formats/crypto';
import {
  createKeyFile,
  createNodeEngine,
  generateSoftKey,
  nodeEngine,
  openKeyFile,
  softKeyFromPem,
  softSigner,
} from './index.ts';

const message = utf8('契约');

describe('the engine', () => {
  test('digests under SHA-256 and SM3 give the published values of "abc"', async () => {
    expect(toHex(await nodeEngine.digest('sha256', utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(toHex(await nodeEngine.digest('sm3', utf8('abc')))).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  test('parts have the digest of the whole, however long they and it are', async () => {
    const whole = new Uint8Array(5_000).map((_, at) => at * 7);
    for (const hash of ['sha256', 'sm3', 'sha512', 'shake256'] as const) {
      for (const [length, cut] of [
        [0, 0],
        [65, 1],
        [4_096, 4_000],
        [4_097, 9],
      ] as const) {
        const bytes = whole.subarray(0, length);
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        const one = await nodeEngine.digest(hash, bytes);
        expect(toHex(one)).toBe(
          createHash(hash, { outputLength: digestBytes[hash] }).update(bytes).digest('hex'),
        );
        expect(await nodeEngine.digest(hash, ...parts)).toEqual(one);
      }
    }
  });

  test('a key that is for RSA-PSS alone signs so', async () => {
    const { privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
    const signer = softSigner(privateKey);
    const signature = await signer.sign(message);
    const { algorithm, publicKey } = signer;
    expect(algorithm).toBe('rsa-pss-sha256-sha256-32');
    expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
  });

  test.each(['p256', 'ed25519'] as const)(
    'a signature of a %s key is true for its message and nothing else',
    async (kind) => {
      const signer = softSigner(generateSoftKey(kind));
      const signature = await signer.sign(message);
      const { algorithm, publicKey } = signer;
      const check = { algorithm, publicKey, signature, message };
      expect(await nodeEngine.verify(check)).toBe(true);
      expect(await nodeEngine.verify({ ...check, message: utf8('other') })).toBe(false);
      expect(await nodeEngine.verify({ ...check, signature: Uint8Array.of(1) })).toBe(false);
      expect(await nodeEngine.verify({ ...check, publicKey: Uint8Array.of(48, 0) })).toBe(false);
      expect(await nodeEngine.verify({ ...check, algorithm: 'rsa-pkcs1-sha256' })).toBe(false);
    },
  );

  test('what is checked beside the thread, or spelled at once, is the same', async () => {
    const beside = createNodeEngine({ beside: true });
    const signer = softSigner(generateSoftKey('p256'));
    const { algorithm, publicKey } = signer;
    const check = { algorithm, publicKey, signature: await signer.sign(message), message };
    expect(await beside.verify(check)).toBe(true);
    expect(await beside.verify({ ...check, message: utf8('other') })).toBe(false);
    for (const wrong of [Uint8Array.of(1), new Uint8Array()]) {
      expect(await beside.verify({ ...check, signature: wrong })).toBe(false);
      expect(await beside.verify({ ...check, publicKey: wrong })).toBe(false);
    }
    const silent: Parameters<typeof spelledBy>[0] = {
      digest: (hash, ...parts) => nodeEngine.digest(hash, ...parts),
    };
    expect(lettersBy(nodeEngine, '契约')).toBe(lettersBy(silent, '契约'));
    for (const hash of ['sha256', 'sm3'] as const) {
      for (const as of ['base64', 'base64url', 'hex'] as const) {
        const told = { hash, of: '契约', as };
        expect(spelledBy(nodeEngine, told)).toBe(await spelledBy(silent, told));
        expect(spelledBy(nodeEngine, told)).toBe(spelledBy(nodeEngine, { ...told, of: message }));
      }
    }
  });

  test('inflate stops at its limit and says so', async () => {
    const packed = deflateSync(new Uint8Array(100_000));
    expect((await nodeEngine.inflate(packed, 100_000)).length).toBe(100_000);
    await expect(nodeEngine.inflate(packed, 99_999)).rejects.toMatchObject({
      code: 'crypto.inflate_limit',
    });
    await expect(nodeEngine.inflate(message, 10)).rejects.toMatchObject({
      code: 'crypto.inflate_malformed',
    });
  });
});

describe('keys in files', () => {
  test('two makers of one key file end with the same key, and an exposed file is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-key-'));
    try {
      const path = join(folder, 'key.pem');
      const first = softSigner(await createKeyFile(path, 'p256'));
      const second = softSigner(await createKeyFile(path, 'p256'));
      expect(second.publicKey).toEqual(first.publicKey);
      await chmod(path, 0o644);
      await expect(openKeyFile(path)).rejects.toMatchObject({ code: 'crypto.key_exposed' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('what is not a key is refused', () => {
    expect(() => softKeyFromPem('nothing')).toThrowError('crypto.key_malformed');
  });
});
