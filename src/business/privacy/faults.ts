/** The codes with which the privacy room refuses. */
export const privacyFaults = [
  'privacy.case_unknown',
  'privacy.request_unknown',
  'privacy.request_answered',
  'privacy.request_malformed',
  'privacy.reading_over',
  'privacy.correction_refused',
  'privacy.hold_unknown',
  'privacy.hold_lifted',
  'privacy.hold_malformed',
  'privacy.breach_malformed',
  'privacy.breach_told',
  'privacy.breach_unknown',
  'privacy.erased',
  'privacy.rule_missing',
] as const;
