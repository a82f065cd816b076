/**
 * Salted commitments as a gateway makes them over what it was told: the digest of a disclosure.
 *
 * The salt is the asker's, so the digest here equals the one in the case's entry: whoever holds the
 * disclosure can tie the gateway's statement to the person, and nobody else can.
 */
import { fromBase64Url } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import { disclose } from '#formats/disclosure';

/** 128 bits in base64url without padding. */
export const saltPattern = /^[A-Za-z0-9_-]{22}$/;

export async function commitment(
  engine: Engine,
  opening: { salt: string; name: string; value: Json },
): Promise<string> {
  const { name, value } = opening;
  const disclosure = await disclose({ salt: fromBase64Url(opening.salt), name, value }, engine);
  return disclosure.sha256;
}
