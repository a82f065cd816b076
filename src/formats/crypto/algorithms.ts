/**
 * The names of digests and signature algorithms, and what a name says.
 *
 * A signature algorithm is one text, parameters included, so that it can be compared, stored and
 * printed. The weak ones are here because a verifier meets them; whether they still prove anything
 * is judged elsewhere. What the house itself writes is the narrow list `SigningAlgorithm`.
 */
export const hashNames = [
  'md5',
  'ripemd160',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'shake256',
  'sm3',
] as const;

/** A digest a verifier meets; `shake256` is the one of 64 octets (RFC 8702 §3.1). */
export type HashName = (typeof hashNames)[number];

/** How many octets each digest has. */
export const digestBytes: Readonly<Record<HashName, number>> = {
  md5: 16,
  ripemd160: 20,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-224': 28,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64,
  shake256: 64,
  sm3: 32,
};

/** Object identifiers of the digests (RFC 8017 §B.1, RFC 8702, GM/T 0006). */
export const digestOids: Readonly<Record<HashName, string>> = {
  md5: '1.2.840.113549.2.5',
  ripemd160: '1.3.36.3.2.1',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  'sha3-224': '2.16.840.1.101.3.4.2.7',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
  shake256: '2.16.840.1.101.3.4.2.12',
  sm3: '1.2.156.10197.1.401',
};

/** A signature algorithm the house itself writes. */
export type SigningAlgorithm =
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512'
  | 'rsa-pss-sha256-sha256-32'
  | 'rsa-pss-sha384-sha384-48'
  | 'rsa-pss-sha512-sha512-64'
  | 'sm2-sm3'
  | 'ml-dsa-44';

/**
 * A signature algorithm a verifier meets. `rsa-pss-H-M-N` is RSASSA-PSS with digest H, MGF1 over
 * digest M and a salt of N octets (RFC 4055 §3.1).
 */
export type SignatureAlgorithm =
  | SigningAlgorithm
  | 'ed448'
  | `dsa-${HashName}`
  | `ecdsa-${HashName}`
  | `rsa-pkcs1-${HashName}`
  | `rsa-pss-${HashName}-${HashName}-${number}`;

/** What the name of a signature algorithm says. */
export type SignatureScheme =
  | { readonly scheme: 'ed25519' | 'ed448' | 'ml-dsa-44'; readonly hash?: undefined }
  | { readonly scheme: 'dsa' | 'ecdsa' | 'rsa-pkcs1'; readonly hash: HashName }
  | { readonly scheme: 'sm2'; readonly hash: 'sm3' }
  | {
      readonly scheme: 'rsa-pss';
      readonly hash: HashName;
      readonly mgfHash: HashName;
      readonly saltBytes: number;
    };

/** All but RSA-PSS, whose names are without end. Made once: every signature asks several times. */
const schemes: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ...(['ed25519', 'ed448', 'ml-dsa-44'] as const).map((scheme) => [scheme, { scheme }] as const),
  ['sm2-sm3', { scheme: 'sm2', hash: 'sm3' }],
  ...(['dsa', 'ecdsa', 'rsa-pkcs1'] as const).flatMap((scheme) =>
    hashNames.map((hash) => [`${scheme}-${hash}`, { scheme, hash }] as const),
  ),
]);

/** Takes a name apart. */
export function schemeOf(algorithm: SignatureAlgorithm): SignatureScheme {
  const known = schemes.get(algorithm);
  if (known !== undefined) return known;
  const rest = algorithm.slice('rsa-pss-'.length);
  for (const hash of hashNames) {
    if (!rest.startsWith(`${hash}-`)) continue;
    const tail = rest.slice(hash.length + 1);
    const mgfHash = hashNames.find((one) => tail.startsWith(`${one}-`));
    if (mgfHash === undefined) continue;
    return { scheme: 'rsa-pss', hash, mgfHash, saltBytes: Number(tail.slice(mgfHash.length + 1)) };
  }
  throw new TypeError(`not a signature algorithm: ${algorithm}`);
}
