/** Every code this room refuses with. */
export const entryFaults = ['entry.malformed', 'entry.attestation_malformed'] as const;
