/**
 * Content-Digest (RFC 9530): the digest of a body, in a field that a signature can cover.
 *
 * sha-256 and sha-512 count; other digests may stand beside one of them and are ignored (§2: a
 * recipient may ignore any of them), but one of these two that is wrong is wrong.
 */
import { equal } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { parseByteSequences, printBytes } from './structured-fields.ts';

const hashes = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const;

export async function printContentDigest(body: Uint8Array, engine: Engine): Promise<string> {
  return `sha-256=${printBytes(await engine.digest('sha256', body))}`;
}

/** Does the field name at least one digest we know, and are all that we know those of the body? */
export async function digestMatches(
  fieldText: string,
  body: Uint8Array,
  engine: Engine,
): Promise<boolean> {
  const stated = parseByteSequences(fieldText);
  let known = 0;
  for (const [name, hash] of Object.entries(hashes)) {
    const digest = stated.get(name);
    if (digest === undefined) continue;
    if (!equal(digest, await engine.digest(hash, body))) return false;
    known += 1;
  }
  return known > 0;
}
