/** Every code this room refuses with. */
export const depositFaults = [
  /** A schema or scenario that says what this house cannot keep; `at` names the place. */
  'deposit.definition_malformed',
  'deposit.definition_unknown',
  /** Whoever brought a definition does not approve it. */
  'deposit.definition_own',
  /** What is approved is not what was shown. */
  'deposit.definition_differs',
  'deposit.unknown',
  /** The source's own name stands for other content already. */
  'deposit.name_taken',
  'deposit.closed',
  'deposit.too_many',
  /** A record that does not fit its schema; `field` and `why` name the first mistake. */
  'deposit.record_malformed',
  'deposit.slot_unknown',
  'deposit.signature_missing',
  'deposit.signature_wrong',
  /** The signature over a whole request is not over these records in this order. */
  'deposit.batch_wrong',
  /** Some records are signed one by one, others by a signature over all; or a blind comes alone. */
  'deposit.batch_mixed',
  /** The chance that hides a record from its neighbours' holders: missing, misspelled or twice. */
  'deposit.blind_wrong',
  'deposit.file_unknown',
  'deposit.file_incomplete',
  /** Bytes are not those that were announced. */
  'deposit.file_differs',
  /** A large file is still gone through; the same request goes on where this one ended. */
  'deposit.file_reading',
  /** What the chain lacks; `missing` lists it (S0-02). */
  'deposit.links_missing',
  /** Files were announced and are not whole; `files` lists those that nobody said to leave out. */
  'deposit.files_unfinished',
  'deposit.cursor_malformed',
  /** Its term is over and its key destroyed. */
  'deposit.erased',
  'deposit.hold_unknown',
  /** Whoever placed a hold does not lift it. */
  'deposit.hold_own',
] as const;
