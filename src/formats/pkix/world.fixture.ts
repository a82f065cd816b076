/**
 * A small world of authorities for tests: root, middle and leaf, each of which a test may bend.
 *
 * The certificates are written here and not by `buildCertificate`, which refuses to write most of
 * what must be refused when it is read.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { addSeconds, type Instant, instantFromMs } from '#base/clock';
import type { Signer } from '#formats/crypto';
import {
  bitString,
  certificateTime,
  contextConstructed,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
} from '#formats/der';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  type Name,
  parseName,
  purposeOid,
  readCertificate,
  signatureAlgorithmDer,
  subjectAltName,
  subjectKeyIdentifier,
} from '#formats/x509';

export const now: Instant = instantFromMs(Date.parse('2026-06-01T00:00:00Z'));
export const yearSeconds = 86_400 * 365;

/** Everything about a certificate that a test may bend before it is signed. */
export interface Draft {
  subject: Name;
  issuer: Name;
  /** DER of the INTEGER. */
  serial: Uint8Array;
  /** 2 is version 3; undefined leaves the field out. */
  version: number | undefined;
  /** DER of the two times. */
  times: readonly [Uint8Array, Uint8Array];
  extensions: readonly Extension[];
  signer: Signer;
  publicKey: Uint8Array;
  /** Flips a bit of the signature. */
  isForged: boolean;
}

/** The path root → middle → leaf before it is signed. */
export interface Plan {
  root: Draft;
  middle: Draft;
  leaf: Draft;
}

export const keys = ['root', 'middle', 'leaf', 'other'].map(() =>
  softSigner(generateSoftKey('p256')),
);

export function keyAt(at: number): Signer {
  const key = keys[at];
  if (key === undefined) throw new Error(`no key ${at}`);
  return key;
}

export function named(commonName: string): Name {
  return buildName([
    ['organization', 'TEST'],
    ['commonName', commonName],
  ]);
}

export const emptyName: Name = parseName(parseDer(sequence()));

export async function plan(): Promise<Plan> {
  const [root, middle, leaf] = [keyAt(0), keyAt(1), keyAt(2)];
  const rootId = subjectKeyIdentifier(await keyIdentifier(root.publicKey, nodeEngine));
  const middleKeyId = await keyIdentifier(middle.publicKey, nodeEngine);
  const byRoot = authorityKeyIdentifier(await keyIdentifier(root.publicKey, nodeEngine));
  const certifying = keyUsage('keyCertSign', 'cRLSign');
  return {
    root: draft({ subject: named('root'), issuer: named('root'), signer: root, key: root }, [
      basicConstraints(true, null),
      certifying,
      rootId,
    ]),
    middle: draft({ subject: named('middle'), issuer: named('root'), signer: root, key: middle }, [
      basicConstraints(true, null),
      certifying,
      subjectKeyIdentifier(middleKeyId),
      byRoot,
    ]),
    leaf: draft({ subject: named('leaf'), issuer: named('middle'), signer: middle, key: leaf }, [
      keyUsage('digitalSignature'),
      extendedKeyUsage(false, purposeOid.documentSigning),
      authorityKeyIdentifier(middleKeyId),
      subjectAltName([{ dns: 'leaf.example' }, { email: 'leaf@example.com' }]),
    ]),
  };
}

export function draft(
  of: { subject: Name; issuer: Name; signer: Signer; key: Signer; serial?: number },
  extensions: readonly Extension[],
): Draft {
  const { subject, issuer, signer, key } = of;
  return {
    subject,
    issuer,
    serial: integer(of.serial ?? 7),
    version: 2,
    times: [
      certificateTime(addSeconds(now, -yearSeconds)),
      certificateTime(addSeconds(now, yearSeconds)),
    ],
    extensions,
    signer,
    publicKey: key.publicKey,
    isForged: false,
  };
}

export async function certify(of: Draft): Promise<Certificate> {
  const algorithm = signatureAlgorithmDer(of.signer.algorithm);
  const version = of.version === undefined ? [] : [contextConstructed(0, integer(of.version))];
  const extensions = of.extensions.map(({ oid: name, critical, value }) =>
    sequence(oid(name), ...(critical ? [Uint8Array.of(1, 1, 0xff)] : []), octetString(value)),
  );
  const tbs = sequence(
    ...version,
    of.serial,
    algorithm,
    of.issuer.der,
    sequence(...of.times),
    of.subject.der,
    of.publicKey,
    ...(extensions.length === 0 ? [] : [contextConstructed(3, sequence(...extensions))]),
  );
  const signature = await of.signer.sign(tbs);
  const last = signature.length - 1;
  if (of.isForged) signature[last] = (signature[last] ?? 0) ^ 1;
  return readCertificate(sequence(tbs, algorithm, bitString(signature)));
}

/** The same extensions with one of its kind put in place of another, or added. */
export function having(of: Draft, ...added: readonly Extension[]): void {
  const oids = added.map((one) => one.oid);
  of.extensions = [...of.extensions.filter((one) => !oids.includes(one.oid)), ...added];
}

export function lacking(of: Draft, ...oids: readonly string[]): void {
  of.extensions = of.extensions.filter((one) => !oids.includes(one.oid));
}

/** The same extension with the other criticality. */
export function otherwiseCritical(of: Draft, name: string): void {
  of.extensions = of.extensions.map((one) =>
    one.oid === name ? { ...one, critical: !one.critical } : one,
  );
}
