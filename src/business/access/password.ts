/**
 * What a password of one's own must be, and how a first one is made.
 */
import { toBase64Url } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';

// NIST SP 800-63B section 5.1.1.2: length counts, rules of composition do not.
const passwordCharactersMin = 12;
export const passwordCharactersMax = 128;
const firstPasswordBytes = 12;

/** Refuses with access.password_weak. */
export function requireNewPassword(password: string, login: string): void {
  const length = [...password].length;
  const repeats = new Set(password).size < 5;
  const fits = length >= passwordCharactersMin && length <= passwordCharactersMax;
  if (!fits || repeats || password.toLowerCase().includes(login)) {
    throw new Fault('access.password_weak', { charactersMin: passwordCharactersMin });
  }
}

/** A password for the first login, told once; it opens nothing but the choice of another. */
export function firstPassword(random: Random): string {
  return toBase64Url(random.bytes(firstPasswordBytes));
}
