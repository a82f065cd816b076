/**
 * One SignerInfo of any message (RFC 5652 §5.3), with what CAdES, PAdES, Adobe and GB/T 35275 add.
 *
 * A part that cannot be read becomes a sentence in `malformed` instead of a refusal, so that the
 * other signers of the message can still be judged.
 */
import { concat, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, ifReadable } from '#base/fault';
import { type HashName, type SignatureAlgorithm, schemeOf } from '#formats/crypto';
import { contextTag, type Der, DerReader, looseTimeOf, oidOf, tag } from '#formats/der';
import { cmsSignatureAlgorithmOf, hashAlgorithmOf, signatureAlgorithmOf } from '#formats/x509';
import type { Attribute } from './attributes.ts';
import { type CertificateReference, referencesIn } from './certificate-references.ts';
import { cmsOid } from './oids.ts';
import { allOf, type Revocation, revocationInArchival, revocationInValues } from './revocation.ts';
import { type PolicyReference, policyReferenceIn, storedPolicies } from './signature-policy.ts';
import { plainCurveAlgorithmOf } from './signature-value.ts';
import { noStatements, type SignerStatements, statementsIn } from './statements.ts';

/** What one SignerInfo says; nothing in it is proved. */
export interface CmsSigner {
  readonly id: SignerId;
  /** Undefined for a digest the engine does not know; its identifier is in `digestOid`. */
  readonly digestAlgorithm: HashName | undefined;
  readonly digestOid: string;
  /** Undefined for an algorithm the engine does not know; its identifier is in `algorithmOid`. */
  readonly algorithm: SignatureAlgorithm | undefined;
  readonly algorithmOid: string;
  readonly signature: Uint8Array;
  /** The content of the SET OF that was signed; undefined when the content was signed directly. */
  readonly signedAttributes: Der | undefined;
  readonly signed: readonly Attribute[];
  readonly unsigned: readonly Attribute[];
  readonly contentType: string | undefined;
  readonly messageDigest: Uint8Array | undefined;
  /** What the signer says of the time; proves nothing. */
  readonly signingTime: Instant | undefined;
  /** What each attribute names first, which is the signer's own certificate (RFC 5035 §3). */
  readonly references: readonly CertificateReference[];
  /** The signature policy the signer names (EN 319 122-1 §5.2.9.1). */
  readonly policy: PolicyReference | undefined;
  /** Texts that somebody keeps as that policy's (§5.2.10); whether they are is not asked here. */
  readonly policyTexts: readonly Uint8Array[];
  /** What the signer says he means by signing, and of himself; nobody vouches for it. */
  readonly statements: SignerStatements;
  /** id-aa-signatureTimeStampToken, each a ContentInfo. */
  readonly timestamps: readonly Uint8Array[];
  /** Stamps over the content, made before the signature. */
  readonly contentTimestamps: readonly Uint8Array[];
  /** Archive time-stamps by the identifier of their attribute. */
  readonly archiveTimestamps: readonly { readonly oid: string; readonly token: Uint8Array }[];
  readonly certificateValues: readonly Uint8Array[];
  readonly revocation: Revocation;
  /** Counter-signatures (RFC 5652 §11.4): each a SignerInfo over `signature`. */
  readonly counterSignatures: readonly Der[];
  /** The fields of SignerInfo that are signed or sign, as an archive time-stamp is over them. */
  readonly core: Uint8Array;
  readonly unsignedAttributes: Der | undefined;
  /** Signed parts whose meaning is anybody's guess, in words for a report. */
  readonly malformed: readonly string[];
  /** Parts that could not be read and only add to a signature: it says less for want of them. */
  readonly unread: readonly string[];
}

/** How a signer's certificate is named. */
export type SignerId =
  | { readonly by: 'serial'; readonly issuer: Uint8Array; readonly serial: string }
  | { readonly by: 'key'; readonly identifier: Uint8Array };

/** Stands in `unread` where a policy is named and its name cannot be read. */
export const unreadPolicy = 'signature policy';

