/** Every code this room refuses with. */
export const tlogFaults = [
  'tlog.size_malformed',
  'tlog.hash_malformed',
  'tlog.range_malformed',
  'tlog.note_malformed',
  'tlog.vkey_malformed',
  'tlog.checkpoint_malformed',
  'tlog.proof_malformed',
  'tlog.policy_malformed',
  'tlog.policy_unsound',
] as const;
