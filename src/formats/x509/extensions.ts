/**
 * Certificate extensions (RFC 5280 §4.2, RFC 9608): the few the house writes and understands.
 *
 * An extension that is critical and not understood stays visible in `criticalUnknown`, for whoever
 * relies on the certificate must refuse it then.
 */
import { Fault } from '#base/fault';
import {
  bitString,
  bitStringOf,
  boolean,
  booleanOf,
  contextPrimitive,
  contextTag,
  type Der,
  DerReader,
  nullValue,
  octetString,
  oid,
  oidOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { extensionOid } from './oids.ts';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

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

export interface Extensions {
  readonly all: readonly Extension[];
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number };
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsage?: readonly string[];
  readonly subjectKeyIdentifier?: Uint8Array;
  readonly authorityKeyIdentifier?: Uint8Array;
  /** RFC 9608: the issuer never publishes revocation for this certificate. */
  readonly noRevAvail: boolean;
  readonly criticalUnknown: readonly string[];
}

export function basicConstraints(ca: boolean): Extension {
  // An authority of this house issues to ends only: path length 0.
  const value = ca ? sequence(boolean(true), Uint8Array.of(tag.integer, 1, 0)) : sequence();
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

export function extensionDer(extension: Extension): Uint8Array {
  const parts = [oid(extension.oid), octetString(extension.value)];
  if (extension.critical) parts.splice(1, 0, boolean(true));
  return sequence(...parts);
}

/** `list` is the SEQUENCE OF Extension. An extension given twice is refused (RFC 5280 §4.2). */
export function parseExtensions(list: Der): Extensions {
  const all = list.children.map(parseExtension);
  if (new Set(all.map((one) => one.oid)).size !== all.length) {
    throw new Fault('x509.malformed', { at: list.at, why: 'extension twice' });
  }
  const find = (name: string): Der | undefined => {
    const found = all.find((one) => one.oid === name);
    return found === undefined ? undefined : parseDer(found.value);
  };
  const constraints = find(extensionOid.basicConstraints);
  const usage = find(extensionOid.keyUsage);
  const purposes = find(extensionOid.extendedKeyUsage);
  const subjectKey = find(extensionOid.subjectKeyIdentifier);
  const authorityKey = find(extensionOid.authorityKeyIdentifier);
  return {
    all,
    ...(constraints && { basicConstraints: parseBasicConstraints(constraints) }),
    ...(usage && { keyUsage: parseKeyUsage(usage) }),
    ...(purposes && { extendedKeyUsage: purposes.children.map(oidOf) }),
    ...(subjectKey && { subjectKeyIdentifier: subjectKey.content }),
    ...keyIdentifierIn(authorityKey),
    noRevAvail: find(extensionOid.noRevAvail)?.tag === tag.null,
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

function parseExtension(value: Der): Extension {
  const reader = new DerReader(value, tag.sequence);
  const name = oidOf(reader.next(tag.oid));
  const flag = reader.optional(tag.boolean);
  // DEFAULT FALSE: DER leaves it out, so a FALSE that is written is a second spelling.
  if (flag !== undefined && !booleanOf(flag)) {
    throw new Fault('x509.malformed', { at: flag.at, why: 'critical FALSE is written' });
  }
  const content = reader.next(tag.octetString).content;
  reader.end();
  return { oid: name, critical: flag !== undefined, value: content };
}

function parseBasicConstraints(value: Der): { ca: boolean; pathLength?: number } {
  const reader = new DerReader(value, tag.sequence);
  const flag = reader.optional(tag.boolean);
  const length = reader.optional(tag.integer);
  reader.end();
  const ca = flag !== undefined && booleanOf(flag);
  return length === undefined ? { ca } : { ca, pathLength: smallIntegerOf(length) };
}

function parseKeyUsage(value: Der): readonly KeyUsage[] {
  if (value.tag !== tag.bitString) throw new Fault('x509.malformed', { why: 'key usage' });
  const { bytes } = bitStringOf(value);
  return keyUsageBits.filter((_, at) => ((bytes[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0);
}

function keyIdentifierIn(authorityKey: Der | undefined): { authorityKeyIdentifier?: Uint8Array } {
  const first = authorityKey?.children[0];
  if (first?.tag !== contextTag(0, 'primitive')) return {};
  return { authorityKeyIdentifier: first.content };
}
