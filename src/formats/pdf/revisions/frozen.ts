/**
 * Looks whether anything that must stay was touched: all that the earlier state leads to, except by
 * the members that a rule judges by itself.
 *
 * A base can be laid out so that an innocent addition changes a page: the page's contents name an
 * object that is not there yet, share a list with the form, or a font with an appearance.
 */
import { graphObjectsMax, visitSteps, within } from '../file/limits.ts';
import { type PdfDict, type PdfValue, refTo, sameValue } from '../file/value.ts';
import { isWidget, mayAnnotate } from './page-rules.ts';
import type { RevisionJudge } from './revision-judge.ts';
import { childrenOf, holdsOthers } from './touched.ts';

type Waiting = [holder: number, value: PdfValue];

export function judgeFrozen(judge: RevisionJudge, trailerKeys: ReadonlySet<string>): void {
  const { before } = judge;
  const seen = new Set<number>();
  const waiting = beginnings(judge, trailerKeys);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [holder, value] = next;
    if (value.kind !== 'ref') {
      for (const child of childrenOf(value)) push(waiting, holder, child);
      continue;
    }
    const { number } = value;
    if (seen.has(number)) continue;
    seen.add(number);
    within(seen.size, graphObjectsMax, 'graphObjectsMax');
    before.reading.work.spend(visitSteps);
    const found = before.object(number);
    judgeReached(judge, number, holder);
    const entry = before.entries.get(number);
    if (entry?.kind === 'inside') waiting.push([number, refTo(entry.container)]);
    const dict = found.kind === 'stream' ? found.dict : found;
    if (dict.kind === 'dict') pushMembers(judge, waiting, { number, dict });
    else push(waiting, number, found);
  }
  for (const number of judge.replaced) {
    if (!seen.has(number)) continue;
    const what = 'an appearance was replaced that other parts of the document use';
    judge.object(number, what, 'appearance_differs');
  }
}

function pushMembers(
  judge: RevisionJudge,
  waiting: Waiting[],
  { number, dict }: { readonly number: number; readonly dict: PdfDict },
): void {
  for (const [key, item] of dict.entries) {
    if (!judge.isSoft(number, key)) push(waiting, number, item);
  }
}

/** Most members are numbers and names, which lead nowhere. */
function push(waiting: Waiting[], holder: number, value: PdfValue): void {
  if (value.kind === 'ref' || holdsOthers(value)) waiting.push([holder, value]);
}

/** The trailer; and what stands in lists that may grow, so that nothing hides behind them. */
function beginnings(judge: RevisionJudge, trailerKeys: ReadonlySet<string>): Waiting[] {
  const { before } = judge;
  const waiting: Waiting[] = [];
  for (const [key, item] of before.trailer.entries) {
    if (!trailerKeys.has(key)) waiting.push([0, item]);
  }
  const held = before.catalog().entries.get('AcroForm');
  const form = before.dict(held);
  for (const [key, item] of form?.entries ?? []) {
    if (key !== 'Fields' && key !== 'DR') waiting.push([0, item]);
  }
  // New resources may come beside the old ones; those stay as they were.
  for (const kind of before.dict(form?.entries.get('DR'))?.entries.values() ?? []) {
    waiting.push([0, before.resolve(kind)]);
  }
  pushFields(judge, waiting, before.list(form?.entries.get('Fields')));
  for (const { dict } of before.pages()) {
    for (const item of before.list(dict.entries.get('Annots'))) {
      if (!mayAnnotate(judge) || isWidget(before, item)) waiting.push([0, item]);
    }
  }
  return waiting;
}

function pushFields(judge: RevisionJudge, waiting: Waiting[], fields: readonly PdfValue[]): void {
  const seen = new Set<number>();
  const open = [...fields];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    waiting.push([0, next]);
    if (next.kind !== 'ref' || seen.has(next.number)) continue;
    seen.add(next.number);
    open.push(...judge.before.list(judge.before.dict(next)?.entries.get('Kids')));
  }
}

function judgeReached(judge: RevisionJudge, number: number, holder: number): void {
  const touch = judge.touched.get(number);
  if (judge.before.cut.has(number)) {
    judge.object(number, 'an object that the later bytes complete', 'viewers_differ');
  }
  if (judge.before.overlong.has(number) && touch === undefined) {
    const isSame = sameValue(judge.before.object(number), judge.after.object(number));
    if (!isSame) judge.object(number, 'a stream that reaches into later bytes', 'viewers_differ');
  }
  if (touch === undefined || judge.roles.has(number)) return;
  if (touch === 'added') {
    judge.object(number, 'an object was added that the earlier revision already refers to');
  } else if (judge.explained.has(number)) {
    const what = `an object changed that other parts of the document use (object ${holder})`;
    judge.object(number, what);
  }
}
