/**
 * The digest by which a signer binds himself to a certificate (RFC 5035 §3), made once for each
 * certificate that was read: an authority's stands in every stamp it makes, twice where it is
 * checked.
 */
import type { Engine, HashName } from '#formats/crypto';
import type { Certificate } from './certificate.ts';

/** Of what was read, not of equal bytes: another reading has digests of its own. */
const made = new WeakMap<object, Map<HashName, Uint8Array>>();

/** Of its DER. */
export async function certificateDigest(
  certificate: Pick<Certificate, 'der'>,
  hash: HashName,
  engine: Pick<Engine, 'digest'>,
): Promise<Uint8Array> {
  const own = made.get(certificate) ?? new Map<HashName, Uint8Array>();
  made.set(certificate, own);
  const digest = own.get(hash) ?? (await engine.digest(hash, certificate.der));
  own.set(hash, digest);
  return digest;
}
