/**
 * Revocation lists of any authority (RFC 5280 §5): complete, delta, indirect, of any length.
 *
 * A list may hold a million numbers, and one of them is asked for: the entries are walked over, not
 * parsed, and only the one that is found is read.
 */
import { concat, equal, fromHex, indexOf } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { SignatureAlgorithm } from '#formats/crypto';
import { type Der, integerOf, parseDer, tag, timeOf } from '#formats/der';
import { type GeneralName, parseGeneralNames } from './alternative-names.ts';
import { algorithmOidOf, knownAlgorithmOf, wholeBits } from './certificate.ts';
import { type Extensions, parseExtensions } from './extensions.ts';
import { type Name, nameKey, parseName } from './name.ts';
import { extensionOid } from './oids.ts';
import { partsOf, type TlvPart } from './tlv-parts.ts';

/** A list as read; what it says about a certificate is asked of `findRevoked`. */
export interface RevocationList {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Instant;
  readonly nextUpdate: Instant | undefined;
  readonly extensions: Extensions;
  readonly number: bigint | undefined;
  /** Of a delta list, the number of the complete list it builds on (§5.2.4). */
  readonly baseNumber: bigint | undefined;
  /** Since when it keeps certificates that have expired (X.509 §9.5.2.8). */
  readonly expiredSince: Instant | undefined;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
  readonly signatureAlgorithmOid: string;
  readonly signature: Uint8Array;
  /** The content of revokedCertificates, empty if nothing is revoked. */
  readonly entries: Uint8Array;
}

/** What a list says about one certificate. */
export interface RevokedEntry {
  readonly from: Instant;
  /** CRLReason by number; 0 if not stated. */
  readonly reason: number;
  readonly invalidFrom: Instant | undefined;
}

const version2 = 1n;

/** x509.malformed or a der fault for anything that is no list. */
export function readRevocationList(der: Uint8Array): RevocationList {
  const [outer, ...after] = partsOf(der);
  const [tbs, algorithm, signature, ...others] = partsOf(expect(outer, tag.sequence).content);
  if (after.length + others.length > 0) throw malformed('bytes too many');
  const outerAlgorithm = parseDer(expect(algorithm, tag.sequence).der);
  const parts = [...partsOf(expect(tbs, tag.sequence).content)];
  const version = takeIf(parts, tag.integer);
  if (version !== undefined && integerOf(parseDer(version.der)) !== version2) {
    throw malformed('version');
  }
  if (!equal(expect(parts.shift(), tag.sequence).der, outerAlgorithm.der)) {
    throw malformed('two signature algorithms');
  }
  const issuer = parseName(parseDer(expect(parts.shift(), tag.sequence).der));
  const thisUpdate = timeIn(parts);
  if (thisUpdate === undefined) throw malformed('thisUpdate');
  const nextUpdate = timeIn(parts);
  const entries = takeIf(parts, tag.sequence)?.content ?? new Uint8Array();
  const wrapped = takeIf(parts, 0xa0);
  if (parts.length > 0) throw malformed('a value too many');
  const extensions = parseExtensions(wrapped === undefined ? nothing : parseDer(wrapped.content));
  return {
    der,
    tbs: expect(tbs, tag.sequence).der,
    issuer,
    thisUpdate,
    nextUpdate,
    extensions,
    number: integerIn(extensions, extensionOid.crlNumber),
    baseNumber: integerIn(extensions, extensionOid.deltaCrlIndicator),
    expiredSince: instantIn(extensions, extensionOid.expiredCertsOnCrl),
    signatureAlgorithm: knownAlgorithmOf(outerAlgorithm),
    signatureAlgorithmOid: algorithmOidOf(outerAlgorithm),
    signature: wholeBits(parseDer(expect(signature, tag.bitString).der)),
    entries,
  };
}

/**
 * The entry for a certificate's number under its issuer's name; of several the one that weighs
 * most, for an entry behind another takes nothing back. In an indirect list an entry
 * names the issuer for itself and all that follow (§5.3.3); until then it is the list's own.
 */
