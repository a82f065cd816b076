/** The codes with which the signer's room refuses. */
export const signerFaults = [
  'signer.handover_refused',
  'signer.token_unknown',
  'signer.counter_late',
  'signer.capture_unknown',
  'signer.capture_kind',
  'signer.capture_limit',
  'signer.capture_differs',
  'signer.capture_incomplete',
  'signer.receipt_early',
  'signer.lookup_unknown',
] as const;
