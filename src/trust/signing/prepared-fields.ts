/**
 * Prepares places for all parties of somebody's document, before anybody signs it or, where the
 * earlier signers allow it, after.
 */
import type { Engine } from '#formats/crypto';
import { appendFields, type EmptyField, openToSign, readSignatures } from '#formats/pdf';
import { isArea, requireEarlierIntact, requirePrepared } from './earlier.ts';

/**
 * Refuses with `pdf.*` as appendFields does, with signing.earlier_broken, and with
 * signing.place_unprepared what comes too late.
 */
export async function prepareFields(
  document: Uint8Array,
  fields: readonly EmptyField[],
  engine: Engine,
): Promise<Uint8Array> {
  const file = await openToSign(document, engine);
  const prepared = appendFields(file, fields);
  const earlier = readSignatures(file);
  if (earlier.length > 0) {
    requirePrepared(
      earlier,
      fields.map(({ field, rect }) => ({ field, isSeen: isArea(rect) })),
    );
    await requireEarlierIntact({ before: document, earlier }, prepared, engine);
  }
  return prepared;
}
