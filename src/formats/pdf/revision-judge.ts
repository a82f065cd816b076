/**
 * Holds what one comparison of two revisions has found: which touched objects are explained, what
 * was objected to, which fields were added.
 */
import type { PdfFile } from './file.ts';
import { type Touch, touchedObjects } from './touched.ts';
import { isName, type PdfDict, type PdfValue, sameValue } from './value.ts';

export interface PdfChange {
  /** `object 14`, `trailer` or `file`. */
  readonly object: string;
  readonly what: string;
  readonly permitted: boolean;
}

export interface AddedWidget {
  readonly field: string;
  readonly object: number;
  /** Counted from 1; 0 where it stands on no page. */
  page: number;
  readonly rect: readonly number[];
}

export class RevisionJudge {
  readonly before: PdfFile;
  readonly after: PdfFile;
  readonly touched: ReadonlyMap<number, Touch>;
  readonly widgets: AddedWidget[] = [];
  readonly filled: string[] = [];
  readonly explained = new Map<number, string>();
  /** Objects that may change only because nothing but the form or a page's list leads to them. */
  readonly containers = new Set<number>();
  readonly objections: PdfChange[] = [];

  constructor(before: PdfFile, after: PdfFile) {
    this.before = before;
    this.after = after;
    this.touched = touchedObjects(before, after);
  }

  object(where: number | string, what: string): void {
    const object = typeof where === 'number' ? `object ${where}` : where;
    this.objections.push({ object, what, permitted: false });
  }

  explain(number: number, what: string): void {
    if (this.touched.has(number) && !this.explained.has(number)) this.explained.set(number, what);
  }

  /** A list or dictionary that holds others: explained if it kept its place. */
  explainContainer(was: PdfValue | undefined, is: PdfValue | undefined, what: string): void {
    if (is?.kind !== 'ref') return;
    if (was?.kind === 'ref' && was.number !== is.number) {
      this.object(is.number, `${what} was replaced`);
      return;
    }
    this.explain(is.number, what);
    this.containers.add(is.number);
  }

  /** Explains the added objects that a value leads to; others are judged where they belong. */
  explainAdded(value: PdfValue | undefined, what: string): void {
    const waiting: PdfValue[] = value === undefined ? [] : [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.kind === 'ref') {
        const isNew = this.touched.get(next.number) === 'added';
        if (!isNew || this.explained.has(next.number)) continue;
        this.explain(next.number, what);
        waiting.push(this.after.object(next.number));
      } else if (next.kind === 'array') waiting.push(...next.items);
      else if (next.kind === 'dict') waiting.push(...next.entries.values());
      else if (next.kind === 'stream') waiting.push(...next.dict.entries.values());
    }
  }

  /** Objects to every member that differs and is not in `except`. */
  sameBut(where: number, dicts: { was: PdfDict; is: PdfDict }, except: readonly string[]): void {
    const { was, is } = dicts;
    for (const key of new Set([...was.entries.keys(), ...is.entries.keys()])) {
      const [a, b] = [was.entries.get(key), is.entries.get(key)];
      const same = a !== undefined && b !== undefined && sameValue(a, b);
      if (!same && !except.includes(key)) this.object(where, `/${key} changed`);
    }
  }

  /** The items that `is` appends to `was`; objects if it does anything else to the list. */
  appended(
    where: number | string,
    was: readonly PdfValue[],
    is: readonly PdfValue[],
  ): readonly PdfValue[] {
    const keeps = was.every((item, at) => {
      const now = is[at];
      return now !== undefined && sameValue(item, now);
    });
    if (!keeps) this.object(where, 'a list lost, moved or changed items');
    return keeps ? is.slice(was.length) : [];
  }

  describe(number: number): string {
    const value = this.after.object(number);
    const dict = value.kind === 'stream' ? value.dict : value;
    const type = dict.kind === 'dict' ? dict.entries.get('Type') : undefined;
    return type?.kind === 'name' ? `${type.name} ${value.kind}` : value.kind;
  }

  hasType(number: number, type: string): boolean {
    const value = this.after.object(number);
    const dict = value.kind === 'stream' ? value.dict : value;
    return dict.kind === 'dict' && isName(dict.entries.get('Type'), type);
  }
}
