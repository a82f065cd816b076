/** Every code this room refuses with; only its own readers throw it, and a finding catches it. */
export const verifyFaults = ['verify.json_malformed'] as const;
