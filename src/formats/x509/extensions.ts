/**
 * Certificate extensions (RFC 5280 §4.2, RFC 9608): written by the house, and all of them read.
 *
 * An extension that is critical and not understood stays visible in `criticalUnknown`, for whoever
 * relies on the certificate must refuse it then. One whose value cannot be read stays in
 * `malformed`: whether that matters depends on what the certificate is asked for.
 */
import { toHex } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import {
  bitString,
  bitStringOf,
  boolean,
  contextPrimitive,
  contextTag,
  type Der,
  DerReader,
  integer,
  nullValue,
  octetString,
  oid,
  oidOf,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { type GeneralName, parseGeneralNames } from './alternative-names.ts';
import {
  type AccessDescription,
  type DistributionPoint,
  type IssuingDistributionPoint,
  parseAccess,
  parseDistributionPoints,
  parseIssuingDistributionPoint,
} from './distribution.ts';
import { type Extension, parseExtension } from './extension.ts';
import { parseLoosely } from './loose.ts';
import { type NameConstraints, parseNameConstraints } from './name-constraints.ts';
import { extensionOid } from './oids.ts';
import {
  type PolicyConstraints,
  type PolicyMapping,
  parseCertificatePolicies,
  parseInhibitAnyPolicy,
  parsePolicyConstraints,
  parsePolicyMappings,
} from './policies.ts';

/** RFC 5280 §4.2.1.3, in the order of the bits. */
const keyUsageBits = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
export type KeyUsage = (typeof keyUsageBits)[number];

/** RFC 5280 §4.2.1.1: which key of which authority signed. */
export interface AuthorityKey {
  readonly identifier: Uint8Array | undefined;
  readonly issuer: readonly GeneralName[];
  /** Lower-case hex, as in Certificate. */
  readonly serial: string | undefined;
}

/** An extension whose value is not what its identifier promises. */
export interface MalformedExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly why: string;
}

