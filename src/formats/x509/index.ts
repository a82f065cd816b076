/** X.509 certificates, requests, revocation lists and PEM (RFC 5280, 2986, 7468, 9608). */

export {
  cmsSignatureAlgorithmOf,
  hashAlgorithmDer,
  hashAlgorithmOf,
  publicKeyKind,
  signatureAlgorithmDer,
} from './algorithms.ts';
export { type GeneralName, nameConstraints, subjectAltName } from './alternative-names.ts';
export type { Certificate } from './certificate.ts';
export { buildCertificate, keyIdentifier, parseCertificate } from './certificate.ts';
export type { Crl } from './crl.ts';
export { buildCrl, checkCrl, parseCrl } from './crl.ts';
export type { Extension } from './extensions.ts';
export {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  noRevAvail,
  subjectKeyIdentifier,
} from './extensions.ts';
export { x509Faults } from './faults.ts';
export type { IssuedFlaw } from './issued.ts';
export { checkIssued } from './issued.ts';
export type { Name } from './name.ts';
export { buildName, namePart } from './name.ts';
export { extensionOid, purposeOid } from './oids.ts';
export { readOnePem, readPem, writePem } from './pem.ts';
export type { CertificationRequest } from './request.ts';
export { buildCsr, checkCsr, parseCsr } from './request.ts';
