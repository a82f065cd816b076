/** The refusals of HTTP message signatures. */
export const httpsigFaults = [
  'httpsig.malformed',
  'httpsig.component_missing',
  'httpsig.component_unsupported',
  'httpsig.key_unsuitable',
] as const;
