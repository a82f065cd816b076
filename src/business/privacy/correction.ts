/**
 * Correction as a linked new version (PIPL 46).
 *
 * The old value's commitment stays in the log, and the new entry names the one it corrects. A
 * signed contract is what was signed and is not changed; while one is being concluded its papers
 * already carry the old value, so the application is made anew instead.
 */
import { fromUtf8, toBase64Url, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { type Applicant, applicantFields, type CaseState } from '#business/lending';
import { saltBytes } from '#formats/disclosure';
import type { EntryStore, Evidence } from '#trust/evidence';
import type { CaseFacts } from './case-facts.ts';
import type { PersonalRecords } from './ports.ts';

const textCharactersMax = 120;

/** New values by field; only fields of the applicant. */
export type Changes = Partial<Applicant>;

/** States in which no paper is on its way to a signature or to the bank. */
const settledStates: readonly CaseState[] = [
  'disbursed',
  'repaying',
  'overdue',
  'settled',
  'refused',
];

export interface CorrectionParts {
  readonly random: Random;
  readonly records: PersonalRecords;
  readonly evidence: Evidence;
  readonly entries: Pick<EntryStore, 'ofCase'>;
  /** Refuses with a code of its own what cannot be a name, a number, a card, a telephone. */
  readonly check: (applicant: Applicant) => void;
}

/** Reads changes at the border: known fields, texts of bounded length, at least one. */
export function parseChanges(given: Readonly<Record<string, string>>): Changes {
  const changes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const field = applicantFields.find((known) => known === name);
    const { length } = [...value.trim()];
    if (field === undefined || length === 0 || length > textCharactersMax) {
      throw new Fault('privacy.request_malformed', { field: name });
    }
    changes[field] = value.trim();
  }
  if (Object.keys(changes).length === 0) throw new Fault('privacy.request_malformed');
  return changes;
}

/** Puts the new values in place of the old and says in the log which entry they correct. */
export async function correct(
  unit: Unit,
  act: { facts: CaseFacts; changes: Changes; request: string; by: string },
  parts: CorrectionParts,
): Promise<void> {
  const { facts, changes, request, by } = act;
  const { subject, caseId, state } = facts;
  if (!settledStates.includes(state)) throw new Fault('privacy.correction_refused', { state });
  const { records, evidence, random } = parts;
  records.under(unit, 'subject');
  const held = await records.getAll(unit, subject, applicantFields);
  const texts = Object.fromEntries(
    applicantFields.map((field) => [field, fromUtf8(held[field] ?? new Uint8Array())]),
  ) as unknown as Applicant;
  parts.check({ ...texts, ...changes });
  const fields = applicantFields.filter((field) => changes[field] !== undefined);
  const salts = new Map(fields.map((field) => [field, toBase64Url(random.bytes(saltBytes))]));
  const values: Record<string, Uint8Array> = {};
  for (const field of fields) {
    values[field] = utf8(changes[field] ?? '');
    values[`salt.${field}`] = utf8(salts.get(field) ?? '');
  }
  const corrects = await newestOf(unit, caseId, parts.entries);
  await evidence.record(unit, {
    caseId,
    subject,
    type: 'value.corrected',
    disclosures: [
      ...fields.map((name) => ({
        name,
        value: changes[name] ?? '',
        salt: salts.get(name) ?? '',
      })),
      { name: 'request', value: request },
      { name: 'by', value: by },
    ],
    of: [],
    ...(corrects === undefined ? {} : { refs: { corrects } }),
  });
  await records.putAll(unit, subject, values);
}

/** The entry whose values are replaced: the last correction, or the application itself. */
async function newestOf(
  unit: Unit,
  caseId: string,
  entries: Pick<EntryStore, 'ofCase'>,
): Promise<string | undefined> {
  const rows = await entries.ofCase(unit, caseId);
  const told = rows.filter(
    ({ type }) => type === 'value.corrected' || type === 'application.received',
  );
  return told.at(-1)?.hash;
}
