/**
 * Electronic seals: SESeal of GB/T 38540-2020 §6 ("version 4") and of GM/T 0031-2014 ("version 1").
 *
 * The two differ in where the maker's signature stands and in whether holders may be named by
 * digest; makers mix them, so the shape of a value decides, not the version it states.
 */
import { fromUtf8, latin1 } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import {
  bitStringOf,
  contextTag,
  type Der,
  DerReader,
  looseTimeOf,
  oidOf,
  parseBer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';

/** A seal as its maker signed it; nothing in it is proved. */
export interface Seal {
  readonly der: Uint8Array;
  /** The vendor's name in the header. */
  readonly vendor: string;
  readonly version: number;
  readonly id: string;
  readonly name: string;
  readonly type: number;
  /** Who may seal with it. */
  readonly holders: readonly SealHolder[];
  readonly createdAt: SealedTime;
  readonly validFrom: SealedTime;
  readonly validUntil: SealedTime;
  /** The picture's format in lower case (png, gif, ofd, svg …) and its bytes; sizes in mm. */
  readonly picture: {
    readonly format: string;
    readonly bytes: Uint8Array;
    readonly width: number;
    readonly height: number;
  };
  /** DER of the certificate of the maker. */
  readonly makerCertificate: Uint8Array;
  readonly algorithmOid: string;
  readonly signature: Uint8Array;
  /** What the maker's signature may be over: the information alone, or with certificate and OID. */
  readonly signedBytes: readonly Uint8Array[];
}

/** A certificate that may seal, whole or by its digest. */
export type SealHolder =
  | { readonly by: 'certificate'; readonly der: Uint8Array }
  | { readonly by: 'digest'; readonly algorithm: string; readonly digest: Uint8Array };

/** A time of a seal; undefined where the text is no time. */
export type SealedTime = Instant | undefined;

const pictureBytesMax = 8 * 1024 * 1024;
const holdersMax = 1_000;

/** Refuses with ses.malformed or a der code. */
export function readSeal(bytes: Uint8Array): Seal {
  return sealOf(parseBer(bytes).value);
}

export function sealOf(value: Der): Seal {
  const reader = new DerReader(value, tag.sequence);
  const information = reader.next(tag.sequence);
  const nested = reader.optional(tag.sequence);
  const maker = nested === undefined ? reader : new DerReader(nested, tag.sequence);
  const certificate = maker.next(tag.octetString);
  const algorithm = maker.next(tag.oid);
  const signature = bitsOf(maker.any());
  maker.end();
  const together = sequence(information.der, certificate.der, algorithm.der);
  return {
    der: value.der,
    ...informationOf(information),
    makerCertificate: certificate.content,
    algorithmOid: oidOf(algorithm),
    signature,
    signedBytes: [information.der, together],
  };
}

type Information = Omit<
  Seal,
  'der' | 'makerCertificate' | 'algorithmOid' | 'signature' | 'signedBytes'
>;

/** SES_SealInfo: header, identifier, properties, picture and extensions, which are not read. */
function informationOf(value: Der): Information {
  const reader = new DerReader(value, tag.sequence);
  const header = reader.enter(tag.sequence);
  header.any();
  const version = smallIntegerOf(header.next(tag.integer));
  const vendor = looseText(header.any());
  const id = looseText(reader.any());
  const property = reader.enter(tag.sequence);
  const type = smallIntegerOf(property.next(tag.integer));
  const name = looseText(property.any());
  property.optional(tag.integer); // Whether holders are certificates or digests; they say it too.
  const holders = property.next(tag.sequence).children;
  if (holders.length > holdersMax) throw malformed(value, 'holders');
  const [createdAt, validFrom, validUntil] = property.rest().map(looseTime);
  const picture = reader.enter(tag.sequence);
  const format = looseText(picture.any()).toLowerCase();
  const bytes = picture.next(tag.octetString).content;
  if (bytes.length > pictureBytesMax) throw malformed(value, 'picture');
  const width = smallIntegerOf(picture.next(tag.integer));
  const height = smallIntegerOf(picture.next(tag.integer));
  return {
    vendor,
    version,
    id,
    name,
    type,
    holders: holders.map(holderOf),
    createdAt,
    validFrom,
    validUntil,
    picture: { format, bytes, width, height },
  };
}

function holderOf(value: Der): SealHolder {
  if (value.tag === tag.octetString) return { by: 'certificate', der: value.content };
  const [first, second] = value.children;
  if (first === undefined || second === undefined) throw malformed(value, 'holder');
  // A certificate written plainly begins with a sequence, a digest object with a name.
  if (first.tag === tag.sequence) return { by: 'certificate', der: value.der };
  return { by: 'digest', algorithm: looseText(first), digest: second.content };
}

/** BIT STRING, or the OCTET STRING that some makers write in its place. */
export function bitsOf(value: Der): Uint8Array {
  if (value.tag === tag.octetString) return value.content;
  if (value.tag !== tag.bitString) throw malformed(value, 'bit string');
  return bitStringOf(value).bytes;
}

/** Texts whose declared type and bytes disagree are common: UTF-8 if it is, else one octet each. */
export function looseText(value: Der): string {
  try {
    return fromUtf8(value.content);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return latin1(value.content);
  }
}

/** A time as makers write it; without a zone it is China's. */
export function looseTime(value: Der): SealedTime {
  return looseTimeOf(value, '+0800');
}

export function malformed(value: Der, why: string): Fault {
  return new Fault('ses.malformed', { at: value.at, why });
}

/** The value in `[0]`, wherever it is and however it is tagged inside. */
export function explicitZero(reader: DerReader): Der | undefined {
  return reader.optional(contextTag(0, 'constructed'));
}
