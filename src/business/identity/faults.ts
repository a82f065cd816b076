/** The codes with which the identity room refuses. */
export const identityFaults = [
  'identity.name_malformed',
  'identity.id_number_malformed',
  'identity.id_number_birth_date',
  'identity.id_number_check_digit',
  'identity.card_malformed',
  'identity.card_check_digit',
  'identity.mobile_malformed',
  'identity.synthetic_refused',
] as const;
