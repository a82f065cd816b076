/** Every code this room refuses with. */
export const witnessFormatFaults = [
  'witness.request_malformed',
  'witness.reply_malformed',
  'witness.head_malformed',
  'witness.promise_malformed',
  'witness.register_malformed',
  'witness.misbehaviour_malformed',
] as const;
