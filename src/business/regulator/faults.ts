/** The codes with which a supervisor's look is refused. */
export const regulatorFaults = [
  'regulator.contract_unknown',
  'regulator.cursor_malformed',
  'regulator.purpose_unknown',
  'regulator.reference_malformed',
  'regulator.signature_required',
] as const;
