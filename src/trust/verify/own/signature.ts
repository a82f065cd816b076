/**
 * Judges one signature of one document: place, CMS, certificate, time (ETSI EN 319 102-1 5.2, 5.3).
 *
 * The order is the standard's: format, the signer's certificate, cryptography, time, path. Under
 * the strict profile every byte of /Contents is fixed: lower-case hex, zero padding, a CMS that our
 * own writer would print again, one certificate, one unsigned attribute.
 */
import { toBase64 } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import { ifReadable } from '#base/fault';
import {
  type CmsFlaw,
  checkStrictness,
  parseSignedData,
  type SignedData,
  verifySignedData,
} from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { type PdfFile, type PdfSignature, signedBytes } from '#formats/pdf';
import { type Certificate, namePart, parseCertificate, purposeOid } from '#formats/x509';
import { structureCodes } from '../input/pdf-flaws.ts';
import { Findings } from '../report/findings.ts';
import type { FlawCode } from '../report/flaws.ts';
import type { SignatureReport } from '../report/report.ts';
import type { Trust } from '../trust.ts';
import { judgeChain } from './chain.ts';
import { judgeStamp, type Stamp } from './stamp.ts';

/** An event certificate serves one session (law 1). */
const eventCertificateMsMax = 10 * 60_000;
/** A signer's clock may be wrong; by more than a day it tells of another day. */
const claimedMsMax = 24 * 60 * 60_000;

export interface SignatureContext {
  readonly document: string;
  readonly file: PdfFile;
  readonly trust: Trust;
  readonly engine: Engine;
  /** The time to judge at, for a signature that proves none of its own. */
  readonly at: Instant | undefined;
}

/** One signature with what later steps need of it. */
export interface JudgedSignature {
  readonly part: string;
  readonly end: number;
  readonly report: Omit<SignatureReport, 'is' | 'because' | 'etsi' | 'law13'>;
  readonly findings: Findings;
  readonly certificate: Certificate | undefined;
  readonly stamp: Stamp | undefined;
  readonly root: Certificate | undefined;
  readonly holder: 'person' | 'seal' | 'unknown';
  /** base64 SHA-256 of the certificate and of its public key. */
  readonly certificateSha256: string;
  readonly keySha256: string;
}

const cmsCodes: Record<CmsFlaw, FlawCode> = {
  signer_certificate_missing: 'signer_certificate_differs',
  signed_attributes_missing: 'cms_not_strict',
  content_type_differs: 'cms_not_strict',
  digest_differs: 'digest_differs',
  signing_certificate_differs: 'signer_certificate_differs',
  signature_broken: 'signature_wrong',
};

export async function judgeSignature(
  signature: PdfSignature,
  part: string,
  context: SignatureContext,
): Promise<JudgedSignature> {
  const findings = new Findings();
  judgePlace(signature, { part, findings });
  const signed = findings.tried({ code: 'cms_malformed', part }, () =>
    parseSignedData(signature.contents),
  );
  const step = { signature, signed, part, context, findings };
  const certificate = await judgeCms(step);
  const stamp = signed && (await judgeStamp({ ...context, signed, part, findings }));
  const root = certificate && (await judgeCertificate({ ...step, certificate, stamp }));
  if (certificate !== undefined) {
    judgePurpose({ ...step, certificate });
    judgeClaims({ ...step, certificate, stamp });
  }
  return {
    part,
    end: signature.revisionEnd,
    report: reportOf({ ...step, certificate, stamp }),
    findings,
    certificate,
    stamp,
    root,
    holder: holderOf(certificate, context.trust),
    ...(await digestsOf(certificate, context.engine)),
  };
}

interface Step {
  readonly signature: PdfSignature;
  readonly signed: SignedData | undefined;
  readonly part: string;
  readonly context: SignatureContext;
  readonly findings: Findings;
}

type CertifiedStep = Step & { readonly certificate: Certificate };

function judgePlace(
  signature: PdfSignature,
  { part, findings }: { part: string; findings: Findings },
): void {
  for (const flaw of signature.flaws) findings.add(structureCodes[flaw], part, flaw);
  const add = (detail: string): void => findings.add('contents_not_strict', part, detail);
  if (!signature.hexIsLower) add('/Contents is not lower-case hex');
  if (!signature.paddingIsZero) add('/Contents is not filled with zeros');
  if (signature.subFilter !== 'ETSI.CAdES.detached') add(`SubFilter ${signature.subFilter}`);
  if (!signature.fubie) add('the mark of the strict profile is missing');
}

/** Is the CMS over these bytes, by the certificate it names, and in its only form? */
async function judgeCms(step: Step): Promise<Certificate | undefined> {
  const { signature, signed, part, context, findings } = step;
  if (signed === undefined) return undefined;
  const { engine, file } = context;
  if (signed.signer.digestAlgorithm === 'sha1') {
    findings.add('algorithm_unsuitable', part, 'SHA-1');
  }
  const message = findings.tried({ code: 'byte_range_wrong', part }, () =>
    signedBytes(file.bytes, signature.byteRange),
  );
  if (message === undefined) return undefined;
  const contentDigest = await engine.digest(signed.signer.digestAlgorithm, message);
  const verdict = await verifySignedData(signed, { contentDigest }, engine);
  if (verdict.is === 'invalid') findings.add(cmsCodes[verdict.because], part, verdict.because);
  const strictness = await checkStrictness(signed, engine);
  if (strictness.is === 'different') {
    findings.add('cms_not_strict', part, `${strictness.why} at byte ${strictness.at}`);
  }
  if (signed.content !== undefined) findings.add('cms_not_strict', part, 'content inside');
  return verdict.is === 'valid' ? verdict.certificate : undefined;
}

