/**
 * Which certificate is the signer's (EN 319 102-1 §5.2.3): the one the identifier names, and the
 * digest in the signed attribute must agree.
 */
import { equal } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { parseBer } from '#formats/der';
import { type Certificate, certificateIfReadable, nameKey, parseName } from '#formats/x509';
import { matches } from './certificate-references.ts';
import type { CmsFacts } from './facts.ts';
import type { Found } from './findings.ts';
import type { CmsSigner } from './signer.ts';

/** Where a signer's certificate is looked for. */
export interface CertificateSearch {
  readonly message: CmsFacts;
  readonly signer: CmsSigner;
  /** DER of more certificates to look for the signer's in, such as those of a DSS. */
  readonly certificates?: readonly Uint8Array[];
  /** How one is read; a caller who meets the same ones again may remember them. */
  readonly read?: (der: Uint8Array) => Certificate | undefined;
}

export async function certificateOf(
  check: CertificateSearch,
  engine: Engine,
  found: Found,
): Promise<{ certificate: Certificate | undefined; bound: boolean }> {
  const { signer, read = certificateIfReadable } = check;
  const { references } = signer;
  const passed: Certificate[] = [];
  let named: Certificate | undefined;
  let unreadable = 0;
  for (const der of bagOf(check)) {
    const certificate = read(der);
    if (certificate === undefined) unreadable += 1;
    else if (!isNamedBy(signer, certificate)) passed.push(certificate);
    else {
      if (references.length === 0) {
        found('signing_certificate_unbound');
        return { certificate, bound: false };
      }
      // Two certificates of one key may answer to one name; the digest tells which is meant.
      const fit = await matches(references, certificate, engine);
      if (fit === 'unknown') {
        found('algorithm_unknown', 'in the signing certificate');
        return { certificate, bound: false };
      }
      if (fit === 'elsewhere') found('signing_certificate_name_differs', certificate.subject.text);
      if (fit !== 'no') return { certificate, bound: true };
      named ??= certificate;
    }
  }
  if (named !== undefined) {
    found('signing_certificate_differs', named.subject.text);
    return { certificate: named, bound: false };
  }
  for (const other of passed) {
    if (references.length === 0) break;
    const fit = await matches(references, other, engine);
    if (fit === 'no' || fit === 'unknown') continue;
    found('signer_id_differs', other.subject.text);
    return { certificate: other, bound: true };
  }
  found(unreadable > 0 ? 'signer_certificate_unreadable' : 'signer_certificate_missing');
  return { certificate: undefined, bound: false };
}

/** The nearest first: what lies in the message is mostly the signer's own. */
function* bagOf({ message, signer, certificates = [] }: CertificateSearch): Generator<Uint8Array> {
  yield* message.certificates;
  yield* signer.certificateValues;
  yield* certificates;
}

function isNamedBy({ id }: CmsSigner, certificate: Certificate): boolean {
  if (id.by === 'key') {
    const identifier = certificate.extensions.subjectKeyIdentifier;
    return identifier !== undefined && equal(identifier, id.identifier);
  }
  if (id.serial !== certificate.serial) return false;
  return equal(id.issuer, certificate.issuer.der) || isSameName(id.issuer, certificate.issuer);
}

/** Signers and authorities spell one name in different string types (RFC 5280 §7.1). */
function isSameName(der: Uint8Array, name: Certificate['issuer']): boolean {
  try {
    return nameKey(parseName(parseBer(der).value)) === nameKey(name);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}
