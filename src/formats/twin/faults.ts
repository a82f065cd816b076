/** Every code this room refuses with. */
export const twinFaults = ['twin.vkey_malformed'] as const;
