/** Every code this room refuses with. */
export const disclosureFaults = ['disclosure.malformed'] as const;
