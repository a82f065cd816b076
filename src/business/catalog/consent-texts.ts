/**
 * The consent texts of requirements C.11 and the agreement to use electronic signatures.
 *
 * Each is a text of its own, asked as an act of its own (PIPL 14, 23, 29). A notice whose basis is
 * the contract (PIPL 13(1)(2)) is shown, not asked.
 */

import { z } from 'zod';
import { chinaDate, type Instant } from '#base/clock';
import { dayShape, holdsOn } from './law.ts';
import { type CatalogReader, parseFile } from './reader.ts';

const consentShape = z.strictObject({
  code: z.string().min(1),
  title: z.string().min(1),
  basis: z.enum(['consent', 'contract']),
  separate: z.boolean(),
  sensitive: z.boolean(),
  text: z.string().min(1),
  refusal: z.string().min(1),
  withdrawal: z.string().min(1),
  /** What stays open to a person who refuses; null where the service cannot be given without. */
  alternative: z.string().nullable(),
});
const listShape = z.strictObject({
  version: z.string().min(1),
  from: dayShape,
  to: dayShape.nullable(),
  basis: z.string().min(1),
  consents: z.array(consentShape).min(1),
});
const agreementShape = z.strictObject({
  code: z.literal('esign-agreement'),
  version: z.string().min(1),
  from: dayShape,
  to: dayShape.nullable(),
  title: z.string().min(1),
  basis: z.string().min(1),
  notice: z.string().min(1),
  clauses: z
    .array(z.strictObject({ title: z.string().min(1), items: z.array(z.string().min(1)).min(1) }))
    .min(1),
});

/** One of the separate consents, with what refusing and withdrawing it mean. */
export type Consent = Readonly<z.infer<typeof consentShape>>;
export type EsignAgreement = Readonly<z.infer<typeof agreementShape>>;

/** A text as a page shows it before it asks. */
export interface ConsentWords {
  readonly kind: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
}

export interface ConsentTexts {
  readonly consents: readonly Consent[];
  readonly agreement: EsignAgreement;
  /** Undefined when no text of that kind is in force at that time. */
  text(kind: string, at: Instant): ConsentWords | undefined;
}

export async function loadConsentTexts(reader: CatalogReader): Promise<ConsentTexts> {
  const list = await parseFile(reader, { part: 'consents', name: 'consents.json' }, listShape);
  const agreement = await parseFile(
    reader,
    { part: 'consents', name: 'esign-agreement.json' },
    agreementShape,
  );
  const texts = new Map<string, ConsentWords & { from: string; to: string | null }>();
  const { version, from, to } = list;
  for (const { code, title, text, refusal, withdrawal } of list.consents) {
    const whole = `${text}\n拒绝的影响：${refusal}\n撤回的影响：${withdrawal}`;
    texts.set(code, { kind: code, version, title, text: whole, from, to });
  }
  texts.set(agreement.code, {
    ...agreement,
    kind: agreement.code,
    text: agreementText(agreement),
  });
  return {
    consents: list.consents,
    agreement,
    text: (kind, at) => {
      const found = texts.get(kind);
      if (found === undefined || !holdsOn(found, chinaDate(at))) return undefined;
      return { kind, version: found.version, title: found.title, text: found.text };
    },
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