/** The extensions of a certificate or list; a known one that is absent is undefined. */
export interface Extensions {
  readonly all: readonly Extension[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: Uint8Array;
  readonly authorityKey?: AuthorityKey;
  readonly subjectAltName?: readonly GeneralName[];
  readonly issuerAltName?: readonly GeneralName[];
  readonly nameConstraints?: NameConstraints;
  readonly certificatePolicies?: readonly string[];
  /** The kinds of qualifiers that stand beside the policies (RFC 5280 §4.2.1.4). */
  readonly policyQualifiers?: readonly string[];
  readonly policyMappings?: readonly PolicyMapping[];
  readonly policyConstraints?: PolicyConstraints;
  readonly inhibitAnyPolicy?: number;
  readonly crlDistributionPoints?: readonly DistributionPoint[];
  readonly freshestCrl?: readonly DistributionPoint[];
  readonly issuingDistributionPoint?: IssuingDistributionPoint;
  readonly authorityInfoAccess?: readonly AccessDescription[];
  readonly subjectInfoAccess?: readonly AccessDescription[];
  /** RFC 9608: the issuer never publishes revocation for this certificate. */
  readonly noRevAvail: boolean;
  /** RFC 6960 §4.2.2.2.1: nobody asks whether this responder's certificate is revoked. */
  readonly ocspNoCheck: boolean;
  /** Critical extensions that a judge of single steps, without paths, does not process. */
  readonly criticalUnknown: readonly string[];
  readonly malformed: readonly MalformedExtension[];
  /** A DEFAULT that is written out, so that the same extension has a second spelling. */
  readonly hasWrittenDefault: boolean;
  /** The value of an extension is BER but not DER. */
  readonly hasBer: boolean;
}

/** An authority of this house issues to ends only: path length 0; null is without a limit. */
export function basicConstraints(ca: boolean, pathLength: number | null = 0): Extension {
  const length = pathLength === null ? [] : [integer(pathLength)];
  const value = ca ? sequence(boolean(true), ...length) : sequence();
  return { oid: extensionOid.basicConstraints, critical: true, value };
}

export function keyUsage(...uses: readonly KeyUsage[]): Extension {
  const bits = keyUsageBits.map((use) => uses.includes(use));
  const count = bits.lastIndexOf(true) + 1;
  const bytes = new Uint8Array(Math.ceil(count / 8));
  bits.slice(0, count).forEach((set, at) => {
    if (set) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  });
  const value = bitString(bytes, bytes.length * 8 - count);
  return { oid: extensionOid.keyUsage, critical: true, value };
}

export function extendedKeyUsage(critical: boolean, ...purposes: readonly string[]): Extension {
  return { oid: extensionOid.extendedKeyUsage, critical, value: sequence(...purposes.map(oid)) };
}

export function subjectKeyIdentifier(identifier: Uint8Array): Extension {
  const value = octetString(identifier);
  return { oid: extensionOid.subjectKeyIdentifier, critical: false, value };
}

export function authorityKeyIdentifier(identifier: Uint8Array): Extension {
  const value = sequence(contextPrimitive(0, identifier));
  return { oid: extensionOid.authorityKeyIdentifier, critical: false, value };
}

export function noRevAvail(): Extension {
  return { oid: extensionOid.noRevAvail, critical: false, value: nullValue() };
}

/** `list` is the SEQUENCE OF Extension. An extension given twice is refused (RFC 5280 §4.2). */
export function parseExtensions(list: Der): Extensions {
  if (list.tag !== tag.sequence) throw new Fault('x509.malformed', { why: 'extensions' });
  const read = list.children.map(parseExtension);
  const all = read.map(({ extension }) => extension);
  if (new Set(all.map((one) => one.oid)).size !== all.length) {
    throw new Fault('x509.malformed', { at: list.at, why: 'extension twice' });
  }
  const malformed: MalformedExtension[] = [];
  let hasBer = false;
  const values: Record<string, unknown> = { noRevAvail: false, ocspNoCheck: false };
  for (const { oid: name, critical, value } of all) {
    const reader = readers.get(name);
    if (reader === undefined) continue;
    try {
      const loose = parseLoosely(value);
      hasBer ||= !loose.isDer;
      Object.assign(values, reader(loose.value));
    } catch (thrown) {
      const why = faultCode(thrown);
      if (why === undefined) throw thrown;
      malformed.push({ oid: name, critical, why });
    }
  }
  return {
    ...(values as Pick<Extensions, 'noRevAvail' | 'ocspNoCheck'>),
    all,
    malformed,
    hasBer,
    hasWrittenDefault: read.some((one) => one.hasWrittenDefault),
    criticalUnknown: all
      .filter((one) => one.critical && !understood.includes(one.oid))
      .map((one) => one.oid),
  };
}

const understood: readonly string[] = [
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectKeyIdentifier,
  extensionOid.authorityKeyIdentifier,
  extensionOid.noRevAvail,
];

/** What each known extension says, by its identifier. */
const readers: ReadonlyMap<string, (value: Der) => Partial<Extensions>> = new Map([
  reading(extensionOid.basicConstraints, (value) => ({
    basicConstraints: parseBasicConstraints(value),
  })),
  reading(extensionOid.keyUsage, (value) => ({ keyUsage: parseKeyUsage(value) })),
  reading(extensionOid.extendedKeyUsage, (value) => ({ extendedKeyUsage: parsePurposes(value) })),
  reading(extensionOid.subjectKeyIdentifier, (value) => ({
    subjectKeyIdentifier: expectTag(value, tag.octetString).content,
  })),
  reading(extensionOid.authorityKeyIdentifier, parseAuthorityKey),
  reading(extensionOid.subjectAltName, (value) => ({
    subjectAltName: parseGeneralNames(expectTag(value, tag.sequence)),
  })),
  reading(extensionOid.issuerAltName, (value) => ({
    issuerAltName: parseGeneralNames(expectTag(value, tag.sequence)),
  })),
  reading(extensionOid.nameConstraints, (value) => ({
    nameConstraints: parseNameConstraints(value),
  })),
  reading(extensionOid.certificatePolicies, parseCertificatePolicies),
  reading(extensionOid.policyMappings, (value) => ({ policyMappings: parsePolicyMappings(value) })),
  reading(extensionOid.policyConstraints, (value) => ({
    policyConstraints: parsePolicyConstraints(value),
  })),
  reading(extensionOid.inhibitAnyPolicy, (value) => ({
    inhibitAnyPolicy: parseInhibitAnyPolicy(value),
  })),
  reading(extensionOid.crlDistributionPoints, (value) => ({
    crlDistributionPoints: parseDistributionPoints(value),
  })),
  reading(extensionOid.freshestCrl, (value) => ({ freshestCrl: parseDistributionPoints(value) })),
  reading(extensionOid.issuingDistributionPoint, (value) => ({
    issuingDistributionPoint: parseIssuingDistributionPoint(value),
  })),
  reading(extensionOid.authorityInfoAccess, (value) => ({
    authorityInfoAccess: parseAccess(value),
  })),
  reading(extensionOid.subjectInfoAccess, (value) => ({ subjectInfoAccess: parseAccess(value) })),
  reading(extensionOid.noRevAvail, (value) => ({ noRevAvail: isNull(value) })),
  reading(extensionOid.ocspNoCheck, (value) => ({ ocspNoCheck: isNull(value) })),
]);

function reading(
  name: string,
  read: (value: Der) => Partial<Extensions>,
): [string, (value: Der) => Partial<Extensions>] {
  return [name, read];
}

function parseBasicConstraints(value: Der): { ca: boolean; pathLength?: number } {
  const reader = new DerReader(value, tag.sequence);
  const flag = reader.optional(tag.boolean);
  const length = reader.optional(tag.integer);
  reader.end();
  const ca = flag !== undefined && flag.content[0] !== 0;
  return length === undefined ? { ca } : { ca, pathLength: smallIntegerOf(length) };
}

function parseKeyUsage(value: Der): readonly KeyUsage[] {
  const { bytes } = bitStringOf(expectTag(value, tag.bitString));
  return keyUsageBits.filter((_, at) => ((bytes[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0);
}

/** RFC 5280 §4.2.1.12: at least one purpose. */
function parsePurposes(value: Der): readonly string[] {
  const { children } = expectTag(value, tag.sequence);
  if (children.length === 0) throw new Fault('x509.malformed', { why: 'no purpose' });
  return children.map((one) => oidOf(expectTag(one, tag.oid)));
}

function parseAuthorityKey(value: Der): Partial<Extensions> {
  const reader = new DerReader(value, tag.sequence);
  const identifier = reader.optional(contextTag(0, 'primitive'))?.content;
  const issuer = reader.optional(contextTag(1, 'constructed'));
  const serial = reader.optional(contextTag(2, 'primitive'));
  reader.end();
  const authorityKey = {
    identifier,
    issuer: issuer === undefined ? [] : parseGeneralNames(issuer),
    serial: serial && toHex(serial.content),
  };
  return identifier === undefined
    ? { authorityKey }
    : { authorityKey, authorityKeyIdentifier: identifier };
}

function isNull(value: Der): boolean {
  return expectTag(value, tag.null).tag === tag.null;
}

function expectTag(value: Der, expected: number): Der {
  if (value.tag !== expected) throw new Fault('x509.malformed', { at: value.at, why: 'type' });
  return value;
}
