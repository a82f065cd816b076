/**
 * Prepares places for all parties of somebody's document, before anybody signs it or, where the
 * earlier signers allow it, after.
 */
import type { Engine } from '#formats/crypto';
import { appendFields, type EmptyField, openToSign, readSignatures } from '#formats/pdf';
import { requireEarlierIntact } from './earlier.ts';

/** Refuses with `pdf.*` as appendFields does, and with signing.earlier_broken. */
export async function prepareFields(
  document: Uint8Array,
  fields: readonly EmptyField[],
  engine: Engine,
): Promise<Uint8Array> {
  const file = await openToSign(document, engine);
  const prepared = appendFields(file, fields);
  const earlier = readSignatures(file);
  if (earlier.length > 0) {
    await requireEarlierIntact({ before: document, earlier }, prepared, engine);
  }
  return prepared;
}
