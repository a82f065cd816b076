/**
 * The one list of what an entry can state. GLOSSARY explains each word; a type outside the list is
 * refused by the parser, so that no reader has to guess.
 *
 * An entry carries the lowest version of the format that can say it. So a program of the version
 * before, running beside this one, reads every entry but those that say what it never heard of,
 * and there is one spelling for one fact.
 */
const entryTypesSince1 = [
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

/** What the second version of the format adds. */
const entryTypesSince2 = [
  'schema.approved',
  'deposit.opened',
  'deposit.item',
  'deposit.file',
  'slot.added',
  'slot.absent',
  'case.closed',
  'statement.received',
  'originals.checked',
  'log.twinned',
  'document.raised',
] as const;

/** What the third version adds: rights out of a contract, and words of experts and notaries. */
const entryTypesSince3 = [
  'right.created',
  'right.pledged',
  'right.released',
  'right.assigned',
  'right.settled',
  'opinion.received',
  'breach.recorded',
  'breach.told',
  'seal.managed',
] as const;

export const entryTypes = [...entryTypesSince1, ...entryTypesSince2, ...entryTypesSince3] as const;

/**
 * The fourth version says one thing anew: a record whose source signed it in a batch. A reader of
 * before would look for a signature over the record alone, and call an honest one wrong.
 */
const batchedType = 'deposit.item';
const batchedVersion = 4;

/** The newest version of the format that this program reads and writes. */
export const entryVersionMax = batchedVersion;

export type EntryType = (typeof entryTypes)[number];

export function isEntryType(text: string): text is EntryType {
  return entryTypes.some((type) => type === text);
}

/** What of an entry its version follows from. */
export interface EntryKind {
  readonly type: EntryType;
  /** Its source signed it in a batch; of records only. */
  readonly batched?: true;
}

/** The version that an entry carries, and no other. */
export function versionOf({ type, batched }: EntryKind): number {
  return batched === true ? batchedVersion : entryVersion(type);
}

/** What an entry of this type is that carries this version; undefined when none may. */
export function entryKind(type: EntryType, version: number): EntryKind | undefined {
  if (version === entryVersion(type)) return { type };
  return version === batchedVersion && type === batchedType ? { type, batched: true } : undefined;
}

/** The lowest version of the format that knows the type. */
export function entryVersion(type: EntryType): 1 | 2 | 3 {
  if (entryTypesSince1.some((known) => known === type)) return 1;
  return entryTypesSince2.some((known) => known === type) ? 2 : 3;
}
