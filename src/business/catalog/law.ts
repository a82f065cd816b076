/**
 * Law as dated tables: every value with its basis, article, confidence, from and to (law 9).
 *
 * Days are Chinese calendar days; `to` is the last day in force. Two rules of one name never hold
 * on the same day: such a table is refused when it is loaded, not when somebody happens to ask.
 */

import { z } from 'zod';
import { chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type CatalogReader, parseFile } from './reader.ts';

/** How sure we are: read in force, stated by several sources, from memory, unsure. */
const confidence = z.enum(['V', 'S', 'M', 'U']);

export const dayShape = z.iso.date();

const ruleShape = z.strictObject({
  name: z.string().min(1),
  value: z.string().min(1),
  unit: z.string().min(1),
  basis: z.string().min(1),
  article: z.string().min(1),
  confidence,
  /** Retention only: from which event the term runs, and whether it binds from below or above. */
  start: z.string().min(1).optional(),
  bound: z.enum(['minimum', 'cap', 'default']).optional(),
  from: dayShape,
  to: dayShape.nullable(),
});
const tableShape = z.strictObject({
  table: z.string().min(1),
  title: z.string().min(1),
  rules: z.array(ruleShape).min(1),
});

/** One value of law on record: what it is, where it stands, how sure we are, and when it holds. */
export type LawRule = Readonly<z.infer<typeof ruleShape>>;
/** A dated table of rules on one subject. */
export type LawTable = Readonly<z.infer<typeof tableShape>>;

/** The rules of one table in force on one day, by name. */
export class LawOfDay {
  readonly #table: string;
  readonly #rules: ReadonlyMap<string, LawRule>;

  constructor(table: string, rules: ReadonlyMap<string, LawRule>) {
    this.#table = table;
    this.#rules = rules;
  }

  rule(name: string): LawRule {
    const rule = this.#rules.get(name);
    if (rule === undefined) throw new Fault('catalog.rule_missing', { table: this.#table, name });
    return rule;
  }

  /** Every rule in force on that day. */
  all(): readonly LawRule[] {
    return [...this.#rules.values()];
  }

  value(name: string): string {
    return this.rule(name).value;
  }

  whole(name: string): number {
    const { value } = this.rule(name);
    if (!/^\d{1,9}$/.test(value)) {
      throw new Fault('catalog.rule_missing', { table: this.#table, name, why: 'not_whole' });
    }
    return Number(value);
  }
}

export function ruleAt(table: LawTable, at: Instant): LawOfDay {
  const day = chinaDate(at);
  const inForce = table.rules.filter((rule) => holdsOn(rule, day));
  return new LawOfDay(table.table, new Map(inForce.map((rule) => [rule.name, rule])));
}

export async function loadLaw(reader: CatalogReader): Promise<ReadonlyMap<string, LawTable>> {
  const tables = new Map<string, LawTable>();
  for (const name of await reader.list('law')) {
    const table = await parseFile(reader, { part: 'law', name }, tableShape);
    if (name !== `${table.table}.json`) throw new Fault('catalog.file_malformed', { file: name });
    refuseOverlaps(table);
    tables.set(table.table, table);
  }
  return tables;
}

export function holdsOn(dated: { from: string; to: string | null }, day: string): boolean {
  return dated.from <= day && (dated.to === null || day <= dated.to);
}

function refuseOverlaps(table: LawTable): void {
  table.rules.forEach((rule, at) => {
    const rival = table.rules
      .slice(at + 1)
      .find((other) => other.name === rule.name && overlap(rule, other));
    if (rival === undefined) return;
    throw new Fault('catalog.file_malformed', { file: table.table, overlap: rule.name });
  });
}

function overlap(a: LawRule, b: LawRule): boolean {
  return holdsOn(a, b.from) || holdsOn(b, a.from);
}
