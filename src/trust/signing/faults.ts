/** The refusals of this room. After `signing.ticket_stale` the person is not asked again. */
export const signingFaults = [
  'signing.already_signed',
  'signing.attempt_void',
  'signing.certificate_expired',
  'signing.document_known',
  'signing.document_unknown',
  'signing.revision_differs',
  'signing.signature_differs',
  'signing.ticket_malformed',
  'signing.ticket_stale',
  'signing.ticket_unknown',
] as const;
