/** The refusals of the vault. */
export const vaultFaults = [
  'vault.cipher_malformed',
  'vault.cipher_refused',
  'vault.epoch_over',
  'vault.epoch_unfinished',
  'vault.erased',
  'vault.field_malformed',
  'vault.field_not_indexed',
  'vault.find_too_wide',
  'vault.index_busy',
  'vault.lookups_too_many',
  'vault.question_too_large',
  'vault.restricted',
  'vault.suite_unknown',
  'vault.too_large',
] as const;
