/** Why an OFD cannot be read; the judge turns each into a finding. */
export const ofdFaults = ['ofd.malformed'] as const;
