/**
 * Checks a seal and its use as mathematics (GB/T 38540-2020 §6.3, §7.3): the maker signed the seal,
 * the sealer's certificate is one of its holders, he signed this data while the seal was valid.
 *
 * Whether maker and sealer are trusted is asked elsewhere, of `makerCertificate` and `certificate`.
 */
import { equal } from '#base/bytes';
import type { Instant } from '#base/clock';
import { ifReadable } from '#base/fault';
import { engineSignature } from '#formats/cms';
import { digestBytes, type Engine, type SignatureAlgorithm } from '#formats/crypto';
import { oid, parseDer, sequence } from '#formats/der';
import {
  certificateIfReadable,
  cmsSignatureAlgorithmOf,
  hashOfName,
  publicKeyFacts,
} from '#formats/x509';
import type { Seal, SealHolder } from './seal.ts';
import type { SealSignature } from './signature.ts';

/** What can be found at a seal or its use, by weight. */
export const sealFindings = {
  seal_signature_broken: 'invalid',
  seal_use_broken: 'invalid',
  seal_data_differs: 'invalid',
  sealer_not_holder: 'invalid',
  seal_not_yet_valid: 'invalid',
  seal_expired: 'invalid',
  seal_certificate_unreadable: 'indeterminate',
  seal_algorithm_unknown: 'indeterminate',
  seal_algorithm_misnamed: 'warning',
  seal_time_unreadable: 'warning',
  seal_signature_raw: 'warning',
  seal_not_strict: 'warning',
} as const;

/** SM2 with SM3, and the two names of the key alone (GM/T 0006). */
const sm2Oids = ['1.2.156.10197.1.501', '1.2.156.10197.1.301', '1.2.156.10197.1.301.1'];

/** One thing found at a seal. */
export interface SealFinding {
  readonly code: keyof typeof sealFindings;
  readonly weight: 'invalid' | 'indeterminate' | 'warning';
  readonly detail: string;
}

/** What a check of a seal's use needs beside the value itself. */
export interface SealCheck {
  readonly value: SealSignature;
  /** The data that must have been sealed: for OFD, Signature.xml as it is now. */
  readonly data: Uint8Array;
  /** When the seal was used, if a stamp proves it; otherwise the stated time counts. */
  readonly provedAt?: Instant;
  readonly signerId?: string;
}

/** The seal by itself: did its maker sign it? */
export async function checkSeal(seal: Seal, engine: Engine): Promise<readonly SealFinding[]> {
  const findings: SealFinding[] = [];
  for (const [index, message] of seal.signedBytes.entries()) {
    const said = await checkValue({ ...seal, certificate: seal.makerCertificate, message }, engine);
    if (said === 'holds' || said === 'raw') {
      return said === 'raw' ? [finding('seal_signature_raw', seal.id)] : [];
    }
    if (index === 0 && said !== 'broken') findings.push(finding(said, 'maker'));
  }
  return findings.length > 0 ? findings : [finding('seal_signature_broken', seal.id)];
}

/** The use of a seal, with the seal. */
export async function checkSealSignature(
  check: SealCheck,
  engine: Engine,
): Promise<readonly SealFinding[]> {
  const { value, data } = check;
  const { seal } = value;
  const findings: SealFinding[] = [...(await checkSeal(seal, engine))];
  if (!(await isDigestOf(value.dataHash, data, engine))) {
    findings.push(finding('seal_data_differs', value.property));
  }
  const said = await checkValue(
    { ...value, message: value.signedBytes, ...signerIdIn(check) },
    engine,
  );
  if (said === 'raw') findings.push(finding('seal_signature_raw', 'sealer'));
  else if (said === 'broken') findings.push(finding('seal_use_broken', value.algorithmOid));
  else if (said !== 'holds') findings.push(finding(said, 'sealer'));
  const isHolder = await isAmong(seal.holders, value.certificate, engine);
  if (!isHolder) findings.push(finding('sealer_not_holder', seal.name));
  if (sealAlgorithm(value) === 'sm2-sm3' && !sm2Oids.includes(value.algorithmOid)) {
    findings.push(finding('seal_algorithm_misnamed', value.algorithmOid));
  }
  findings.push(...validity(seal, check.provedAt ?? value.time));
  if (value.notStrict.length > 0) findings.push(finding('seal_not_strict', value.notStrict[0]));
  return findings;
}

function validity(seal: Seal, at: Instant | undefined): readonly SealFinding[] {
  if (at === undefined || seal.validFrom === undefined || seal.validUntil === undefined) {
    return [finding('seal_time_unreadable', seal.name)];
  }
  if (at < seal.validFrom) return [finding('seal_not_yet_valid', seal.name)];
  return at > seal.validUntil ? [finding('seal_expired', seal.name)] : [];
}

interface ValueCheck {
  readonly certificate: Uint8Array;
  readonly algorithmOid: string;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly signerId?: string;
}

async function checkValue(
  check: ValueCheck,
  engine: Engine,
): Promise<'holds' | 'raw' | 'broken' | 'seal_certificate_unreadable' | 'seal_algorithm_unknown'> {
  const publicKey = certificateIfReadable(check.certificate)?.publicKey;
  if (publicKey === undefined) return 'seal_certificate_unreadable';
  const algorithm = algorithmOf(check.algorithmOid, publicKey);
  if (algorithm === undefined) return 'seal_algorithm_unknown';
  const { signature, wasRaw } = engineSignature(check.signature, algorithm);
  const { message, signerId } = check;
  const holds = await engine.verify({
    algorithm,
    publicKey,
    signature,
    message,
    ...(signerId !== undefined && { signerId }),
  });
  if (!holds) return 'broken';
  return wasRaw ? 'raw' : 'holds';
}

/** The algorithm of a seal's or a sealer's signature; undefined if it is not known. */
export function sealAlgorithm(of: {
  readonly certificate: Uint8Array;
  readonly algorithmOid: string;
}): SignatureAlgorithm | undefined {
  const publicKey = certificateIfReadable(of.certificate)?.publicKey;
  return publicKey && algorithmOf(of.algorithmOid, publicKey);
}

/** A key on SM2's curve signs in one way only, whatever identifier a maker put beside it. */
function algorithmOf(dotted: string, publicKey: Uint8Array): SignatureAlgorithm | undefined {
  if (publicKeyFacts(publicKey).curve === 'SM2') return 'sm2-sm3';
  return ifReadable(() => cmsSignatureAlgorithmOf(parseDer(sequence(oid(dotted))), 'sha256'));
}

/** The digest's algorithm is the signature's; its length tells which of the usual ones it is. */
async function isDigestOf(digest: Uint8Array, data: Uint8Array, engine: Engine): Promise<boolean> {
  for (const hash of ['sm3', 'sha256', 'sha1', 'sha384', 'sha512'] as const) {
    if (digestBytes[hash] !== digest.length) continue;
    if (equal(await engine.digest(hash, data), digest)) return true;
  }
  return false;
}

async function isAmong(
  holders: readonly SealHolder[],
  certificate: Uint8Array,
  engine: Engine,
): Promise<boolean> {
  for (const holder of holders) {
    if (holder.by === 'certificate') {
      if (equal(holder.der, certificate)) return true;
      continue;
    }
    const hash = hashOfName(holder.algorithm) ?? 'sm3';
    if (equal(await engine.digest(hash, certificate), holder.digest)) return true;
  }
  return false;
}

function signerIdIn({ signerId }: SealCheck): { signerId?: string } {
  return signerId === undefined ? {} : { signerId };
}

function finding(code: SealFinding['code'], detail = ''): SealFinding {
  return { code, weight: sealFindings[code], detail };
}
