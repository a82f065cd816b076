/** Every code this room refuses with. */
export const entryFaults = [
  'entry.malformed',
  'entry.attestation_malformed',
  'entry.version_unknown',
  'entry.slots_malformed',
] as const;
