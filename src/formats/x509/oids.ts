/** Object identifiers of RFC 5280, RFC 9336, RFC 9608 and X.520 that the house uses. */
export const extensionOid = {
  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  /** RFC 3280 §4.2.1.4, which RFC 5280 dropped; authorities still write it. */
  privateKeyUsagePeriod: '2.5.29.16',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  noRevAvail: '2.5.29.56',
  /** X.509 §9.5.2.8: since when a list keeps certificates that have expired. */
  expiredCertsOnCrl: '2.5.29.60',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  /** ETSI EN 319 412-5: what a qualified certificate claims. */
  qcStatements: '1.3.6.1.5.5.7.1.3',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
  /** RFC 6960 §4.2.2.2.1: a responder's certificate whose own revocation is not asked. */
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

export const purposeOid = {
  /** RFC 5280 §4.2.1.12: a TLS server. */
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  /** RFC 9336: signing documents that people read. */
  documentSigning: '1.3.6.1.5.5.7.3.36',
  any: '2.5.29.37.0',
} as const;

export const attributeOid = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  locality: '2.5.4.7',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  /** X.520: a legal person's identifier, such as the unified social credit code. */
  organizationIdentifier: '2.5.4.97',
} as const;
