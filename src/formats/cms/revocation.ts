/**
 * Revocation material inside a CMS message, from the four places where it is put: the crls field
 * (RFC 5652 §10.2.1, RFC 5940), revocation-values (EN 319 122-1 §A.1.2.2) and Adobe's signed
 * attribute (ISO 32000-1 §12.8.3.3.2). OCSP answers come out in one form, OCSPResponse (RFC 6960).
 */
import {
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  octetString,
  oid,
  oidOf,
  sequence,
  tag,
} from '#formats/der';
import { cmsOid } from './oids.ts';

/** Revocation material found somewhere, unjudged. */
export interface Revocation {
  /** DER CertificateList. */
  readonly crls: readonly Uint8Array[];
  /** DER OCSPResponse. */
  readonly ocspResponses: readonly Uint8Array[];
}

const ocspSuccessful = Uint8Array.of(0x0a, 0x01, 0x00);

/** RevocationInfoChoices: CRLs, and OCSP answers in OtherRevocationInfoFormat [1]. */
export function revocationInBag(choices: readonly Der[]): Revocation {
  const crls = choices.filter((one) => one.tag === tag.sequence).map((one) => one.der);
  const ocspResponses: Uint8Array[] = [];
  for (const other of choices.filter((one) => one.tag === contextTag(1, 'constructed'))) {
    const [format, info] = other.children;
    if (format?.tag !== tag.oid || info?.tag !== tag.sequence) continue;
    const name = oidOf(format);
    if (name === cmsOid.ocspInBag) ocspResponses.push(info.der);
    if (name === cmsOid.ocspBasic) ocspResponses.push(asResponse(info.der));
  }
  return { crls, ocspResponses };
}

/** RevocationValues ::= SEQUENCE { crlVals [0], ocspVals [1] OF BasicOCSPResponse, … }. */
export function revocationInValues(value: Der): Revocation {
  const basics = partsOf(value, 1);
  return { crls: partsOf(value, 0), ocspResponses: basics.map(asResponse) };
}

/** RevocationInfoArchival ::= SEQUENCE { crl [0], ocsp [1] OF OCSPResponse, otherRevInfo [2] }. */
export function revocationInArchival(value: Der): Revocation {
  return { crls: partsOf(value, 0), ocspResponses: partsOf(value, 1) };
}

export function allOf(...sources: readonly Revocation[]): Revocation {
  return {
    crls: sources.flatMap((one) => one.crls),
    ocspResponses: sources.flatMap((one) => one.ocspResponses),
  };
}

/** `[number] EXPLICIT SEQUENCE OF`. */
function partsOf(value: Der, number: number): readonly Uint8Array[] {
  const reader = new DerReader(value, tag.sequence);
  const found = reader.rest().find((one) => one.tag === contextTag(number, 'constructed'));
  const list = found?.children[0];
  return list?.tag === tag.sequence ? list.children.map((one) => one.der) : [];
}

/** RFC 6960 §4.2.1: the envelope that says "successful" around a BasicOCSPResponse. */
function asResponse(basic: Uint8Array): Uint8Array {
  const bytes = sequence(oid(cmsOid.ocspBasic), octetString(basic));
  return sequence(ocspSuccessful, contextConstructed(0, bytes));
}
