/** Object identifiers of RFC 5652, RFC 5035 and RFC 3161 that the house uses. */
export const cmsOid = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signatureTimestampToken: '1.2.840.113549.1.9.16.2.14',
  signingCertificateWithHash: '1.2.840.113549.1.9.16.2.47',
} as const;
