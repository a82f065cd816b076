/** Every code this room refuses with. */
export const evidenceFaults = [
  'evidence.subject_missing',
  'evidence.personal_value',
  'evidence.block_unknown',
  'evidence.case_unknown',
  'evidence.entry_unknown',
  'evidence.entry_too_long',
  'evidence.level_not_reached',
  'evidence.lease_taken',
  'evidence.head_moved',
  'evidence.tile_differs',
  'evidence.root_differs',
  'evidence.rolled_back',
  'evidence.forked',
  'evidence.start_unproved',
] as const;
