/** Answers of OCSP responders (RFC 6960), read; whom to believe is judged by #formats/pkix. */

export { ocspFaults } from './faults.ts';
export type { CertificateId, OcspAnswer, OcspResponse, SingleResponse } from './response.ts';
export { readOcsp } from './response.ts';
