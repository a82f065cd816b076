/**
 * Impact assessments of what a product does with personal information: no product without one.
 *
 * PIPL 55 names what must be assessed beforehand, 56 what an assessment says and that it is kept
 * for three years at least. What a product needs is read off its own lists, never off the
 * assessment: whoever adds a recipient or a sensitive field has to assess it before the product
 * comes up again.
 */

import { z } from 'zod';
import { Fault } from '#base/fault';
import { dayShape } from './law.ts';
import type { Minimisation } from './minimisation.ts';
import { type CatalogReader, parseFile } from './reader.ts';

/** PIPL 56: kept at least so long after the assessed processing has ended. */
const keptYearsMin = 3;
const words = z.string().trim().min(10);
const fileShape = z.strictObject({
  product: z.string().min(1),
  /** PIPL 55: sensitive information, automated decisions, handing on or entrusting, a face. */
  covers: z.array(z.enum(['sensitive', 'automated', 'handed-on', 'face'])).min(1),
  /** PIPL 56 (1): whether purpose and manner are lawful, justified and necessary. */
  lawfulness: words,
  /** PIPL 56 (2): what it does to the person's interests, and the risks. */
  impact: words,
  /** PIPL 56 (3): whether the measures are lawful, work, and fit the risk. */
  measures: words,
  assessedOn: dayShape,
  assessedBy: z.string().min(1),
  approvedBy: z.string().min(1),
  keptYears: z.int().min(keptYearsMin),
});

/** What the law wants assessed before it is done (PIPL 55; 人脸识别技术应用安全管理办法). */
export type AssessedMatter = z.infer<typeof fileShape>['covers'][number];

/** One assessment, as its author and another person signed it off. */
export type ImpactAssessment = Readonly<z.infer<typeof fileShape>>;

/** Kinds of consent that stand for a way of deciding, not for a field. */
const automatedConsent = 'automated-decision';
/** Fields and photos that show a face, compared or not. */
export const faceFields: ReadonlySet<string> = new Set(['faceImage', 'holder']);

export async function loadAssessments(
  reader: CatalogReader,
): Promise<ReadonlyMap<string, ImpactAssessment>> {
  const found = new Map<string, ImpactAssessment>();
  for (const name of await reader.list('assessments')) {
    const one = await parseFile(reader, { part: 'assessments', name }, fileShape);
    const isSignedOff = one.assessedBy !== one.approvedBy;
    if (name !== `${one.product}.json` || !isSignedOff) {
      throw new Fault('catalog.file_malformed', { file: name });
    }
    found.set(one.product, one);
  }
  return found;
}

/** What a product's list makes it assess. */
export function mattersOf(list: Minimisation): readonly AssessedMatter[] {
  const collected = [...list.fields.map(({ field }) => field), ...list.captures.map((c) => c.kind)];
  const classes = [...list.fields, ...list.captures].map((one) => one.class);
  const matters: readonly [AssessedMatter, boolean][] = [
    ['sensitive', classes.some((level) => level !== 'C1')],
    ['automated', list.asks.some(({ kind }) => kind === automatedConsent)],
    ['handed-on', list.recipients.length > 0],
    ['face', collected.some((name) => faceFields.has(name))],
  ];
  return matters.filter(([, isSo]) => isSo).map(([matter]) => matter);
}

/** Refuses with catalog.not_assessed, naming what nobody assessed. */
export function refuseUnassessed(
  list: Minimisation,
  assessment: ImpactAssessment | undefined,
): void {
  const missing = mattersOf(list).filter((matter) => assessment?.covers.includes(matter) !== true);
  if (missing.length > 0) {
    throw new Fault('catalog.not_assessed', { product: list.product, missing: missing.join(' ') });
  }
}