/** The path to a trusted authority at the proved time, or at the time to judge at. */
async function judgeCertificate(
  step: CertifiedStep & { readonly stamp: Stamp | undefined },
): Promise<Certificate | undefined> {
  const { certificate, signed, part, context, findings, stamp } = step;
  const at = stamp?.time ?? context.at;
  if (at === undefined) return undefined;
  if (context.at !== undefined && at > context.at) {
    findings.add('later_than_judged', part, `stamped ${formatInstant(at)}`);
  }
  const certificates = signed?.certificates ?? [];
  const bag = certificates.flatMap((der) => ifReadable(() => parseCertificate(der)) ?? []);
  const roots = context.trust.roots;
  const chain = await judgeChain({ certificate, bag, roots, at }, context.engine);
  if (chain.is === 'valid') return chain.root;
  const code = chain.code === 'chain_not_found' ? 'chain_broken' : chain.code;
  findings.add(code, part, chain.detail);
  return undefined;
}

/**
 * Viewers print what the dictionary says beside the certificate's name and the stamp's time, and
 * before them where they trust neither: it says nothing else.
 */
function judgeClaims(step: CertifiedStep & { readonly stamp: Stamp | undefined }): void {
  const { signature, certificate, stamp, part, findings } = step;
  const { signerName, claimedTime, claimedAt, reason, location } = signature;
  const add = (detail: string): void => findings.add('contents_not_strict', part, detail);
  const names = [certificate.subjectCommonName, namePart(certificate.subject, 'organization')];
  if (signerName !== undefined && !names.includes(signerName)) {
    add('/Name is no name in the certificate');
  }
  if (reason !== undefined || location !== undefined) add('/Reason or /Location');
  if (claimedTime === undefined || stamp === undefined) return;
  const apart = Math.abs(stamp.time - (claimedAt ?? Number.NEGATIVE_INFINITY));
  if (apart > claimedMsMax) add('/M is more than a day from the stamp');
}

const signingPurposes = new Set<string>([purposeOid.documentSigning, purposeOid.emailProtection]);

function judgePurpose(step: CertifiedStep): void {
  const { certificate, part, findings } = step;
  const { keyUsage, basicConstraints, noRevAvail, extendedKeyUsage } = certificate.extensions;
  // The stamping authority's certificate comes from the same root: its key must sign no document.
  const purposes = extendedKeyUsage?.some((purpose) => signingPurposes.has(purpose));
  const signs = keyUsage?.some((use) => use === 'contentCommitment' || use === 'digitalSignature');
  const add = (detail: string): void => findings.add('certificate_not_for_signing', part, detail);
  if (basicConstraints?.ca === true) add('it is an authority');
  if (keyUsage !== undefined && signs !== true) add('its key usage does not allow it');
  if (purposes === false) add('its purposes do not include signing documents');
  if (keyUsage === undefined) add('it states no key usage');
  if (purposes === undefined) add('it states no purpose');
  const lives = certificate.notAfter - certificate.notBefore;
  if (noRevAvail && lives > eventCertificateMsMax) add('no revocation, but more than ten minutes');
}

function reportOf(
  step: Step & { readonly certificate: Certificate | undefined; readonly stamp: Stamp | undefined },
): JudgedSignature['report'] {
  const { signature, signed, certificate, stamp, context } = step;
  const whole = signature.revisionEnd === context.file.bytes.length;
  const claimed = signature.claimedTime;
  const signedAt = stamp === undefined ? claimed : formatInstant(stamp.time);
  return {
    document: context.document,
    kind: 'signature',
    field: signature.field,
    signer: certificate?.subjectCommonName ?? certificate?.subject.text ?? 'unknown',
    ...(signedAt === undefined ? {} : { signedAt }),
    timeFrom: stamp === undefined ? 'claimed' : 'timestamp',
    timeSource: stamp?.source ?? 'the signer’s own statement',
    level: stamp === undefined ? 'B-B' : 'B-T',
    algorithm: signed?.signer.signatureAlgorithm ?? 'unknown',
    covers: whole ? 'document' : 'revision',
    changesAfter: 'none',
  };
}

/** Whose a key is decides which rules apply; a seal is one only if operators.json names its key. */
function holderOf(certificate: Certificate | undefined, trust: Trust): JudgedSignature['holder'] {
  if (certificate === undefined) return 'unknown';
  if (trust.sealOf(certificate.publicKey) !== undefined) return 'seal';
  return certificate.extensions.noRevAvail ? 'person' : 'unknown';
}

async function digestsOf(
  certificate: Certificate | undefined,
  engine: Engine,
): Promise<{ certificateSha256: string; keySha256: string }> {
  if (certificate === undefined) return { certificateSha256: '', keySha256: '' };
  return {
    certificateSha256: toBase64(await engine.digest('sha256', certificate.der)),
    keySha256: toBase64(await engine.digest('sha256', certificate.publicKey)),
  };
}

/** The intent id that an event certificate carries in its subject. */
export function intentOf(certificate: Certificate | undefined): string | undefined {
  return certificate && namePart(certificate.subject, 'serialNumber');
}
