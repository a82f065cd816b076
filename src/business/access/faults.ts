/** The codes with which the doors refuse somebody. */
export const accessFaults = [
  'access.unauthenticated',
  'access.not_yours',
  'access.idempotency_key_missing',
  'access.idempotency_key_reused',
  'access.request_malformed',
  'access.route_unknown',
  'access.internal_error',
] as const;
