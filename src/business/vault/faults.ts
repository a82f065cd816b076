/** The refusals of the vault. */
export const vaultFaults = [
  'vault.cipher_malformed',
  'vault.cipher_refused',
  'vault.erased',
  'vault.field_malformed',
  'vault.too_large',
] as const;
