/** Why the certification authority refuses. */
export const caFaults = [
  'ca.attestation_unknown',
  'ca.attestation_wrong',
  'ca.attestation_stale',
  'ca.attestation_spent',
  'ca.identity_missing',
  'ca.identity_mismatch',
  'ca.name_differs',
  'ca.enrolment_differs',
  'ca.simulator_refused',
  'ca.request_wrong',
  'ca.key_spent',
  'ca.serial_unknown',
  'ca.record_altered',
  'ca.record_destroyed',
] as const;
