/** Object identifiers of RFC 5652, RFC 5035, RFC 3161, ETSI EN 319 122-1 and GB/T 35275. */
export const cmsOid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  counterSignature: '1.2.840.113549.1.9.6',
  algorithmProtection: '1.2.840.113549.1.9.52',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signatureTimestampToken: '1.2.840.113549.1.9.16.2.14',
  signaturePolicy: '1.2.840.113549.1.9.16.2.15',
  commitment: '1.2.840.113549.1.9.16.2.16',
  signerLocation: '1.2.840.113549.1.9.16.2.17',
  signerAttributes: '1.2.840.113549.1.9.16.2.18',
  contentTimestamp: '1.2.840.113549.1.9.16.2.20',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
  signingCertificateWithHash: '1.2.840.113549.1.9.16.2.47',
  /** RFC 4998 appendix A: over the whole message, and over it with its content outside. */
  evidenceInside: '1.2.840.113549.1.9.16.2.49',
  evidenceOutside: '1.2.840.113549.1.9.16.2.50',
  archiveTimestampOfRfc5126: '1.2.840.113549.1.9.16.2.48',
  signerAttributesOfToday: '0.4.0.19122.1.1',
  signaturePolicyStore: '0.4.0.19122.1.3',
  archiveTimestamp: '0.4.0.1733.2.4',
  archiveIndex: '0.4.0.19122.1.5',
  archiveIndexOfTs101733: '0.4.0.1733.2.5',
  /** Adobe's place for CRLs and OCSP answers, a signed attribute (ISO 32000-1 §12.8.3.3). */
  adobeRevocation: '1.2.840.113583.1.1.8',
  /** RFC 5652 §10.2.1 with RFC 5940 §2: OCSP answers beside the CRLs of the message. */
  ocspInBag: '1.3.6.1.5.5.7.16.2',
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  /** GB/T 35275-2017 §6: the same structures under identifiers of their own. */
  gmData: '1.2.156.10197.6.1.4.2.1',
  gmSignedData: '1.2.156.10197.6.1.4.2.2',
} as const;