/** Attributes that may stand once and with one value (RFC 5652 §11). */
const singles: readonly string[] = [
  cmsOid.contentType,
  cmsOid.messageDigest,
  cmsOid.signingTime,
  cmsOid.signingCertificate,
  cmsOid.signingCertificateWithHash,
];

/** What deviates without another meaning is noted in `notStrict`. */
export function readSigner(value: Der, notStrict: string[]): CmsSigner {
  const reader = new DerReader(value, tag.sequence);
  reader.next(tag.integer);
  const id = signerIdOf(reader.any());
  const digest = reader.next(tag.sequence);
  const attributes = reader.optional(contextTag(0, 'constructed'));
  const algorithm = reader.next(tag.sequence);
  const signature = reader.next(tag.octetString).content;
  const unsignedAttributes = reader.optional(contextTag(1, 'constructed'));
  reader.end();
  const malformed: string[] = [];
  const unread: string[] = [];
  const part = <T>(name: string, read: () => T): T | undefined => readOrNoted(name, read, unread);
  const signed = readOrNoted('signed attributes', () => attributesOf(attributes), malformed) ?? [];
  const unsigned = part('unsigned attributes', () => attributesOf(unsignedAttributes)) ?? [];
  malformed.push(...repeated(signed));
  const said = readSigned(signed, part);
  // Whose signature it is was said, and nobody can tell what (RFC 5035 §3).
  const references = readOrNoted('signing certificate', () => referencesIn(signed), malformed);
  // Missing is one thing; there, and saying nothing, is another (RFC 5652 §11.1).
  const isTyped = signed.some((one) => one.oid === cmsOid.contentType);
  if (isTyped && said.contentType === undefined) malformed.push('content type');
  const digestAlgorithm = digestOf(digest, notStrict);
  const named = (): SignatureAlgorithm =>
    plainCurveAlgorithmOf(identifierOf(algorithm)) ??
    (digestAlgorithm === undefined
      ? signatureAlgorithmOf(algorithm)
      : cmsSignatureAlgorithmOf(algorithm, digestAlgorithm));
  return {
    id,
    digestAlgorithm,
    digestOid: identifierOf(digest),
    algorithm: ifReadable(named),
    algorithmOid: identifierOf(algorithm),
    signature,
    signedAttributes: attributes,
    core: concat(
      ...value.children.filter((one) => one !== unsignedAttributes).map((one) => one.der),
    ),
    unsignedAttributes,
    signed,
    unsigned,
    ...said,
    references: references ?? [],
    ...readUnsigned(unsigned),
    revocation: revocationIn({ signed, unsigned }, part),
    malformed,
    unread,
  };
}

/** Old signers name a whole signature algorithm in the digest's place; its digest is meant. */
function digestOf(identifier: Der, notStrict: string[]): HashName | undefined {
  const hash = ifReadable(() => hashAlgorithmOf(identifier));
  if (hash !== undefined) return hash;
  const algorithm = ifReadable(() => signatureAlgorithmOf(identifier));
  const meant = algorithm && schemeOf(algorithm).hash;
  if (meant !== undefined) notStrict.push(`${algorithm} named as a digest`);
  return meant;
}

type Part = <T>(name: string, read: () => T) => T | undefined;

function readSigned(
  signed: readonly Attribute[],
  part: Part,
): Pick<
  CmsSigner,
  'contentType' | 'messageDigest' | 'signingTime' | 'policy' | 'statements' | 'contentTimestamps'
> {
  const first = (name: string): Der | undefined => valuesOf(signed, name)[0];
  const type = first(cmsOid.contentType);
  const messageDigest = first(cmsOid.messageDigest);
  const time = first(cmsOid.signingTime);
  return {
    contentType: type?.tag === tag.oid ? oidOf(type) : undefined,
    messageDigest: messageDigest?.tag === tag.octetString ? messageDigest.content : undefined,
    signingTime: time && part('signing time', () => timeIn(time)),
    policy: part(unreadPolicy, () => policyReferenceIn(signed)),
    statements: part('statements', () => statementsIn(signed)) ?? noStatements,
    contentTimestamps: valuesOf(signed, cmsOid.contentTimestamp).map((one) => one.der),
  };
}

