/**
 * Public keys as OpenSSL holds them, remembered: reading one costs as much as using it, and an
 * authority's key is used for every signature of a file.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { isComputable, publicKeyFacts } from '#formats/x509';

const keysMax = 512;
/** An RSA key of 16,384 bits has half of it; longer ones are read anew each time. */
const rememberedBytesMax = 4_096;
/** What Node calls the kinds of keys that an engine answers for. */
export type KeyKind = 'rsa' | 'ec' | 'ed25519' | 'ed448' | 'ml-dsa-44';

/** One for each engine. */
export class KeyMemory {
  readonly #keys = new Map<string, KeyObject | undefined>();

  /** The key, if it is of this kind; undefined for everything else, also for what is no key. */
  get(spki: Uint8Array, kind: KeyKind): KeyObject | undefined {
    if (spki.length > rememberedBytesMax) return read(spki, kind);
    const name = kind + Buffer.from(spki.buffer, spki.byteOffset, spki.length).toString('latin1');
    if (this.#keys.has(name)) return this.#keys.get(name);
    const key = read(spki, kind);
    if (this.#keys.size >= keysMax) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}

function read(spki: Uint8Array, kind: string): KeyObject | undefined {
  // Only what strict DER can read is a key here, as in the page: OpenSSL is more lenient.
  const { oid, isSound } = publicKeyFacts(spki);
  if (oid === '' || (kind === 'rsa' && !isSound)) return undefined;
  // OpenSSL also takes curves that the key itself describes, which may be of a forger's making.
  if (kind === 'ec' && !isComputable('ecdsa-sha256', spki)) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === kind ? key : undefined;
  } catch {
    return undefined;
  }
}
