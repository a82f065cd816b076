import { createVerify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { bornPair, derSignature, signerOf } from './key.ts';

describe('a key that is born on the device', () => {
  test('signs as CMS wants it, again and again, and cannot be taken out', async () => {
    const pair = await bornPair();
    const signer = await signerOf(pair);
    const key = { key: Buffer.from(signer.publicKey), format: 'der', type: 'spki' } as const;
    for (let turn = 0; turn < 40; turn += 1) {
      const message = Uint8Array.of(turn, 1, 2);
      const signature = await signer.sign(message);
      expect(createVerify('sha256').update(message).verify(key, signature)).toBe(true);
    }
    await expect(crypto.subtle.exportKey('pkcs8', pair.privateKey)).rejects.toThrow(/extractable/);
  });

  test('leading zeros are dropped and a high bit is padded', () => {
    const raw = new Uint8Array(64);
    raw[31] = 1;
    raw[32] = 0x80;
    const der = derSignature(raw);
    expect([...der.subarray(0, 8)]).toEqual([0x30, 38, 0x02, 1, 1, 0x02, 33, 0]);
  });
});
