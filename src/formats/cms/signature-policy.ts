/**
 * The policy a signer says he signed under (ETSI EN 319 122-1 §5.2.9): which one, the digest of its
 * text, and where to find that; and the text itself where somebody keeps it with the signature
 * (signature-policy-store, §5.2.10).
 */
import { latin1 } from '#base/bytes';
import { Fault, ifReadable } from '#base/fault';
import type { HashName } from '#formats/crypto';
import { type Der, DerReader, oidOf, parseDer, tag, textOf } from '#formats/der';
import { hashAlgorithmOf } from '#formats/x509';
import type { Attribute } from './attributes.ts';
import { cmsOid } from './oids.ts';
import { policyDigested } from './policy-document.ts';

/** signature-policy-identifier (§5.2.9.1): a policy both sides know of, or one by its name. */
export type PolicyReference =
  | { readonly is: 'implied' }
  | {
      readonly is: 'explicit';
      /** Dotted. */
      readonly oid: string;
      /** Undefined where it is left out, and where zeros stand for "not known". */
      readonly digest: PolicyDigest | undefined;
      /** SPuri: where the text is published. */
      readonly places: readonly string[];
      /** SPUserNotice: what was to be shown to whoever verifies. */
      readonly notice: string | undefined;
      /** sp-doc-specification: the standard that the text is written by. */
      readonly specification: string | undefined;
    };

/** The digest of a policy's text; the algorithm is undefined where no engine knows it. */
export interface PolicyDigest {
  readonly hash: HashName | undefined;
  readonly hashOid: string;
  readonly digest: Uint8Array;
}

const qualifier = {
  place: '1.2.840.113549.1.9.16.5.1',
  notice: '1.2.840.113549.1.9.16.5.2',
  specification: '0.4.0.19122.2.1',
} as const;
const placesMax = 8;
const wordsMax = 400;

/** Undefined where there is none; refuses with cms.malformed or a der code what cannot be read. */
export function policyReferenceIn(signed: readonly Attribute[]): PolicyReference | undefined {
  const named = signed.filter(({ oid }) => oid === cmsOid.signaturePolicy);
  const [value, ...others] = named.flatMap(({ values }) => values);
  if (named.length === 0) return undefined;
  // Which of two would count is anybody's guess.
  if (value === undefined || others.length > 0) throw malformed('one value');
  if (value.tag === tag.null) return { is: 'implied' };
  const reader = new DerReader(value, tag.sequence);
  const oid = oidOf(reader.next(tag.oid));
  const digest = reader.optional(tag.sequence);
  const qualifiers = reader.optional(tag.sequence)?.children ?? [];
  reader.end();
  // Who leaves the digest out leaves the qualifiers in its place: they begin with a SEQUENCE too.
  const isDigest = digest?.children[1]?.tag === tag.octetString;
  const list = isDigest || digest === undefined ? qualifiers : digest.children;
  return {
    is: 'explicit',
    oid,
    digest: isDigest ? digestOf(digest) : undefined,
    ...qualifiersOf(list),
  };
}

/** OtherHashAlgAndValue; nothing but zeros is no digest (§5.2.9.1). */
function digestOf(value: Der): PolicyDigest | undefined {
  const reader = new DerReader(value, tag.sequence);
  const algorithm = reader.next(tag.sequence);
  const digest = reader.next(tag.octetString).content;
  reader.end();
  const name = algorithm.children[0];
  if (name?.tag !== tag.oid) throw malformed('digest algorithm');
  if (digest.every((byte) => byte === 0)) return undefined;
  return { hash: hashIfKnown(algorithm), hashOid: oidOf(name), digest };
}

function qualifiersOf(list: readonly Der[]): {
  places: readonly string[];
  notice: string | undefined;
  specification: string | undefined;
} {
  const places: string[] = [];
  let notice: string | undefined;
  let specification: string | undefined;
  for (const { children } of list) {
    const [name, value] = children;
    if (name?.tag !== tag.oid || value === undefined) continue;
    const oid = oidOf(name);
    if (oid === qualifier.place && places.length < placesMax) places.push(wordsOf(value));
    if (oid === qualifier.notice) notice = wordsOf(value.children.at(-1) ?? value);
    if (oid === qualifier.specification) specification = specificationOf(value);
  }
  return { places, notice, specification };
}

/** SPDocSpecification ::= CHOICE { oid, uri }. */
function specificationOf(value: Der): string {
  return value.tag === tag.oid ? oidOf(value) : wordsOf(value);
}

/** For people to read: what is no text is shown as its octets. */
function wordsOf(value: Der): string {
  const read = ifReadable(() => textOf(value)) ?? latin1(value.content);
  return read.slice(0, wordsMax);
}

/** Texts that stand in signature-policy-store attributes; a store of places holds none. */
export function storedPolicies(unsigned: readonly Attribute[]): readonly Uint8Array[] {
  const stores = unsigned.filter(({ oid }) => oid === cmsOid.signaturePolicyStore);
  return stores
    .flatMap(({ values }) => values)
    .flatMap(({ children }) => {
      const [, document] = children;
      return document?.tag === tag.octetString ? [document.content] : [];
    });
}

/**
 * What the digest of a policy may be over: the file as it is; of one in ASN.1 the two parts that
 * ETSI TR 102 272 §6.1 (RFC 3125 §3.1) names, without what stands around them.
 */
export function policyReadings(document: Uint8Array): readonly Uint8Array[] {
  const parts = ifReadable(() => policyDigested(parseDer(document)));
  return parts === undefined ? [document] : [parts, document];
}

function hashIfKnown(algorithm: Der): HashName | undefined {
  return ifReadable(() => hashAlgorithmOf(algorithm));
}

function malformed(why: string): Fault {
  return new Fault('cms.malformed', { why: `signature policy: ${why}` });
}
