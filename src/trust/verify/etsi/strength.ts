/**
 * Until when an algorithm proves something: the cryptographic constraints of the validation policy
 * (ETSI EN 319 102-1 §5.2.8.3) as dated data.
 *
 * A date is the day of the first practical attack where there is one, else the day on which the
 * last authority named gave the algorithm up. A signature that is proved to have existed before
 * that day keeps its worth; after it, only the proof counts, for anybody may have made the rest.
 */
import { type Instant, instantFromMs } from '#base/clock';
import { type HashName, type SignatureAlgorithm, schemeOf } from '#formats/crypto';
import type { KeyFacts } from '#formats/x509';

/** The end of an algorithm's or a key size's reliability. */
export interface Sunset {
  /** `SHA-1`, `RSA below 1900 bits`. */
  readonly what: string;
  readonly until: Instant;
  readonly source: string;
}

const nist = 'NIST SP 800-131A Rev. 2';
const etsi = 'ETSI TS 119 312 v1.5.1';

const hashSunsets: Partial<Record<HashName, Sunset>> = {
  md5: sunset('MD5', '2008-12-30', 'Stevens et al., a rogue CA certificate (25C3)'),
  ripemd160: sunset('RIPEMD-160', '2020-12-31', 'not among the agreed mechanisms of SOG-IS 1.2'),
  sha1: sunset(
    'SHA-1',
    '2020-01-07',
    'Leurent, Peyrin: chosen-prefix collisions (eprint 2020/014)',
  ),
  sha224: sunset('SHA-224', '2030-12-31', nist),
  'sha3-224': sunset('SHA3-224', '2030-12-31', nist),
};

/** By the length of the modulus: the first row that is longer than the key counts. */
function modulusSunsets(gaveUp1024: string): readonly (readonly [bitsBelow: number, Sunset])[] {
  const attack = 'Kleinjung et al.: RSA-768 (eprint 2010/006)';
  return [
    [1024, sunset('a key below 1024 bits', '2010-01-07', attack)],
    [1900, sunset('a key below 1900 bits', gaveUp1024, etsi)],
    [3000, sunset('a key below 3000 bits', '2030-12-31', `${nist}; SOG-IS 1.2 §4.1`)],
  ];
}

const keySunsets = {
  rsa: modulusSunsets('2019-10-01'),
  dsa: modulusSunsets('2015-12-01'),
} as const;

/** Elliptic curves by the length of their field; edwards curves and SM2 are longer. */
const curveSunsets: readonly (readonly [bitsBelow: number, Sunset])[] = [
  [224, sunset('a curve below 224 bits', '2013-12-31', nist)],
  [250, sunset('a curve below 250 bits', '2030-12-31', nist)],
];

/** The sunsets of a signature algorithm and of the key it is checked with, the earliest first. */
export function sunsetsOf(use: {
  readonly algorithm?: SignatureAlgorithm | undefined;
  readonly hash?: HashName | undefined;
  readonly key?: KeyFacts | undefined;
}): readonly Sunset[] {
  const hashes = [use.hash, use.algorithm === undefined ? undefined : schemeOf(use.algorithm).hash];
  const found = hashes.map((hash) => (hash === undefined ? undefined : hashSunsets[hash]));
  found.push(use.key === undefined ? undefined : keySunset(use.key));
  return found.filter((one) => one !== undefined).toSorted((a, b) => a.until - b.until);
}

/** The first sunset that lies before `at`. */
export function outdatedAt(sunsets: readonly Sunset[], at: Instant): Sunset | undefined {
  return sunsets.find(({ until }) => at > until);
}

function keySunset({ family, bits }: KeyFacts): Sunset | undefined {
  if (bits === 0) return undefined;
  if (family === 'rsa' || family === 'dsa') {
    return keySunsets[family].find(([below]) => bits < below)?.[1];
  }
  return family === 'ec' ? curveSunsets.find(([below]) => bits < below)?.[1] : undefined;
}

function sunset(what: string, day: string, source: string): Sunset {
  return { what, until: instantFromMs(Date.parse(`${day}T23:59:59.999Z`)), source };
}
