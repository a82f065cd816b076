/** The refusals of this room. */
export const sealFaults = [
  'seal.beyond_paper',
  'seal.malformed',
  'seal.not_authorised',
  'seal.not_usable',
  'seal.paper_lapsed',
  'seal.paper_runs',
  'seal.same_person',
  'seal.standing_differs',
  'seal.taken',
  'seal.unknown',
] as const;
