/**
 * What a seal leaves on a document: SES_Signature of GB/T 38540-2020 §7 and of GM/T 0031-2014.
 */
import { utf8 } from '#base/bytes';
import { type Der, DerReader, derLike, oidOf, parseBer, smallIntegerOf, tag } from '#formats/der';
import {
  bitsOf,
  explicitZero,
  looseText,
  looseTime,
  malformed,
  type Seal,
  type SealedTime,
  sealOf,
} from './seal.ts';

/** One use of a seal; nothing in it is proved. */
export interface SealSignature {
  readonly version: number;
  /** Where the signer's certificate stands: beside the signed part, or inside it. */
  readonly form: 'GB/T 38540' | 'GM/T 0031';
  readonly seal: Seal;
  /** The time the sealer states. */
  readonly time: SealedTime;
  /** An RFC 3161 token instead of a stated time, or over the signature value. */
  readonly timestamps: readonly {
    readonly over: 'data' | 'signature';
    readonly token: Uint8Array;
  }[];
  /** Digest of the data that was sealed: for OFD, of Signature.xml. */
  readonly dataHash: Uint8Array;
  /** Where the sealer says the data is: for OFD, the path of Signature.xml. */
  readonly property: string;
  /** DER of the sealer's certificate. */
  readonly certificate: Uint8Array;
  readonly algorithmOid: string;
  readonly signature: Uint8Array;
  readonly signedBytes: Uint8Array;
  /** The rules of DER it breaks, in words. */
  readonly notStrict: readonly string[];
}

/** GM/T 0031 leaves open what the bits hold: an ASN.1 time, or its text with or without marks. */
function timeIn(when: Der, bits: Uint8Array | undefined): SealedTime {
  if (bits === undefined) return looseTime(when);
  const isAsn1 = bits[0] === tag.utcTime || bits[0] === tag.generalizedTime;
  if (isAsn1) return looseTime(parseBer(bits).value);
  const text = looseText(derLike(when, { content: bits })).replaceAll(/(?<=\d)[-/: T](?=\d)/g, '');
  return looseTime(derLike(when, { tag: tag.generalizedTime, content: utf8(text) }));
}

/** Refuses with ses.malformed or a der code. */
export function readSealSignature(bytes: Uint8Array): SealSignature {
  const { value, notStrict: broken } = parseBer(bytes);
  const notStrict = broken.map(({ why, at }) => `${why} at ${at}`);
  const outer = new DerReader(value, tag.sequence);
  const toSign = outer.next(tag.sequence);
  const inside = new DerReader(toSign, tag.sequence);
  const version = smallIntegerOf(inside.next(tag.integer));
  const seal = sealOf(inside.next(tag.sequence));
  const when = inside.any();
  const dataHash = bitsOf(inside.any());
  const property = looseText(inside.any());
  const isTime = when.tag === tag.utcTime || when.tag === tag.generalizedTime;
  const timeBits = isTime ? undefined : bitsOf(when);
  const isToken = timeBits?.[0] === tag.sequence;
  const early =
    isToken && timeBits !== undefined ? [{ over: 'data' as const, token: timeBits }] : [];
  const base = {
    version,
    seal,
    time: isToken ? undefined : timeIn(when, timeBits),
    dataHash,
    property,
    signedBytes: toSign.der,
    notStrict,
  };
  const innerCertificate = inside.optional(tag.octetString);
  if (innerCertificate !== undefined) {
    const algorithmOid = oidOf(inside.next(tag.oid));
    const signature = bitsOf(outer.any());
    return {
      ...base,
      form: 'GM/T 0031',
      timestamps: early,
      certificate: innerCertificate.content,
      algorithmOid,
      signature,
    };
  }
  explicitZero(inside); // Extensions, which the standard leaves to makers.
  if (inside.more) throw malformed(toSign, 'signed part');
  const certificate = outer.next(tag.octetString).content;
  const algorithmOid = oidOf(outer.next(tag.oid));
  const signature = bitsOf(outer.any());
  const stamp = explicitZero(outer)?.children[0];
  const late = stamp === undefined ? [] : [{ over: 'signature' as const, token: bitsOf(stamp) }];
  return {
    ...base,
    form: 'GB/T 38540',
    timestamps: [...early, ...late],
    certificate,
    algorithmOid,
    signature,
  };
}
