import { describe, expect, test } from 'vitest';
import { seededRandom } from '#base/random';
import { scryptPasswords } from './passwords.ts';

describe('passwords', () => {
  const passwords = scryptPasswords(seededRandom(7));

  test('a verifier knows its password and no other, in every spelling of one letter', async () => {
    const verifier = await passwords.verifier('caf\u00e9 am Markt');
    expect(verifier).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await passwords.matches(verifier, 'cafe\u0301 am Markt')).toBe(true);
    expect(await passwords.matches(verifier, 'cafe am Markt')).toBe(false);
    expect(await passwords.verifier('caf\u00e9 am Markt')).not.toBe(verifier);
  });

  test('nobody and a broken verifier match nothing', async () => {
    expect(await passwords.matches(undefined, '')).toBe(false);
    expect(await passwords.matches('scrypt$1$1$1$AAAA$AAAA', '')).toBe(false);
  });
});
