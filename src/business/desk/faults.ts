/** The codes with which the desks refuse. */
export const deskFaults = [
  'desk.cursor_malformed',
  'desk.fields_malformed',
  'desk.grant_missing',
  'desk.minutes_exceeded',
  'desk.purpose_unknown',
  'desk.search_malformed',
] as const;
