/**
 * What a later revision may do to the interactive form (ISO 32000-1 §12.7, §12.8.2.2): add a
 * signature field, sign an empty one, fill in the others as far as signatures so far allow it.
 */

import { type FieldNodes, type PdfField, readFieldNodes } from '../fields/fields.ts';
import { dictOf, integer, type PdfDict, type PdfValue, sameValue } from '../file/value.ts';
import { judgeDrawnAnew } from './drawn-anew.ts';
import {
  isStamp,
  judgeAppearance,
  judgeGround,
  judgeNewField,
  judgeSignatureValue,
} from './field-rules.ts';
import type { RevisionJudge } from './revision-judge.ts';

const signatureFlagsMax = 3;
const nothing = dictOf({});
/** Read-only, required, no-export (§12.7.3.1): none changes what is shown. */
const harmlessFlags = 7;

export function judgeForm(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  const form = { was: judge.before.dict(was) ?? nothing, is: judge.after.dict(is) ?? nothing };
  const where = is?.kind === 'ref' ? is.number : judge.after.rootRef().number;
  judge.explainContainer(was, is, 'form');
  if (was?.kind === 'ref') {
    judge.judged(was.number, 'form');
    judge.soften(was.number, 'Fields', 'DR');
  }
  judgeFormMembers(judge, where, form);
  const nodes = { was: readFieldNodes(judge.before), is: readFieldNodes(judge.after) };
  const fields = { was: form.was.entries.get('Fields'), is: form.is.entries.get('Fields') };
  judge.explainContainer(fields.was, fields.is, 'list of fields');
  const lists = { was: judge.before.list(fields.was), is: judge.after.list(fields.is) };
  for (const field of judge.appended(where, lists, 'form_changed')) {
    judgeNewField(judge, field, nodes);
  }
  for (const [number, node] of nodes.was) {
    const now = nodes.is.get(number);
    if (now !== undefined) judgeKeptNode(judge, number, { was: node, is: now, nodes });
  }
  judgeDrawnAnew(judge, where, { form, nodes: nodes.was });
}

function judgeFormMembers(
  judge: RevisionJudge,
  where: number,
  form: { readonly was: PdfDict; readonly is: PdfDict },
): void {
  const lax = judge.policy.strict ? [] : ['DR', 'DA', 'NeedAppearances'];
  judge.sameBut(where, { ...form, because: 'form_changed' }, ['Fields', 'SigFlags', ...lax]);
  const flags = [
    judge.before.resolve(form.was.entries.get('SigFlags')),
    judge.after.resolve(form.is.entries.get('SigFlags')),
  ].map((value) => integer(value) ?? 0);
  const [flagsWere = 0, flagsAre = 0] = flags;
  if (flagsAre > signatureFlagsMax || (flagsAre & flagsWere) !== flagsWere) {
    judge.object(where, '/SigFlags changed', 'form_changed');
  }
  if (judge.policy.strict) return;
  // What fields fall back on may come where there was none; it may not change.
  const da = { was: form.was.entries.get('DA'), is: form.is.entries.get('DA') };
  if (da.was !== undefined && (da.is === undefined || !sameValue(da.was, da.is))) {
    judge.object(where, '/DA changed', 'form_changed');
  }
  judgeResources(judge, where, { was: form.was.entries.get('DR'), is: form.is.entries.get('DR') });
}

/** Resources keep what they had; what is new may be anything, for no old content names it. */
function judgeResources(
  judge: RevisionJudge,
  where: number,
  values: { readonly was: PdfValue | undefined; readonly is: PdfValue | undefined },
): void {
  const was = judge.before.dict(values.was) ?? nothing;
  const is = judge.after.dict(values.is) ?? nothing;
  if (values.is?.kind === 'ref') judge.explain(values.is.number, 'resources of the form');
  judge.explainAdded(values.is, 'resources of the form');
  for (const [kind, held] of was.entries) {
    const now = is.entries.get(kind);
    if (now?.kind === 'ref') judge.explain(now.number, 'resources of the form');
    const names = judge.before.dict(held)?.entries;
    const kept = judge.after.dict(now)?.entries;
    const isSame =
      now !== undefined && sameValue(judge.before.resolve(held), judge.after.resolve(now));
    const isGrown = [...(names ?? [])].every(([name, item]) => {
      const other = kept?.get(name);
      return other !== undefined && sameValue(item, other);
    });
    if (!isSame && (names === undefined || kept === undefined || !isGrown)) {
      judge.object(where, `/DR /${kind} changed`, 'form_changed');
    }
  }
}

interface Kept {
  readonly was: PdfField;
  readonly is: PdfField;
  readonly nodes: { readonly was: FieldNodes; readonly is: FieldNodes };
}

/** A field, group or widget that both states have. */
function judgeKeptNode(judge: RevisionJudge, number: number, kept: Kept): void {
  const { was, is } = kept;
  const soft = softKeys(judge, was);
  judge.soften(number, ...soft, 'Kids');
  if (judge.touched.has(number)) {
    const flags = judge.policy.strict ? [] : ['Ff'];
    const dicts = { was: was.dict, is: is.dict, because: 'form_changed' } as const;
    judge.sameBut(number, dicts, [...soft, ...flags, 'Kids']);
    judge.judged(number, was.type === 'Sig' ? 'signature field' : 'form field');
    judgeFlags(judge, number, kept);
  }
  judgeKids(judge, number, kept);
  if (soft.length > 0) judgeFilling(judge, number, { ...kept, soft });
}

const signingKeys = ['V', 'AP', 'AS', 'F', 'M', 'MK', 'DA', 'DR', 'BS', 'Border'];

/** How a value is drawn: who fills in a value says so anew, and may not for one that stays. */
const lookKeys = ['DA', 'Q'];

