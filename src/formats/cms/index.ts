/** CMS signatures (RFC 5652): our own in the form of PAdES (EN 319 142-1), and anybody's read. */

export type { Archived } from './archive-stamp.ts';
export { readArchived } from './archive-stamp.ts';
export { parseSignedAttributes, signedAttributes, signedAttributesWith } from './attributes.ts';
export { checkBareSignature } from './bare-signature.ts';
export type { CertificateReference } from './certificate-references.ts';
export type { CmsFlaw } from './check.ts';
export { checkStrictness, verifySignedData } from './check.ts';
export type { CheckedSigner, DetachedContent, SignerCheck } from './check-signer.ts';
export { checkSigner } from './check-signer.ts';
export { smallerTwin } from './ecdsa-twin.ts';
export { type HeldRecord, messageBefore, recordsIn } from './evidence-records.ts';
export type { CmsFacts } from './facts.ts';
export {
  bytesBehindMessage,
  readSignedData,
  signedDataIfReadable,
  signedDataIn,
} from './facts.ts';
export { cmsFaults } from './faults.ts';
export type { CmsFinding, SignerFinding } from './findings.ts';
export { cmsFindings } from './findings.ts';
export type { StampedMessage } from './message-stamp.ts';
export { readStampedMessage } from './message-stamp.ts';
export { cmsOid } from './oids.ts';
export type { PolicyDocument, PolicyRules, TrustPoint } from './policy-document.ts';
export { isPolicyDocument, isWholePolicy, readPolicyDocument } from './policy-document.ts';
export type { Revocation } from './revocation.ts';
export type { PolicyDigest, PolicyReference } from './signature-policy.ts';
export { policyReadings } from './signature-policy.ts';
export { engineSignature } from './signature-value.ts';
export type { SignedData } from './signed-data.ts';
export { buildSignedData, messageHashOf, parseSignedData } from './signed-data.ts';
export type { CmsSigner, SignerId } from './signer.ts';
export { readSigner, unreadPolicy } from './signer.ts';
