/**
 * SHA-256 and SM3 of bytes that come in parts and are never in memory together.
 */
import { createHash } from 'node:crypto';
import type { RunningDigests } from '#business/deposit';

export function runningDigests(): RunningDigests {
  const [sha256, sm3] = [createHash('sha256'), createHash('sm3')];
  return {
    add(bytes) {
      sha256.update(bytes);
      sm3.update(bytes);
    },
    end: () => ({
      sha256: new Uint8Array(sha256.digest()),
      sm3: new Uint8Array(sm3.digest()),
    }),
  };
}
