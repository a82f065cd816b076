/** The refusals of the wire itself; a process's own refusals travel through it unchanged. */
export const wireFaults = [
  'wire.answer_lost',
  'wire.answer_malformed',
  'wire.body_too_large',
  'wire.failed',
  'wire.socket_path_too_long',
  'wire.socket_taken',
  'wire.timeout',
  'wire.unreachable',
] as const;
