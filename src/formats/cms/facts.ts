/**
 * Reads any CMS SignedData for judging (RFC 5652 §5, PKCS#7 1.5, GB/T 35275): several signers, BER,
 * every attribute a signature format adds; it refuses only what cannot be read at all.
 *
 * What deviates from the standards stays visible in `notStrict`, so that who needs one spelling for
 * one meaning can refuse it. Bytes that were hashed are kept as they are.
 */
import { Fault, ifReadable } from '#base/fault';
import {
  contextTag,
  type Der,
  DerReader,
  oidOf,
  parseBer,
  parseDer,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { cmsOid } from './oids.ts';
import { type Revocation, revocationInBag } from './revocation.ts';
import { type CmsSigner, identifierOf, readSigner } from './signer.ts';

/** What a SignedData message says; nothing in it is proved. */
export interface CmsFacts {
  /** The message itself, without padding behind it. */
  readonly der: Uint8Array;
  /** The rules of DER or of the standard it breaks, in words for a report. */
  readonly notStrict: readonly string[];
  readonly version: number;
  /** What digestAlgorithms names, dotted; '' where nobody can tell. No signature covers it. */
  readonly digestOids: readonly string[];
  /** The eContentType, dotted. */
  readonly contentType: string;
  /** The message uses GB/T 35275's identifier for SignedData. */
  readonly isGm: boolean;
  /** The content inside the message; undefined when the signature is detached. */
  readonly content: Uint8Array | undefined;
  /** DER of the X.509 certificates in the bag, unjudged. */
  readonly certificates: readonly Uint8Array[];
  readonly revocation: Revocation;
  /** The name of the content, the choices of the bag and of the lists: what archives are over. */
  readonly contentTypeDer: Uint8Array;
  readonly bag: readonly Der[];
  readonly lists: readonly Der[];
  /** The content with its name, the bag and the lists as they are written; empty where none is. */
  readonly encapsulated: Uint8Array;
  readonly bagDer: Uint8Array;
  readonly listsDer: Uint8Array;
  /** In the order of the message; at least one. */
  readonly signers: readonly CmsSigner[];
}

/** Said in `notStrict` where what follows the message is not padding. */
export const bytesBehindMessage = 'bytes after the message';

const bagMax = 256;
const signersMax = 64;

/**
 * `strict` reads DER alone and refuses bytes behind it; `etsi` reads what is found in the field.
 * Refuses with cms.malformed, cms.unsuitable (too much, or no signer) or a der code.
 */
export function readSignedData(
  bytes: Uint8Array,
  { profile }: { readonly profile: 'strict' | 'etsi' },
): CmsFacts {
  const notStrict: string[] = [];
  const message = profile === 'strict' ? parseDer(bytes) : tolerant(bytes, notStrict);
  return signedDataOf(message, notStrict);
}

/** As `readSignedData` of a value of a larger message that was read as DER already. */
export function signedDataIn(message: Der): CmsFacts {
  return signedDataOf(message, []);
}

function signedDataOf(message: Der, notStrict: string[]): CmsFacts {
  const outer = new DerReader(message, tag.sequence);
  const type = oidOf(outer.next(tag.oid));
  if (type !== cmsOid.signedData && type !== cmsOid.gmSignedData) {
    throw new Fault('cms.malformed', { why: 'not signed data', oid: type });
  }
  const explicit = outer.enter(contextTag(0, 'constructed'));
  const reader = explicit.enter(tag.sequence);
  const version = smallIntegerOf(reader.next(tag.integer));
  const digests = reader.next(tag.set).children;
  const inside = reader.next(tag.sequence);
  const encapsulated = new DerReader(inside, tag.sequence);
  const named = encapsulated.next(tag.oid);
  const contentType = oidOf(named);
  const content = encapsulated.optional(contextTag(0, 'constructed'));
  const bagged = reader.optional(contextTag(0, 'constructed'));
  const listed = reader.optional(contextTag(1, 'constructed'));
  const [bag, lists] = [bagged?.children ?? [], listed?.children ?? []];
  const signers = reader.next(tag.set).children;
  for (const one of [outer, explicit, encapsulated, reader]) one.end();
  if (signers.length === 0) throw new Fault('cms.unsuitable', { why: 'no signer' });
  if (signers.length > signersMax || bag.length + lists.length > bagMax) {
    throw new Fault('cms.unsuitable', { why: 'too much' });
  }
  return {
    der: message.der,
    notStrict,
    version,
    digestOids: digests.map((one) => ifReadable(() => identifierOf(one)) ?? ''),
    contentType,
    isGm: type === cmsOid.gmSignedData,
    content: content === undefined ? undefined : contentOf(content, notStrict),
    certificates: bag.filter((one) => one.tag === tag.sequence).map((one) => one.der),
    revocation: revocationInBag(lists),
    contentTypeDer: named.der,
    bag,
    lists,
    encapsulated: inside.der,
    bagDer: bagged?.der ?? new Uint8Array(),
    listsDer: listed?.der ?? new Uint8Array(),
    signers: signers.map((one) => readSigner(one, notStrict)),
  };
}

function tolerant(bytes: Uint8Array, notStrict: string[]): Der {
  const { value, notStrict: broken, trailingBytes } = parseBer(bytes);
  notStrict.push(...broken.map(({ why, at }) => `${why} at ${at}`));
  // A PDF reserves a place and fills what is left of it with zeros (ISO 32000-2 §12.8.1).
  const tail = bytes.subarray(bytes.length - trailingBytes);
  if (tail.some((byte) => byte !== 0)) notStrict.push(bytesBehindMessage);
  return value;
}

/** PKCS#7 1.5 §9.1: a content that is no OCTET STRING is hashed without identifier and length. */
function contentOf(explicit: Der, notStrict: string[]): Uint8Array {
  const [value, ...others] = explicit.children;
  if (value === undefined || others.length > 0) {
    throw new Fault('cms.malformed', { at: explicit.at, why: 'content' });
  }
  if (value.tag !== tag.octetString) notStrict.push('content is not an octet string');
  return value.content;
}

/** The same, or undefined where it cannot be read: for callers whose answer is a verdict. */
export function signedDataIfReadable(bytes: Uint8Array): CmsFacts | undefined {
  return ifReadable(() => readSignedData(bytes, { profile: 'etsi' }));
}