export function findRevoked(
  list: RevocationList,
  { serial, issuer }: { readonly serial: string; readonly issuer: Name },
): RevokedEntry | undefined {
  const wanted = fromHex(serial);
  // Most certificates stand in no list at all, and bytes that are not there are found out fast.
  if (indexOf(list.entries, concat(Uint8Array.of(tag.integer, wanted.length), wanted)) < 0) {
    return undefined;
  }
  const isIndirect = list.extensions.issuingDistributionPoint?.isIndirect === true;
  const issuerKey = nameKey(issuer);
  let isOfIssuer = equal(list.issuer.der, issuer.der) || nameKey(list.issuer) === issuerKey;
  let found: RevokedEntry | undefined;
  for (const entry of partsOf(list.entries)) {
    const [number, date, extra] = partsOf(expect(entry, tag.sequence).content);
    if (isIndirect && extra !== undefined) {
      isOfIssuer = namedIssuer(extra, issuerKey) ?? isOfIssuer;
    }
    if (!isOfIssuer || !equal(expect(number, tag.integer).content, wanted)) continue;
    if (date === undefined) throw malformed('revocation date');
    const said = entryOf(date, extra);
    if (found === undefined || outweighs(said, found)) found = said;
  }
  return found;
}

/** §5.3.1: the end is more than a hold, a hold more than that it is over; then the earlier. */
function outweighs(one: RevokedEntry, other: RevokedEntry): boolean {
  const [weight, against] = [one, other].map(({ reason }) => {
    if (reason === removeFromCrl) return 0;
    return reason === certificateHold ? 1 : 2;
  });
  return weight === against ? one.from < other.from : (weight ?? 0) > (against ?? 0);
}

const certificateHold = 6;
const removeFromCrl = 8;

/** Does an entry's certificateIssuer name this issuer? Undefined if it names nobody. */
function namedIssuer(extra: TlvPart, issuerKey: string): boolean | undefined {
  const { all } = parseExtensions(parseDer(extra.der));
  const stated = all.find((one) => one.oid === extensionOid.certificateIssuer);
  if (stated === undefined) return undefined;
  const names: readonly GeneralName[] = parseGeneralNames(parseDer(stated.value));
  return names.some((name) => 'directory' in name && nameKey(name.directory) === issuerKey);
}

/**
 * The first critical extension of any entry that is not understood here: such a list answers for
 * nobody who is not in it (RFC 5280 §5.3), for what it says may be of all that follow.
 */
export function unknownInEntries({ entries }: RevocationList): string | undefined {
  if (indexOf(entries, isCritical) < 0) return undefined;
  for (const entry of partsOf(entries)) {
    const [, , extra] = partsOf(expect(entry, tag.sequence).content);
    if (extra === undefined || indexOf(extra.der, isCritical) < 0) continue;
    const unknown = parseExtensions(parseDer(extra.der)).all.find(
      (one) => one.critical && !understoodInEntries.includes(one.oid),
    );
    if (unknown !== undefined) return unknown.oid;
  }
  return undefined;
}

/** BOOLEAN TRUE; most lists have none behind a number. */
const isCritical = Uint8Array.of(tag.boolean, 1, 0xff);

const understoodInEntries: readonly string[] = [
  extensionOid.reasonCode,
  extensionOid.invalidityDate,
  extensionOid.certificateIssuer,
];

function entryOf(date: TlvPart, extra: TlvPart | undefined): RevokedEntry {
  const extensions = parseExtensions(extra === undefined ? nothing : parseDer(extra.der));
  const reason = extensions.all.find((one) => one.oid === extensionOid.reasonCode)?.value;
  return {
    from: timeOf(parseDer(date.der)),
    reason: reason === undefined ? 0 : (parseDer(reason).content[0] ?? 0),
    invalidFrom: instantIn(extensions, extensionOid.invalidityDate),
  };
}

const nothing: Der = parseDer(Uint8Array.of(tag.sequence, 0));

function integerIn({ all }: Extensions, oid: string): bigint | undefined {
  const value = all.find((one) => one.oid === oid)?.value;
  if (value === undefined) return undefined;
  const number = parseDer(value);
  if (number.tag !== tag.integer) throw malformed('number');
  return integerOf(number);
}

function instantIn({ all }: Extensions, oid: string): Instant | undefined {
  const value = all.find((one) => one.oid === oid)?.value;
  return value === undefined ? undefined : timeOf(parseDer(value));
}

function timeIn(parts: TlvPart[]): Instant | undefined {
  const time = takeIf(parts, tag.utcTime) ?? takeIf(parts, tag.generalizedTime);
  return time === undefined ? undefined : timeOf(parseDer(time.der));
}

function takeIf(parts: TlvPart[], wanted: number): TlvPart | undefined {
  return parts[0]?.tag === wanted ? parts.shift() : undefined;
}

function expect(part: TlvPart | undefined, wanted: number): TlvPart {
  if (part?.tag !== wanted) throw malformed('type');
  return part;
}

function malformed(why: string): Fault {
  return new Fault('x509.malformed', { why: `revocation list: ${why}` });
}
