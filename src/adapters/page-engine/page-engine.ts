/**
 * The engine that formats ask, answered in a page: WebCrypto and noble, and inflation of our own.
 *
 * It promises what the port says and answers as the server's engine does for every input, so that
 * a judge's browser and `fubie verify` print the same verdict byte for byte.
 */
import type { Engine } from '#formats/crypto';
import { digest } from './digests.ts';
import { inflateBare, inflateZlib } from './inflate.ts';
import { verifySignature } from './signatures.ts';

export const pageEngine: Engine = {
  digest,
  verify: verifySignature,
  inflate: async (bytes, bytesMax) => inflateZlib(bytes, bytesMax),
  inflateRaw: async (bytes, bytesMax) => inflateBare(bytes, bytesMax),
};
