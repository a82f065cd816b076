/** Every code this room refuses with; each stands as an alarm until it is over. */
export const anchorFaults = [
  'anchor.wrong_chain',
  'anchor.wrong_contract',
  'anchor.other_root',
  'anchor.log_behind',
  'anchor.refused',
  'anchor.unreachable',
  'anchor.proof_wrong',
  'anchor.log_unwitnessed',
] as const;
