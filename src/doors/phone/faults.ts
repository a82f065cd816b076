/** The codes with which the phone itself refuses. */
export const phoneFaults = [
  'phone.no_answer',
  'phone.refused',
  'phone.answer_malformed',
  'phone.nothing_to_sign',
  'phone.code_missing',
  'phone.not_what_was_shown',
  'phone.document_missing',
  'phone.waited_in_vain',
] as const;