/** What of a field may change when it is filled in. What is signed stays. */
function softKeys(judge: RevisionJudge, field: PdfField): readonly string[] {
  if (field.type === 'Sig') {
    if (judge.before.resolve(field.value).kind !== 'null') return [];
    return judge.policy.strict ? ['V', 'AP'] : signingKeys;
  }
  if (judge.policy.strict) return [];
  if (field.type === 'Tx') return ['V', 'AP', 'AS', 'M', ...lookKeys];
  if (field.type === 'Ch') return ['V', 'AP', 'AS', 'I', 'TI', 'M', ...lookKeys];
  return field.type === 'Btn' ? ['V', 'AS', 'M'] : [];
}

function judgeFlags(judge: RevisionJudge, number: number, { was, is }: Kept): void {
  const flags = [
    judge.before.resolve(was.dict.entries.get('Ff')),
    judge.after.resolve(is.dict.entries.get('Ff')),
  ].map((value) => integer(value) ?? 0);
  const [flagsWere = 0, flagsAre = 0] = flags;
  if (((flagsWere ^ flagsAre) & ~harmlessFlags) !== 0) {
    judge.object(number, '/Ff changed', 'form_changed');
  }
  if (flagsWere !== flagsAre) judge.needs(2, number, '/Ff changed');
}

function judgeKids(judge: RevisionJudge, number: number, { was, is, nodes }: Kept): void {
  const kids = { was: was.dict.entries.get('Kids'), is: is.dict.entries.get('Kids') };
  if (kids.was === undefined && kids.is === undefined) return;
  judge.explainContainer(kids.was, kids.is, 'list of fields');
  const lists = { was: judge.before.list(kids.was), is: judge.after.list(kids.is) };
  // With children a field is no longer drawn by itself; only a group may become a longer one.
  const isGroup = was.type === '' || lists.was.length > 0;
  if (kids.was === undefined && (!isGroup || lists.is.length === 0)) {
    judge.object(number, '/Kids was added', 'form_changed');
  }
  for (const kid of judge.appended(number, lists, 'form_changed')) {
    judgeNewField(judge, kid, nodes);
  }
}

function judgeFilling(
  judge: RevisionJudge,
  number: number,
  filling: Kept & { readonly soft: readonly string[] },
): void {
  const { was, is, soft } = filling;
  const differs = (key: string): boolean => {
    const [a, b] = [was.dict.entries.get(key), is.dict.entries.get(key)];
    if (a === b) return false;
    return a === undefined || b === undefined || !sameValue(a, b);
  };
  const what = was.type === 'Sig' ? 'signature' : 'value';
  const values = judge.explainAdded(is.dict.entries.get('V'), what);
  const faces = soft.includes('AP') ? explainFace(judge, was, is) : 0;
  if (values + faces === 0 && !soft.some(differs)) return;
  judge.unlocked(number, was.name);
  judge.needs(isStamp(judge, is) ? 1 : 2, number, `the field ${was.name} was filled in`);
  if (was.type !== 'Sig') judge.shown.add(number);
  if (was.type === 'Sig') judgeSigned(judge, number, filling);
  else if (was.type === 'Btn') judgeState(judge, number, filling);
  else {
    const valueChanged = values > 0 || !sameIfAny(was.value, is.value);
    for (const key of valueChanged ? [] : lookKeys.filter(differs)) {
      judge.object(number, `/${key} changed`, 'form_changed');
    }
    judgeAppearance(judge, number, { node: is, value: is.value, valueChanged, was });
  }
}

/** The face itself may be another; what it is drawn with is added, never changed. */
function explainFace(judge: RevisionJudge, was: PdfField, is: PdfField): number {
  const held = was.dict.entries.get('AP');
  const faces = is.dict.entries.get('AP');
  if (held?.kind === 'ref' && !sameIfAny(held, faces)) judge.replaced.add(held.number);
  const normal = judge.after.dict(faces)?.entries.get('N');
  let found = judge.explainAdded(faces, 'appearance');
  for (const place of [faces, normal]) {
    if (place?.kind !== 'ref' || judge.touched.get(place.number) !== 'changed') continue;
    judge.explain(place.number, 'appearance');
    found += 1;
  }
  return found + judge.explainAdded(judge.after.resolve(normal), 'appearance');
}

function sameIfAny(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return sameValue(a, b);
}

function judgeSigned(judge: RevisionJudge, number: number, { was, is }: Kept): void {
  const isSigned = judge.after.resolve(is.value).kind !== 'null';
  judgeSignatureValue(judge, number, is);
  judgeGround(judge, number, { was: was.dict, is: is.dict });
  if (isSigned && !judge.filled.includes(was.name)) judge.filled.push(was.name);
  judgeAppearance(judge, number, { node: is, value: undefined, valueChanged: isSigned });
}

/**
 * A button shows one of the appearances that it had. What was chosen when the document was signed
 * is what was signed, unless it was certified for forms.
 */
function judgeState(judge: RevisionJudge, number: number, { was, is }: Kept): void {
  const [held, state] = [
    judge.before.resolve(was.dict.entries.get('AS')),
    judge.after.resolve(is.dict.entries.get('AS')),
  ];
  const wasOn = held.kind === 'name' && held.name !== 'Off';
  if (wasOn && !judge.policy.isCertified && !sameValue(held, state)) {
    judge.object(number, `the choice ${was.name} was changed`, 'form_changed');
  }
  const faces = judge.after.dict(is.dict.entries.get('AP'));
  const normal = judge.after.resolve(faces?.entries.get('N'));
  if (state.kind !== 'name' || state.name === 'Off' || normal.kind !== 'dict') return;
  if (!normal.entries.has(state.name)) {
    judge.object(number, `a state ${state.name} that has no appearance`, 'form_changed');
  }
}
