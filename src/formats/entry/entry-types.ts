/**
 * The one list of what an entry can state. GLOSSARY explains each word; a type outside the list is
 * refused by the parser, so that no reader has to guess.
 */
export const entryTypes = [
  'case.opened',
  'application.received',
  'identity.checked',
  'consent.signed',
  'credit.queried',
  'risk.decided',
  'sheet.confirmed',
  'document.drafted',
  'reading.completed',
  'intent.confirmed',
  'certificate.issued',
  'seal.intended',
  'seal.done',
  'attempt.void',
  'note.confirmed',
  'payment.authorised',
  'disbursed',
  'repaid',
  'case.sealed',
  'erased',
  'policy.adopted',
] as const;

export type EntryType = (typeof entryTypes)[number];

export function isEntryType(text: string): text is EntryType {
  return entryTypes.some((type) => type === text);
}
