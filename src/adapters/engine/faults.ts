/** The refusals of the engine and of keys in files. */
export const engineFaults = [
  'crypto.inflate_limit',
  'crypto.inflate_malformed',
  'crypto.key_exposed',
  'crypto.key_malformed',
  'crypto.key_password',
  'crypto.key_unsuitable',
] as const;
