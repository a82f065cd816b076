/** The codes with which the consent room refuses. */
export const consentFaults = [
  'consent.kind_unknown',
  'consent.text_differs',
  'consent.missing',
  'consent.withdrawn',
  'consent.outdated',
  'consent.not_given',
  'consent.notice_only',
  'consent.recipient_missing',
  'consent.recipient_unknown',
  'consent.guardian_needed',
] as const;
