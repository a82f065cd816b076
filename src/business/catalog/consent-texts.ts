/**
 * The consent texts of requirements C.11 and the agreement to use electronic signatures.
 *
 * Each is a text of its own, asked as an act of its own (PIPL 14, 23, 29). A notice whose basis is
 * the contract (PIPL 13(1)(2)) is shown, not asked. What stands in a text is checked when the
 * catalogue is loaded (PIPL 17, 30): a notice with a hole in it never reaches a person.
 */

import { z } from 'zod';
import { chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { composeNotice, type NoticeNames, noticeHoles } from './consent-notice.ts';
import { dayShape, holdsOn } from './law.ts';
import { type CatalogReader, parseFile } from './reader.ts';

const words = z.string().min(1);
const consentShape = z.strictObject({
  code: words,
  title: words,
  separate: z.boolean(),
  sensitive: z.boolean(),
  basis: z.enum(['consent', 'contract']),
  text: words,
  purpose: words,
  manner: words,
  kinds: z.array(words).min(1),
  retention: words,
  /** PIPL 30: why it is needed and what it can do to her; asked of sensitive kinds. */
  necessity: words.nullable(),
  impact: words.nullable(),
  /** Who else gets it (PIPL 23); `bound` asks for one decision for each recipient by name. */
  recipient: z.strictObject({ name: words, contact: words, bound: z.boolean() }).nullable(),
  refusal: words,
  withdrawal: words,
  /** What stays open to a person who refuses; null where the service cannot be given without. */
  alternative: words.nullable(),
});
const listShape = z.strictObject({
  version: words,
  from: dayShape,
  to: dayShape.nullable(),
  basis: words,
  rights: words,
  consents: z.array(consentShape).min(1),
});
const agreementShape = z.strictObject({
  code: z.literal('esign-agreement'),
  version: words,
  from: dayShape,
  to: dayShape.nullable(),
  title: words,
  basis: words,
  notice: words,
  clauses: z.array(z.strictObject({ title: words, items: z.array(words).min(1) })).min(1),
});

/** The fourteen kinds of requirements C.11; a catalogue with another list does not come up. */
const kindsOfLaw = [
  'basic-service',
  'face-image',
  'recording',
  'id-card-image',
  'bank-account',
  'precise-location',
  'device-fingerprint',
  'credit-reporting',
  'named-partners',
  'third-party-sources',
  'marketing',
  'emergency-contact',
  'automated-decision',
  'evidence-deposit',
];

/** One of the separate consents, with what refusing and withdrawing it mean. */
export type Consent = Readonly<z.infer<typeof consentShape>>;
export type EsignAgreement = Readonly<z.infer<typeof agreementShape>>;

/** A text as a page shows it before it asks. */
export interface ConsentWords {
  readonly kind: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
  readonly purpose: string;
  readonly refusal: string;
  readonly withdrawal: string;
  /** What she can do instead of accepting; null where nothing can be done without. */
  readonly alternative: string | null;
  readonly sensitive: boolean;
  /** False for a notice whose basis is the contract: it is shown and not decided. */
  readonly asked: boolean;
  /** One decision for each recipient by name (PIPL 23). */
  readonly recipientBound: boolean;
}

export interface ConsentTexts {
  readonly consents: readonly Consent[];
  readonly agreement: EsignAgreement;
  /** Undefined when no text of that kind is in force at that time. */
  text(kind: string, at: Instant, names: NoticeNames): ConsentWords | undefined;
}

export async function loadConsentTexts(reader: CatalogReader): Promise<ConsentTexts> {
  const list = await parseFile(reader, { part: 'consents', name: 'consents.json' }, listShape);
  const agreement = await parseFile(
    reader,
    { part: 'consents', name: 'esign-agreement.json' },
    agreementShape,
  );
  refuseHoles(list);
  return {
    consents: list.consents,
    agreement,
    text: (kind, at, names) => {
      const day = chinaDate(at);
      if (kind === agreement.code) {
        return holdsOn(agreement, day) ? agreementWords(agreement) : undefined;
      }
      const consent = list.consents.find(({ code }) => code === kind);
      if (consent === undefined || !holdsOn(list, day)) return undefined;
      const { title, purpose, refusal, withdrawal, alternative, sensitive } = consent;
      return {
        kind,
        title,
        purpose,
        refusal,
        withdrawal,
        alternative,
        sensitive,
        version: list.version,
        text: composeNotice(
          {
            ...consent,
            rights: list.rights,
          },
          names,
        ),
        asked: consent.basis === 'consent',
        recipientBound: consent.recipient?.bound === true,
      };
    },
  };
}

/** The list is the law's, and no notice in it lacks what PIPL 17, 23 and 30 ask for. */
function refuseHoles(list: z.infer<typeof listShape>): void {
  const codes = list.consents.map(({ code }) => code);
  if (codes.join() !== kindsOfLaw.join()) {
    throw new Fault('catalog.file_malformed', { file: 'consents/consents.json', why: 'kinds' });
  }
  for (const consent of list.consents) {
    const holes = noticeHoles({ ...consent, rights: list.rights });
    if (holes.length === 0) continue;
    throw new Fault('catalog.notice_incomplete', { consent: consent.code, missing: holes.join() });
  }
}

function agreementWords(agreement: EsignAgreement): ConsentWords {
  return {
    kind: agreement.code,
    version: agreement.version,
    title: agreement.title,
    text: agreementText(agreement),
    purpose: agreement.title,
    refusal: agreement.notice,
    withdrawal: (agreement.clauses.find(({ title }) => title.includes('撤回'))?.items ?? []).join(
      '',
    ),
    alternative: 'branch',
    sensitive: false,
    asked: true,
    recipientBound: false,
  };
}

/** The agreement as plain text, numbered as its printed form is. */
function agreementText(agreement: EsignAgreement): string {
  const clauses = agreement.clauses.flatMap(({ title, items }, at) => [
    `${at + 1}. ${title}`,
    ...items.map((item, place) => `${at + 1}.${place + 1} ${item}`),
  ]);
  return [agreement.title, `重要提示：${agreement.notice}`, ...clauses].join('\n');
}
