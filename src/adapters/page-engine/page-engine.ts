/**
 * The engine that formats ask, answered in a page: WebCrypto and noble, and inflation of our own.
 *
 * It promises what the port says and answers as the server's engine does for every input, so that
 * a judge's browser and `fubie verify` print the same verdict byte for byte.
 */
import { concat } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { digest } from './digests.ts';
import { inflateBare, inflateZlib } from './inflate.ts';
import { verifySignature } from './signatures.ts';

export const pageEngine: Engine = {
  digest: (hash, ...parts) => digest(hash, oneOf(parts)),
  verify: verifySignature,
  inflate: async (bytes, bytesMax) => inflateZlib(bytes, bytesMax),
  inflateRaw: async (bytes, bytesMax) => inflateBare(bytes, bytesMax),
};

/** A browser digests one run of bytes only. */
function oneOf(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : concat(...parts);
}
