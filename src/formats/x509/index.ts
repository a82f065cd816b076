/** X.509 certificates, requests, revocation lists and PEM (RFC 5280, 2986, 7468, 9608). */

export {
  cmsSignatureAlgorithmOf,
  hashAlgorithmDer,
  hashAlgorithmOf,
  hashOfName,
  publicKeyBits,
  publicKeyKind,
  signatureAlgorithmDer,
  signatureAlgorithmOf,
} from './algorithms.ts';
export { type GeneralName, isSubjectName, subjectAltName } from './alternative-names.ts';
export type { Certificate, Oddity } from './certificate.ts';
export {
  algorithmOidOf,
  buildCertificate,
  certificateIfReadable,
  isStrict,
  keyIdentifier,
  knownAlgorithmOf,
  parseCertificate,
  readCertificate,
  wholeBits,
} from './certificate.ts';
export { certificateDigest } from './certificate-digest.ts';
export type { Crl } from './crl.ts';
export { buildCrl, checkCrl, parseCrl } from './crl.ts';
export type { DistributionPoint, IssuingDistributionPoint, ReasonBits } from './distribution.ts';
export { allReasonBits } from './distribution.ts';
export { lacksGroup, withGroupOf } from './dsa-group.ts';
export type { Extension } from './extension.ts';
export type { Extensions, KeyUsage } from './extensions.ts';
export {
  authorityKeyIdentifier,
  basicConstraints,
  extendedKeyUsage,
  keyUsage,
  noRevAvail,
  parseExtensions,
  subjectKeyIdentifier,
} from './extensions.ts';
export { x509Faults } from './faults.ts';
export type { IssuedFlaw } from './issued.ts';
export { checkIssued } from './issued.ts';
export { isComputable, type KeyFacts, publicKeyFacts } from './key-facts.ts';
export type { Name } from './name.ts';
export { buildName, nameKey, namePart, parseName, relativeKeys } from './name.ts';
export { type NameConstraints, nameConstraints } from './name-constraints.ts';
export { extensionOid, purposeOid } from './oids.ts';
export { findPem, readOnePem, readPem, writePem } from './pem.ts';
export { anyPolicyOid } from './policies.ts';
export type { CertificationRequest } from './request.ts';
export { buildCsr, checkCsr, parseCsr } from './request.ts';
export type { RevocationList, RevokedEntry } from './revocation-list.ts';
export { findRevoked, readRevocationList, unknownInEntries } from './revocation-list.ts';
