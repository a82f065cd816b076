/**
 * Holds what one comparison of two revisions has found: which touched objects are explained, what
 * was objected to, which fields were added.
 *
 * Two things must both hold of every touched object. A rule explains it; and nothing but what the
 * rules looked at leads to it, or an innocent list would change a page that shares it.
 */

import { type FieldLock, isLocked, type ModificationLevel } from '../fields/permissions.ts';
import type { PdfFile } from '../file/file.ts';
import { graphObjectsMax, visitSteps, within } from '../file/limits.ts';
import {
  isName,
  type PdfDict,
  type PdfStream,
  type PdfValue,
  sameValue,
  textFrom,
} from '../file/value.ts';
import type { ChangeFlaw, PdfChange } from './change-flaws.ts';
import { childrenOf, type Touch, touchedObjects } from './touched.ts';

/** How a change is judged. */
export interface ChangePolicy {
  /** Law 2: nothing but signature fields and proofs, written as this house writes them. */
  readonly strict: boolean;
  /** What the signatures before the change allow of the document. */
  readonly level: ModificationLevel;
  /** Is the level stated, and not only what common sense allows? */
  readonly isCertified: boolean;
  readonly locks: readonly FieldLock[];
}

export const lawTwo: ChangePolicy = { strict: true, level: 2, isCertified: false, locks: [] };

export interface AddedWidget {
  readonly field: string;
  readonly object: number;
  /** Counted from 1; 0 where it stands on no page. */
  page: number;
  readonly rect: readonly number[];
}

/** An appearance that came or changed, whose content is looked at when all else is judged. */
export interface ChangedFace {
  readonly object: number;
  readonly type: string;
  /** What the field's value is, and so what its face should say; undefined for a signature. */
  readonly value: PdfValue | undefined;
  readonly valueChanged: boolean;
  /** Undefined where the viewer draws the value itself. */
  readonly face: PdfStream | undefined;
  /** What the field held and showed before; undefined for a signature. */
  readonly before?: { readonly value: PdfValue | undefined; readonly face: PdfStream | undefined };
}

/** An annotation, no widget, that came or changed where comments are allowed. */
export interface AnnotatedPlace {
  readonly object: number | string;
  /** Counted from 1. */
  readonly page: number;
  readonly dict: PdfDict;
}

/** Text that programs write anew in the other encoding of ISO 32000-1 §7.9.2.2. */
const textKeys: ReadonlySet<string> = new Set(['Lang', 'T', 'TU', 'TM']);

function isSameText(key: string, a: PdfValue, b: PdfValue): boolean {
  if (!textKeys.has(key) || a.kind !== 'string' || b.kind !== 'string') return false;
  return textFrom(a) === textFrom(b);
}

export class RevisionJudge {
  readonly before: PdfFile;
  readonly after: PdfFile;
  readonly policy: ChangePolicy;
  readonly touched: ReadonlyMap<number, Touch>;
  readonly widgets: AddedWidget[] = [];
  readonly filled: string[] = [];
  readonly faces: ChangedFace[] = [];
  readonly annotated: AnnotatedPlace[] = [];
  /** Widgets of values that were filled in: which words their new faces hide is looked at last. */
  readonly shown = new Set<number>();
  readonly explained = new Map<number, string>();
  /** Objects judged as a whole by the rule of their place, wherever else they are named. */
  readonly roles = new Set<number>();
  /** Dictionaries of appearances that are no longer used by the field that had them. */
  readonly replaced = new Set<number>();
  readonly objections: PdfChange[] = [];
  readonly #objected = new Set<string>();
  readonly #soft = new Map<number, Set<string>>();

  constructor(before: PdfFile, after: PdfFile, policy: ChangePolicy) {
    this.before = before;
    this.after = after;
    this.policy = policy;
    this.touched = touchedObjects(before, after);
  }

  object(where: number | string, what: string, because: ChangeFlaw = 'object_changed'): void {
    const object = typeof where === 'number' ? `object ${where}` : where;
    const line = `${object}: ${what}`;
    if (this.#objected.has(line)) return;
    this.#objected.add(line);
    this.objections.push({ object, what, permitted: false, because });
  }

