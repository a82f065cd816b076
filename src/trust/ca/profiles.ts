/**
 * The certificates this authority makes and what stands in them (RFC 5280 §4.2).
 *
 * Every profile names its life here; none is left to a caller.
 */
import { canonical } from '#base/canonical';
import { addSeconds, type Instant, instantFromMs } from '#base/clock';
import type { Random } from '#base/random';
import type { Engine, Signer } from '#formats/crypto';
import { utf8String } from '#formats/der';
import { type Attestation, attestationExtensionOid, attestationJson } from '#formats/entry';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildCertificate,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  type Name,
  noRevAvail,
  purposeOid,
  subjectKeyIdentifier,
} from '#formats/x509';

/** One signing session: law 1 allows no more. */
const eventCertificateSecondsMax = 600;
const daySeconds = 86_400;
const sealCertificateSeconds = 5 * 365 * daySeconds;
const stampCertificateSeconds = 10 * 365 * daySeconds;
const rootCertificateSeconds = 20 * 365 * daySeconds;
const serialBytes = 16;

/** The authority that comes with the house; nobody may take it for a licensed one (law 10). */
const testAuthorityName: Name = buildName([
  ['country', 'CN'],
  ['organization', 'Fubie'],
  ['commonName', 'Fubie TEST CA – NOT LICENSED'],
]);

export const testStampName: Name = buildName([
  ['country', 'CN'],
  ['organization', 'Fubie'],
  ['commonName', 'Fubie TEST TSA – NOT LICENSED (LOCAL_CLOCK)'],
]);

export interface Profile {
  readonly seconds: number;
  readonly extensions: readonly Extension[];
}

/**
 * For a person and one session. It lives too briefly to be revoked (RFC 9608). emailProtection
 * stands beside documentSigning (RFC 9336) because older verifiers know no other purpose of
 * signing.
 */
export function eventProfileFor(attestation: Attestation): Profile {
  return {
    seconds: eventCertificateSecondsMax,
    extensions: [
      basicConstraints(false),
      keyUsage('digitalSignature', 'contentCommitment'),
      extendedKeyUsage(false, purposeOid.documentSigning, purposeOid.emailProtection),
      noRevAvail(),
      // The certificate says on whose word it was issued, so that a document alone can show it.
      {
        oid: attestationExtensionOid,
        critical: false,
        value: utf8String(canonical(attestationJson(attestation))),
      },
    ],
  };
}

export const sealProfile: Profile = {
  seconds: sealCertificateSeconds,
  extensions: [
    basicConstraints(false),
    keyUsage('digitalSignature', 'contentCommitment'),
    extendedKeyUsage(false, purposeOid.documentSigning, purposeOid.emailProtection),
  ],
};

/** RFC 3161 §2.3: the purpose timeStamping, critical, and no other. */
export const stampProfile: Profile = {
  seconds: stampCertificateSeconds,
  extensions: [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(true, purposeOid.timeStamping),
  ],
};

/** Positive in every reading: the first bit is zero and the first octet is not. */
function makeSerial(random: Random): Uint8Array {
  const serial = random.bytes(serialBytes);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

/** The self-signed certificate that others put into their trust folder. */
export async function makeRoot(parts: {
  readonly signer: Signer;
  readonly engine: Engine;
  readonly random: Random;
  readonly now: Instant;
  readonly name?: Name;
}): Promise<Certificate> {
  const name = parts.name ?? testAuthorityName;
  const identifier = await keyIdentifier(parts.signer.publicKey, parts.engine);
  return buildCertificate(
    {
      serial: makeSerial(parts.random),
      issuer: name,
      subject: name,
      ...lifeFrom(parts.now, rootCertificateSeconds),
      publicKey: parts.signer.publicKey,
      extensions: [
        basicConstraints(true),
        keyUsage('keyCertSign', 'cRLSign'),
        subjectKeyIdentifier(identifier),
      ],
    },
    parts.signer,
  );
}

export async function makeCertificate(
  draft: {
    readonly profile: Profile;
    readonly subject: Name;
    readonly publicKey: Uint8Array;
    readonly now: Instant;
  },
  by: {
    readonly root: Certificate;
    readonly signer: Signer;
    readonly engine: Engine;
    readonly random: Random;
  },
): Promise<Certificate> {
  const own = await keyIdentifier(draft.publicKey, by.engine);
  const issuer = await keyIdentifier(by.root.publicKey, by.engine);
  const { notBefore, notAfter } = lifeFrom(draft.now, draft.profile.seconds);
  return buildCertificate(
    {
      serial: makeSerial(by.random),
      issuer: by.root.subject,
      subject: draft.subject,
      notBefore,
      // Nothing lives longer than the root that vouches for it.
      notAfter: notAfter < by.root.notAfter ? notAfter : by.root.notAfter,
      publicKey: draft.publicKey,
      extensions: [
        ...draft.profile.extensions,
        subjectKeyIdentifier(own),
        authorityKeyIdentifier(issuer),
      ],
    },
    by.signer,
  );
}

/** Certificates count whole seconds; the second that has begun counts as passed. */
function lifeFrom(now: Instant, seconds: number): { notBefore: Instant; notAfter: Instant } {
  const notBefore = instantFromMs(Math.floor(now / 1000) * 1000);
  return { notBefore, notAfter: addSeconds(notBefore, seconds) };
}
