/** Why there is no trusted time. Law 4: then there is no signature either. */
export const timestampFaults = [
  'timestamp.unavailable',
  'timestamp.answer_wrong',
  'timestamp.authority_untrusted',
  'timestamp.clock_differs',
  'timestamp.clock_untrusted',
] as const;
