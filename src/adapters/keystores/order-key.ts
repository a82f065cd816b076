/**
 * The secret of those whom the key store obeys: its folder's owner, and the worker that was handed
 * a copy at provisioning. Who has taken the API over can ask for keys, but not have any destroyed.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

import { toHex } from '#base/bytes';
import type { Random } from '#base/random';
import { createSecret, readSecret } from './key-files.ts';

const orderName = 'order';
const orderBytes = 32;

/** The secret in `order.key` of the key store's folder, made there if there is none; hex. */
export async function orderSecret(folder: string, random: Random): Promise<string> {
  const made = await createSecret(folder, orderName, random.bytes(orderBytes)).catch(
    (thrown: unknown) => thrown,
  );
  // Another process may have been first: what lies there is the secret.
  if (made instanceof Error && !('code' in made && made.code === 'EEXIST')) throw made;
  return toHex(await readSecret(folder, orderName));
}

/** Compares without telling by time how much was right. */
export function isOrderSecret(given: string, secret: string): boolean {
  return timingSafeEqual(sha256(given), sha256(secret));
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
