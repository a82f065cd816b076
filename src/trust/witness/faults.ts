/** Every code this room refuses with. */
export const witnessFaults = [
  'witness.mirror_differs',
  'witness.mirror_incomplete',
  'witness.register_unfit',
  'witness.register_unknown',
  'witness.vote_wrong',
] as const;
