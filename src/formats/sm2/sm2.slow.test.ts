import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex, utf8 } from '#base/bytes';
import { DerReader, integerOf, parseDer, tag } from '#formats/der';
import { sm2DefaultId, sm2PublicKey, verifySm2 } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fubie-sm2-'));
const at = (name: string): string => join(folder, name);

/** Another maker's signature: OpenSSL's SM2 with the identity, which it leaves out unless told. */
function foreignSignature(message: Uint8Array, identity: string) {
  writeFileSync(at('message'), message);
  const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
  openssl('genpkey', '-algorithm', 'SM2', '-out', at('key.pem'));
  openssl('pkey', '-in', at('key.pem'), '-pubout', '-outform', 'DER', '-out', at('key.der'));
  const sign = ['-sign', '-inkey', at('key.pem'), '-in', at('message'), '-out', at('signature')];
  openssl('pkeyutl', ...sign, '-rawin', '-digest', 'sm3', '-pkeyopt', `distid:${identity}`);
  const reader = new DerReader(parseDer(readFileSync(at('signature'))), tag.sequence);
  const halves = [reader.next(tag.integer), reader.next(tag.integer)].map((value) =>
    fromHex(integerOf(value).toString(16).padStart(64, '0')),
  );
  return { publicKey: new Uint8Array(readFileSync(at('key.der'))), signature: concat(...halves) };
}

describe('SM2 (GB/T 32918.2)', () => {
  afterAll(() => rmSync(folder, { recursive: true }));
  const message = utf8('契约');

  test('takes what OpenSSL signed under the usual identity, and nothing altered', async () => {
    for (let round = 0; round < 5; round += 1) {
      const check = { ...foreignSignature(message, sm2DefaultId), message };
      expect(await verifySm2(check, nodeEngine)).toBe(true);
      for (const byte of [0, 31, 32, 63]) {
        const signature = check.signature.map((value, index) => value ^ (index === byte ? 1 : 0));
        expect(await verifySm2({ ...check, signature }, nodeEngine)).toBe(false);
      }
      expect(await verifySm2({ ...check, message: utf8('x') }, nodeEngine)).toBe(false);
      expect(await verifySm2({ ...check, signerId: 'other' }, nodeEngine)).toBe(false);
    }
  });

  test('another identity is another signature', async () => {
    const check = { ...foreignSignature(message, 'ALICE123@YAHOO.COM'), message };
    expect(await verifySm2(check, nodeEngine)).toBe(false);
    const named = { ...check, signerId: 'ALICE123@YAHOO.COM' };
    expect(await verifySm2(named, nodeEngine)).toBe(true);
  });

  test('zero, the order and points beside the curve are false, not exceptions', async () => {
    const good = { ...foreignSignature(message, sm2DefaultId), message };
    const order = fromHex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
    const r = good.signature.subarray(0, 32);
    const zero = new Uint8Array(32);
    for (const signature of [
      new Uint8Array(64),
      concat(r, zero),
      concat(zero, r),
      concat(r, order),
      concat(order, r),
      good.signature.subarray(1),
    ]) {
      expect(await verifySm2({ ...good, signature }, nodeEngine)).toBe(false);
    }
    const beside = good.publicKey.map((byte, index) => byte ^ (index === 90 ? 1 : 0));
    expect(sm2PublicKey(beside)).toBeUndefined();
    expect(await verifySm2({ ...good, publicKey: beside }, nodeEngine)).toBe(false);
    expect(await verifySm2({ ...good, publicKey: zero }, nodeEngine)).toBe(false);
  });
});
