/** Why a certificate, request, list or PEM text is refused when it is read or made. */
export const x509Faults = [
  'x509.malformed',
  'x509.unsuitable',
  'x509.pem_malformed',
  'x509.algorithm_unknown',
] as const;
