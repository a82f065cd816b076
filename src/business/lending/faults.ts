/** The codes with which the lending room refuses. */
export const lendingFaults = [
  'lending.case_unknown',
  'lending.out_of_order',
  'lending.product_unknown',
  'lending.terms_refused',
  'lending.channel_refused',
  'lending.authorisation_missing',
  'lending.signature_missing',
  'lending.level_not_reached',
  'lending.instalment_unknown',
  'lending.instalment_paid',
  'lending.password_wrong',
  'lending.flows_malformed',
  'lending.date_malformed',
  'lending.terms_malformed',
  'lending.instalment_differs',
] as const;
