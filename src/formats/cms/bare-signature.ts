/**
 * Signatures of PDF that are no CMS message: adbe.x509.rsa_sha1 (ISO 32000-2 §12.8.3.2), whose
 * /Contents is an OCTET STRING with a PKCS#1 value and whose certificate stands in /Cert.
 */
import { faultCode } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import { parseBer, tag } from '#formats/der';

/** The digests such a value may be over (ISO 32000-1 table 257); the value itself says which. */
const hashes = [
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'ripemd160',
] as const satisfies readonly HashName[];

/** The digest under which the value holds; undefined when it is no signature by this key. */
export async function checkBareSignature(
  {
    contents,
    publicKey,
    message,
  }: {
    readonly contents: Uint8Array;
    readonly publicKey: Uint8Array;
    readonly message: Uint8Array;
  },
  engine: Engine,
): Promise<HashName | undefined> {
  const signature = octetsOf(contents);
  if (signature === undefined) return undefined;
  for (const hash of hashes) {
    const algorithm = `rsa-pkcs1-${hash}` as const;
    if (await engine.verify({ algorithm, publicKey, signature, message })) return hash;
  }
  return undefined;
}

function octetsOf(contents: Uint8Array): Uint8Array | undefined {
  try {
    const { value } = parseBer(contents);
    return value.tag === tag.octetString ? value.content : undefined;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}
