/** The codes with which the consent room refuses. */
export const consentFaults = [
  'consent.kind_unknown',
  'consent.text_differs',
  'consent.missing',
] as const;
