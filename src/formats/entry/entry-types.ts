/**
 * The one list of what an entry can state. GLOSSARY explains each word; a type outside the list is
 * refused by the parser, so that no reader has to guess.
 */
export const entryTypes = [
  'case.opened',
  'application.received',
  'capture.stored',
  'session.handed_over',
  'identity.checked',
  'consent.signed',
  'credit.queried',
  'risk.decided',
  'sheet.confirmed',
  'document.drafted',
  'reading.completed',
  'clause.confirmed',
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
  'tenant.opened',
  'tenant.closed',
  'access.journal',
  'staff.changed',
  'client.changed',
  'approval.given',
  'unmask.granted',
  'breakglass.opened',
  'breakglass.reviewed',
  'consent.withdrawn',
  'rights.requested',
  'rights.answered',
  'value.corrected',
  'processing.restricted',
  'hold.placed',
  'hold.lifted',
  'retention.executed',
  'decision.reviewed',
  'epoch.turned',
  'backup.made',
  'restored',
] as const;

export type EntryType = (typeof entryTypes)[number];

export function isEntryType(text: string): text is EntryType {
  return entryTypes.some((type) => type === text);
}
