/** The codes with which the contract room refuses. */
export const contractFaults = [
  'contract.document_unknown',
  'contract.reading_unfinished',
  'contract.reading_limit',
  'contract.digest_differs',
  'contract.intent_unknown',
  'contract.intent_unconfirmed',
  'contract.intent_expired',
  'contract.intent_elsewhere',
  'contract.slot_unknown',
  'contract.clause_unknown',
  'contract.clause_unconfirmed',
] as const;
