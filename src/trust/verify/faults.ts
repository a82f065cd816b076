/** Every code this room refuses with; only its own readers throw it, and a finding catches it. */
export const verifyFaults = [
  'verify.head_wrong',
  'verify.json_malformed',
  'verify.register_wrong',
  'verify.shard_wrong',
  'verify.twin_wrong',
] as const;
