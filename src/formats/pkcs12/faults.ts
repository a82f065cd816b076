/** Why a key file of the kind PKCS#12 is not opened. */
export const pkcs12Faults = [
  'pkcs12.certificate_missing',
  'pkcs12.key_ambiguous',
  'pkcs12.key_missing',
  'pkcs12.limit',
  'pkcs12.mac_missing',
  'pkcs12.malformed',
  'pkcs12.password_wrong',
  'pkcs12.unsupported',
] as const;
