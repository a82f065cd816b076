/** Object identifiers of RFC 5280, RFC 9336, RFC 9608 and X.520 that the house uses. */
export const extensionOid = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  noRevAvail: '2.5.29.56',
} as const;

export const purposeOid = {
  /** RFC 5280 §4.2.1.12: a TLS server. */
  serverAuth: '1.3.6.1.5.5.7.3.1',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  /** RFC 9336: signing documents that people read. */
  documentSigning: '1.3.6.1.5.5.7.3.36',
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
