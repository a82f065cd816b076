/**
 * The tree of RFC 6962 under SM3 (GB/T 32905-2016): same shape, same prefixes, another hash.
 *
 * C2SP fixes SHA-256, so what is built with this is our own profile and never called by their name.
 */
import type { Engine } from '#formats/crypto';

/**
 * The engine under which #formats/tlog computes the twin's nodes, leaves and proofs. It is for
 * trees only: whoever asks it for SHA-256 gets SM3.
 */
export function twinEngine(engine: Engine): Engine {
  const digest: Engine['digest'] = (_hash, bytes) => engine.digest('sm3', bytes);
  return {
    digest,
    verify: (check) => engine.verify(check),
    inflate: (bytes, bytesMax) => engine.inflate(bytes, bytesMax),
    inflateRaw: (bytes, bytesMax) => engine.inflateRaw(bytes, bytesMax),
  };
}
