/**
 * Where revocation is published and which part of it a list covers (RFC 5280 §4.2.1.13, §5.2.5),
 * and the access descriptions of authorities (§4.2.2.1).
 */
import { Fault } from '#base/fault';
import { contextTag, type Der, DerReader, derLike, oidOf, tag } from '#formats/der';
import { type GeneralName, parseGeneralName, parseGeneralNames } from './alternative-names.ts';
import { type NameAttribute, parseName } from './name.ts';

/** A name of a list: full, or one relative name below its issuer's. */
export interface PointName {
  readonly full: readonly GeneralName[];
  readonly relative: readonly NameAttribute[] | undefined;
}

/** Of the nine revocation reasons those that a list covers, by the bits of RFC 5280 §4.2.1.13. */
export type ReasonBits = number;

/** All reasons a bit can stand for: bits 1 to 8. */
export const allReasonBits: ReasonBits = 0b1_1111_1110;

/** RFC 5280 §4.2.1.13: one place where lists for a certificate are found. */
export interface DistributionPoint {
  readonly name: PointName | undefined;
  /** Undefined means all reasons. */
  readonly reasons: ReasonBits | undefined;
  readonly crlIssuer: readonly GeneralName[];
}

/** RFC 5280 §5.2.5: which certificates and reasons a list covers. */
export interface IssuingDistributionPoint {
  readonly name: PointName | undefined;
  readonly onlyEnds: boolean;
  readonly onlyAuthorities: boolean;
  readonly onlyReasons: ReasonBits | undefined;
  readonly isIndirect: boolean;
  readonly onlyAttributes: boolean;
}

/** RFC 5280 §4.2.2.1: how to reach something of the authority's. */
export interface AccessDescription {
  readonly method: string;
  readonly location: GeneralName;
}

export function parseDistributionPoints(value: Der): readonly DistributionPoint[] {
  if (value.tag !== tag.sequence || value.children.length === 0) throw malformed(value);
  return value.children.map((point) => {
    const reader = new DerReader(point, tag.sequence);
    const name = reader.optional(contextTag(0, 'constructed'));
    const reasons = reader.optional(contextTag(1, 'primitive'));
    const crlIssuer = reader.optional(contextTag(2, 'constructed'));
    reader.end();
    // §4.2.1.13: neither name nor issuer leads nowhere.
    if (name === undefined && crlIssuer === undefined) throw malformed(point);
    return {
      name: name && parsePointName(name),
      reasons: reasons && reasonBitsOf(reasons),
      crlIssuer: crlIssuer === undefined ? [] : parseGeneralNames(crlIssuer),
    };
  });
}

export function parseIssuingDistributionPoint(value: Der): IssuingDistributionPoint {
  const reader = new DerReader(value, tag.sequence);
  const name = reader.optional(contextTag(0, 'constructed'));
  const flag = (number: number): boolean => {
    const found = reader.optional(contextTag(number, 'primitive'));
    if (found === undefined) return false;
    // DEFAULT FALSE is left out in DER, so what is written is TRUE.
    if (found.content.length !== 1 || found.content[0] !== 0xff) throw malformed(found);
    return true;
  };
  const onlyEnds = flag(1);
  const onlyAuthorities = flag(2);
  const reasons = reader.optional(contextTag(3, 'primitive'));
  const isIndirect = flag(4);
  const onlyAttributes = flag(5);
  reader.end();
  return {
    name: name && parsePointName(name),
    onlyEnds,
    onlyAuthorities,
    onlyReasons: reasons && reasonBitsOf(reasons),
    isIndirect,
    onlyAttributes,
  };
}

export function parseAccess(value: Der): readonly AccessDescription[] {
  if (value.tag !== tag.sequence || value.children.length === 0) throw malformed(value);
  return value.children.map((one) => {
    const reader = new DerReader(one, tag.sequence);
    const method = oidOf(reader.next(tag.oid));
    const location = parseGeneralName(reader.any());
    reader.end();
    return { method, location };
  });
}

function parsePointName(value: Der): PointName {
  const choice = new DerReader(value, value.tag).any();
  if (choice.tag === contextTag(0, 'constructed')) {
    return { full: parseGeneralNames(choice), relative: undefined };
  }
  if (choice.tag !== contextTag(1, 'constructed')) throw malformed(choice);
  // RelativeDistinguishedName is a SET under an IMPLICIT tag: read as the only one of a name.
  const relative = choice.children.map((pair) => attributeOf(pair));
  return { full: [], relative };
}

function attributeOf(pair: Der): NameAttribute {
  const set = derLike(pair, { tag: tag.set, children: [pair] });
  const [attribute] = parseName(derLike(pair, { tag: tag.sequence, children: [set] })).attributes;
  if (attribute === undefined) throw malformed(pair);
  return attribute;
}

function reasonBitsOf(value: Der): ReasonBits {
  const [unused = 0, first = 0, second = 0] = value.content;
  if (unused > 7 || value.content.length > 3) throw malformed(value);
  let bits = 0;
  for (let at = 0; at < 9; at += 1) {
    const byte = at < 8 ? first : second;
    if ((byte & (0x80 >> (at & 7))) !== 0) bits |= 1 << at;
  }
  return bits;
}

function malformed(value: Der): Fault {
  return new Fault('x509.malformed', { at: value.at, why: 'distribution point or access' });
}
