/** The refusals of the seal keys. */
export const keysFaults = [
  'keys.authorisation_malformed',
  'keys.authorisation_unknown',
  'keys.certificate_differs',
  'keys.certificate_expired',
  'keys.document_not_authorised',
  'keys.intention_unproved',
  'keys.not_authorised_now',
  'keys.seal_not_authorised',
  'keys.seal_unknown',
  'keys.signs_other_certificate',
  'keys.ticket_malformed',
  'keys.ticket_spent',
  'keys.ticket_stale',
  'keys.lease_too_long',
] as const;
