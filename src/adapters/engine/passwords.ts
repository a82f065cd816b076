/**
 * Slow salted digests of passwords: scrypt (RFC 7914), its cost written beside each digest.
 */
import { scrypt, timingSafeEqual } from 'node:crypto';

import { fromBase64Url, toBase64Url } from '#base/bytes';
import type { Random } from '#base/random';
import type { Passwords } from '#business/access';

const digestBytes = 32;
const saltBytes = 16;
// RFC 7914 section 2: 32 MiB a try is nothing for one login and much for a guesser.
const cost = { N: 32_768, r: 8, p: 1 } as const;
const memoryBytesMax = 64 * 1024 * 1024;
const layout = /^scrypt\$32768\$8\$1\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

/** Passwords as `scrypt$N$r$p$salt$digest`. */
export function scryptPasswords(random: Random): Passwords {
  return {
    async verifier(password) {
      const salt = random.bytes(saltBytes);
      const digest = toBase64Url(await digestOf(password, salt));
      return `scrypt$${cost.N}$${cost.r}$${cost.p}$${toBase64Url(salt)}$${digest}`;
    },
    async matches(verifier, password) {
      const [, salt, digest] = layout.exec(verifier ?? '') ?? [];
      // Nobody's password takes as long as somebody's: the time says nothing about who exists.
      const made = await digestOf(password, fromBase64Url(salt ?? 'A'.repeat(22)));
      const held = digest === undefined ? new Uint8Array(digestBytes) : fromBase64Url(digest);
      return timingSafeEqual(made, held) && digest !== undefined;
    },
  };
}

function digestOf(password: string, salt: Uint8Array): Promise<Uint8Array> {
  const options = { ...cost, maxmem: memoryBytesMax };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, digestBytes, options, (failure, digest) => {
      if (failure === null) resolve(new Uint8Array(digest));
      else reject(failure);
    });
  });
}
