/** The refusals of the key stores themselves. */
export const keystoresFaults = [
  'keystores.answer_malformed',
  'keystores.epoch_in_use',
  'keystores.file_malformed',
  'keystores.name_malformed',
  'keystores.tenant_forgotten',
  'keystores.tenant_malformed',
  'keystores.tenants_too_many',
] as const;
