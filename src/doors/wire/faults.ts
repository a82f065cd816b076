/** The codes with which the small doors refuse. */
export const keystoreDoorFaults = [
  'keystore.order_refused',
  'keystore.request_malformed',
  'keystore.request_too_large',
  'keystore.route_unknown',
] as const;

export const trustCentreDoorFaults = [
  'trust_centre.request_malformed',
  'trust_centre.request_too_large',
  'trust_centre.route_unknown',
  'trust_centre.seals_closed',
] as const;
