/**
 * HMAC-SHA-256 (RFC 2104) over whatever engine there is.
 */
import { concat } from '#base/bytes';
import type { Engine } from '#formats/crypto';

const blockBytes = 64;

export async function hmacSha256(
  secret: Uint8Array,
  message: Uint8Array,
  engine: Engine,
): Promise<Uint8Array> {
  const key = secret.length > blockBytes ? await engine.digest('sha256', secret) : secret;
  const padded = concat(key, new Uint8Array(blockBytes - key.length));
  const inner = concat(
    padded.map((byte) => byte ^ 0x36),
    message,
  );
  const outer = padded.map((byte) => byte ^ 0x5c);
  return engine.digest('sha256', concat(outer, await engine.digest('sha256', inner)));
}

/** Looks at every byte, so that the time it takes does not say how far a guess was right. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at += 1) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}
