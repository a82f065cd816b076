/**
 * Tokens: 256 random bits told once; only their SHA-256 is kept, so a stolen table opens nothing.
 */
import { toBase64Url } from '#base/bytes';
import type { Random } from '#base/random';

const tokenBytes = 32;

export function freshToken(random: Random): string {
  return toBase64Url(random.bytes(tokenBytes));
}
