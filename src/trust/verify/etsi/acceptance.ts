/**
 * Signature acceptance validation (ETSI EN 319 102-1 §5.2.8): may this certificate sign, and were
 * the algorithms still reliable at the time it is judged?
 */
import type { Instant } from '#base/clock';
import type { CertificatePath } from '#formats/pkix';
import { type Certificate, publicKeyFacts, purposeOid } from '#formats/x509';
import type { Notice } from '../report/report.ts';
import type { Doubt } from './doubt.ts';
import type { SignedValue } from './integrity.ts';
import { outdatedAt, type Sunset, sunsetsOf } from './strength.ts';

/** Purposes under which a key has no business on a document when it has no other. */
const otherBusiness: ReadonlySet<string> = new Set([
  purposeOid.timeStamping,
  '1.3.6.1.5.5.7.3.9', // OCSPSigning
]);
/** RFC 5280 §4.2.1.12 anyExtendedKeyUsage, RFC 9336, and what signers of documents have used. */
const signingPurposes: ReadonlySet<string> = new Set([
  '2.5.29.37.0',
  purposeOid.documentSigning,
  purposeOid.emailProtection,
  '1.2.840.113583.1.1.5', // Adobe, authentic documents
  '1.3.6.1.4.1.311.10.3.12', // Microsoft, document signing
]);

interface Use {
  readonly doubts: readonly Doubt[];
  readonly notices: readonly Notice[];
}

/**
 * RFC 5280 §4.2.1.3, §4.2.1.12: what the certificate says its key is for. Of one that the trust
 * folder itself names (`isTrusted`) this is said and not held against it (RFC 5280 §6.1.1 d).
 */
export function judgeUse(
  certificate: Certificate,
  { isTrusted }: { readonly isTrusted: boolean },
): Use {
  const use = useOf(certificate);
  if (!isTrusted) return use;
  const said = use.doubts.map(({ detail }): Notice => ({ code: 'purpose_unusual', detail }));
  return { doubts: [], notices: [...use.notices, ...said] };
}

function useOf(certificate: Certificate): Use {
  const { keyUsage, extendedKeyUsage } = certificate.extensions;
  const subject = certificate.subject.text;
  const signs = keyUsage?.some((use) => use === 'contentCommitment' || use === 'digitalSignature');
  if (signs === false) {
    return refused(`${subject}: its key usage is ${keyUsage?.join(' ') ?? ''}`);
  }
  if (extendedKeyUsage === undefined || extendedKeyUsage.some((one) => signingPurposes.has(one))) {
    return { doubts: [], notices: [] };
  }
  if (extendedKeyUsage.every((one) => otherBusiness.has(one))) {
    return refused(`${subject}: its only purpose is ${extendedKeyUsage.join(' ')}`);
  }
  const detail = `${subject}: ${extendedKeyUsage.join(' ')}`;
  return { doubts: [], notices: [{ code: 'purpose_unusual', detail }] };
}

/** The sunsets of the signature itself: its digest, its algorithm, its key. */
export function signatureSunsets(
  { algorithm, hash }: SignedValue,
  certificate: Certificate,
): readonly Sunset[] {
  return sunsetsOf({ algorithm, hash, key: publicKeyFacts(certificate.publicKey) });
}

/** The sunsets of each certificate below the anchor, and of the anchor's key. */
export function pathSunsets({ certificates }: CertificatePath): readonly (readonly Sunset[])[] {
  return certificates.map((certificate, index) => {
    // An anchor is trusted as a name and a key; nobody leans on its own signature.
    const isAnchor = index === certificates.length - 1;
    const algorithm = isAnchor ? undefined : certificate.signatureAlgorithm;
    return sunsetsOf({ algorithm, key: publicKeyFacts(certificate.publicKey) });
  });
}

export function judgeStrength(sunsets: readonly Sunset[], at: Instant): readonly Doubt[] {
  const passed = outdatedAt(sunsets, at);
  if (passed === undefined) return [];
  const day = new Date(passed.until).toISOString().slice(0, 10);
  return [{ code: 'algorithm_outdated', detail: `${passed.what} until ${day}: ${passed.source}` }];
}

function refused(detail: string): Use {
  return { doubts: [{ code: 'certificate_not_for_signing', detail }], notices: [] };
}