  /** Objects unless the signatures so far allow changes of that level. */
  needs(level: ModificationLevel, where: number | string, what: string): void {
    if (this.policy.level < level) this.object(where, `${what}, certified against it`, 'docmdp');
  }

  /** Objects if a signature so far locked the field. */
  unlocked(where: number | string, field: string): void {
    if (this.policy.locks.some((lock) => isLocked(lock, field))) {
      this.object(where, `the locked field ${field} changed`, 'field_locked');
    }
  }

  explain(number: number, what: string): void {
    if (this.touched.has(number) && !this.explained.has(number)) this.explained.set(number, what);
  }

  /** As explain, for an object whose members the rule compares one by one. */
  judged(number: number, what: string): void {
    this.explain(number, what);
    this.roles.add(number);
  }

  /** What stands under that key of an object is judged by a rule of its own. */
  soften(holder: number, ...keys: readonly string[]): void {
    const soft = this.#soft.get(holder) ?? new Set();
    for (const key of keys) soft.add(key);
    this.#soft.set(holder, soft);
  }

  isSoft(holder: number, key: string): boolean {
    return this.#soft.get(holder)?.has(key) === true;
  }

  /** A list or dictionary that holds others: explained if it kept its place. */
  explainContainer(was: PdfValue | undefined, is: PdfValue | undefined, what: string): void {
    if (is?.kind !== 'ref') return;
    if (this.policy.strict && was?.kind === 'ref' && was.number !== is.number) {
      this.object(is.number, `${what} was replaced`);
      return;
    }
    this.explain(is.number, what);
  }

  /** Explains the added objects that a value leads to, and answers how many; others not. */
  explainAdded(value: PdfValue | undefined, what: string): number {
    return this.#explainBelow(value, what, (number) => this.touched.get(number) === 'added');
  }

  /** Explains all touched objects that a value leads to: what is below may be changed at will. */
  explainAll(value: PdfValue | undefined, what: string): number {
    return this.#explainBelow(value, what, (number) => !this.roles.has(number));
  }

  #explainBelow(
    value: PdfValue | undefined,
    what: string,
    enters: (number: number) => boolean,
  ): number {
    let found = 0;
    const seen = new Set<number>();
    const waiting: PdfValue[] = value === undefined ? [] : [value];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next.kind === 'ref') {
        if (seen.has(next.number) || !enters(next.number)) continue;
        seen.add(next.number);
        within(seen.size, graphObjectsMax, 'graphObjectsMax');
        this.after.reading.work.spend(visitSteps);
        if (this.touched.has(next.number)) found += 1;
        this.explain(next.number, what);
        waiting.push(this.after.object(next.number));
      } else for (const child of childrenOf(next)) waiting.push(child);
    }
    return found;
  }

  /** Objects to every member that differs and is not in `except`. */
  sameBut(
    where: number,
    dicts: { was: PdfDict; is: PdfDict; because?: ChangeFlaw },
    except: readonly string[],
  ): void {
    const { was, is, because = 'object_changed' } = dicts;
    if (was === is) return;
    if (is.twice !== undefined) this.object(where, `/${is.twice[0]} stands twice`, 'duplicate');
    for (const key of new Set([...was.entries.keys(), ...is.entries.keys()])) {
      const [a, b] = [was.entries.get(key), is.entries.get(key)];
      const same =
        a !== undefined &&
        b !== undefined &&
        (sameValue(a, b) || (!this.policy.strict && isSameText(key, a, b)));
      if (!same && !except.includes(key)) this.object(where, `/${key} changed`, because);
    }
  }

  /** The items that `is` adds to `was`; objects if any of those is gone or they changed places. */
  appended(
    where: number | string,
    lists: { readonly was: readonly PdfValue[]; readonly is: readonly PdfValue[] },
    because: ChangeFlaw = 'object_changed',
  ): readonly PdfValue[] {
    const { was, is } = lists;
    const extra: PdfValue[] = [];
    let kept = 0;
    for (const item of is) {
      const next = was[kept];
      if (next !== undefined && sameValue(next, item)) kept += 1;
      else extra.push(item);
      if (this.policy.strict && kept < was.length && extra.length > 0) break;
    }
    if (kept === was.length) return extra;
    this.object(where, 'a list lost, moved or changed items', because);
    return [];
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
