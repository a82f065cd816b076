/** Why an OCSP response is refused when it is read. */
export const ocspFaults = ['ocsp.malformed', 'ocsp.limit'] as const;