function timeIn(value: Der): Instant {
  const time = looseTimeOf(value);
  if (time === undefined) throw new Fault('cms.malformed', { at: value.at, why: 'time' });
  return time;
}

function readUnsigned(
  unsigned: readonly Attribute[],
): Pick<
  CmsSigner,
  'timestamps' | 'archiveTimestamps' | 'certificateValues' | 'counterSignatures' | 'policyTexts'
> {
  const archive = [cmsOid.archiveTimestamp, cmsOid.archiveTimestampOfRfc5126] as const;
  return {
    timestamps: valuesOf(unsigned, cmsOid.signatureTimestampToken).map((one) => one.der),
    archiveTimestamps: archive.flatMap((name) =>
      valuesOf(unsigned, name).map((one) => ({ oid: name, token: one.der })),
    ),
    certificateValues: valuesOf(unsigned, cmsOid.certificateValues).flatMap((list) =>
      list.children.filter((one) => one.tag === tag.sequence).map((one) => one.der),
    ),
    counterSignatures: valuesOf(unsigned, cmsOid.counterSignature),
    policyTexts: storedPolicies(unsigned),
  };
}

function revocationIn(
  { signed, unsigned }: { signed: readonly Attribute[]; unsigned: readonly Attribute[] },
  part: Part,
): Revocation {
  const archival = part('revocation archival', () =>
    valuesOf(signed, cmsOid.adobeRevocation).map(revocationInArchival),
  );
  const values = part('revocation values', () =>
    valuesOf(unsigned, cmsOid.revocationValues).map(revocationInValues),
  );
  return allOf(...(archival ?? []), ...(values ?? []));
}

/** Which value of two would count is anybody's guess, so neither does. */
function repeated(signed: readonly Attribute[]): readonly string[] {
  return singles
    .filter((name) => {
      const found = signed.filter((one) => one.oid === name);
      return found.length > 1 || found.some((one) => one.values.length > 1);
    })
    .map((name) => `attribute ${name} twice`);
}

/** Every value of every attribute of this name. */
export function valuesOf(attributes: readonly Attribute[], name: string): readonly Der[] {
  // A score of names is asked for in every signer, and most of them stand nowhere.
  const found: Der[] = [];
  for (const { oid, values } of attributes) if (oid === name) found.push(...values);
  return found;
}

function attributesOf(set: Der | undefined): readonly Attribute[] {
  return (set?.children ?? []).map((child) => {
    const reader = new DerReader(child, tag.sequence);
    const name = oidOf(reader.next(tag.oid));
    const values = reader.next(tag.set).children;
    reader.end();
    return { oid: name, values };
  });
}

function signerIdOf(value: Der): SignerId {
  if (value.tag === contextTag(0, 'primitive')) return { by: 'key', identifier: value.content };
  // Some write the identifier's OCTET STRING explicitly.
  const inside = value.tag === contextTag(0, 'constructed') ? value.children[0] : undefined;
  if (inside?.tag === tag.octetString) return { by: 'key', identifier: inside.content };
  const reader = new DerReader(value, tag.sequence);
  const issuer = reader.next(tag.sequence).der;
  const serial = toHex(reader.next(tag.integer).content);
  reader.end();
  return { by: 'serial', issuer, serial };
}

/** The name in an AlgorithmIdentifier, dotted. */
export function identifierOf(algorithm: Der): string {
  const name = algorithm.children[0];
  if (algorithm.tag !== tag.sequence || name?.tag !== tag.oid) {
    throw new Fault('cms.malformed', { at: algorithm.at, why: 'name' });
  }
  return oidOf(name);
}

function readOrNoted<T>(name: string, read: () => T, noted: string[]): T | undefined {
  // In an object, for what was read may itself be undefined.
  const found = ifReadable(() => ({ value: read() }));
  if (found === undefined) noted.push(name);
  return found?.value;
}
