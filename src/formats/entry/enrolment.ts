/**
 * The enrolment key: made by the phone before it asks for the code, so that the certificate can
 * only go to the device on which the person confirmed.
 *
 * The SMS gateway signs the key's digest into its statement and prints its first letters in the
 * message; the certificate request carries the key and its signature over the PKCS#10 request.
 * Whoever comes with a confirmed statement but without this key gets no certificate on it.
 */
import { concat, toBase64, utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';

const domainLine = utf8('fubie/enrolment/v1\n');

/** So many letters of a digest a message shows, and the phone compares. */
export const shownDigestLetters = 8;

/** base64 SHA-256 of the enrolment key (DER SubjectPublicKeyInfo). */
export async function enrolmentDigest(publicKey: Uint8Array, engine: Engine): Promise<string> {
  return toBase64(await engine.digest('sha256', publicKey));
}

/** What the enrolment key signs: the request for the session's certificate, DER. */
export function enrolmentMessage(csr: Uint8Array): Uint8Array {
  return concat(domainLine, csr);
}
