/** Every code this room refuses with, besides those of the rooms whose ports it fills. */
export const witnessesFaults = [
  'witness.heads_malformed',
  'witness.journal_torn',
  'witness.log_unreachable',
] as const;
