/**
 * Lending products as approved, versioned data: terms, words, reading rule, required evidence.
 *
 * A variant takes over everything of another product but its label and its reading rule, so that a
 * demonstration cannot differ from the real product in anything that costs the borrower money.
 */

import { z } from 'zod';
import { Fault } from '#base/fault';
import { parseRate, type Rate } from '#base/money';
import { dayShape, type LawOfDay } from './law.ts';
import { type CatalogReader, parseFile } from './reader.ts';

const text = z.string().min(1);
const fenText = z.string().regex(/^(0|[1-9]\d{0,17})$/);
const rateText = z.string().regex(/^\d{1,9}(\.\d{1,12})?$/);
const readingShape = z.strictObject({
  charactersPerSecond: z.int().positive(),
  secondsMin: z.record(text, z.int().nonnegative()),
});
const versionShape = z.strictObject({
  version: text,
  from: dayShape,
  to: dayShape.nullable(),
  amountFenMin: fenText,
  amountFenMax: fenText,
  termMonths: z.array(z.int().positive()).min(1),
  annualRate: rateText,
  method: z.enum(['EQUAL_INSTALMENT', 'EQUAL_PRINCIPAL']),
  firstPeriod: z.enum(['FULL_MONTH', 'ACTUAL_DAYS']),
  repaymentDay: z.int().min(1).max(28),
  firstDueDaysMin: z.int().nonnegative(),
  overdueMultiplier: rateText,
  misuseMultiplier: rateText,
  guarantee: text,
  capWords: text,
  purposes: z.record(text, text),
  forbiddenUses: z.array(text).min(1),
  consentsToApply: z.array(text),
  disbursementLevel: z.enum(['L1', 'L2']),
  scoreMin: z.int(),
  /** `staff`: what the score would approve waits for a person (S2-42). */
  review: z.enum(['automatic', 'staff']).default('automatic'),
  requiredEvidence: text,
  retentionYears: z.int().positive(),
  creditQuery: z.strictObject({
    agencies: z.array(text).min(1),
    purposes: z.array(text).min(1),
    scope: text,
    reporting: text,
  }),
  creditQueryMonthsAfterEnd: z.int().nonnegative(),
  reading: readingShape,
});
/** For who reads English: a help on the screen. What is signed is Chinese. */
const englishShape = z.strictObject({ name: text, purposes: z.record(text, text) });
const realShape = z.strictObject({
  id: text,
  name: text,
  english: englishShape,
  versions: z.array(versionShape).min(1),
});
const variantShape = z.strictObject({
  id: text,
  name: text,
  english: z.strictObject({ name: text, label: text }),
  variantOf: text,
  label: text,
  reading: readingShape,
});
const fileShape = z.union([realShape, variantShape]);

/** A product's names in English; a purpose without one is shown in Chinese. */
export interface EnglishWords {
  readonly name: string;
  readonly label?: string;
  readonly purposes: Readonly<Record<string, string>>;
}

export type ProductVersion = Readonly<z.infer<typeof versionShape>> & {
  readonly id: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly english: EnglishWords;
  /** The product this one is a variant of, or its own id: its minimisation list stands there. */
  readonly base: string;
};

/** All versions of all products, in the order of their files. */
export async function loadProductVersions(
  reader: CatalogReader,
): Promise<readonly ProductVersion[]> {
  const files: z.infer<typeof fileShape>[] = [];
  for (const name of await reader.list('products')) {
    files.push(await parseFile(reader, { part: 'products', name }, fileShape));
  }
  return files.flatMap((file): readonly ProductVersion[] => {
    if ('versions' in file) {
      const { id, name, english } = file;
      const names = { id, name, english, label: undefined, base: id };
      return file.versions.map((version) => ({ ...version, ...names }));
    }
    const base = files.find((other) => other.id === file.variantOf);
    if (base === undefined || !('versions' in base)) {
      throw new Fault('catalog.file_malformed', { file: file.id, variantOf: file.variantOf });
    }
    const { id, name, label, reading } = file;
    const english = { ...base.english, ...file.english };
    return base.versions.map((version) => ({
      ...version,
      id,
      name,
      label,
      english,
      reading,
      base: base.id,
    }));
  });
}

/** How long a document must be on the screen: its length at reading speed, at least its minimum. */
export function secondsToRead(
  reading: ProductVersion['reading'],
  document: { kind: string; characters: number },
): number {
  const least = reading.secondsMin[document.kind] ?? 0;
  return Math.max(least, Math.ceil(document.characters / reading.charactersPerSecond));
}

/** Penalties outside the range of the law in force are refused before anybody borrows. */
export function refuseUnlawful(version: ProductVersion, cost: LawOfDay): void {
  for (const kind of ['overdue', 'misuse'] as const) {
    const multiplier = parseRate(version[`${kind}Multiplier`]);
    const least = parseRate(cost.value(`${kind}MultiplierMin`));
    const most = parseRate(cost.value(`${kind}MultiplierMax`));
    if (less(multiplier, least) || less(most, multiplier)) {
      throw new Fault('catalog.product_unlawful', { product: version.id, rule: kind });
    }
  }
}

/** A multiplier of 1.5 raises the rate by `50` per cent. */
export function markupWords({ numerator, denominator }: Rate): string {
  return String(((numerator - denominator) * 100n) / denominator);
}

function less(a: Rate, b: Rate): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}
