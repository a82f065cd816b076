/**
 * A form that asks viewers to draw all values themselves (ISO 32000-1 §12.7.2, NeedAppearances):
 * then what is seen is the value, its default appearance (§12.7.3.3) and a font of the form, and
 * all three must be those that were signed.
 */
import type { FieldNodes, PdfField } from '../fields/fields.ts';
import { type PdfDict, type PdfValue, textFrom } from '../file/value.ts';
import type { RevisionJudge } from './revision-judge.ts';

/** The dictionary of the form before and after. */
export interface FormStates {
  readonly was: PdfDict;
  readonly is: PdfDict;
}

export function judgeDrawnAnew(
  judge: RevisionJudge,
  where: number,
  { form, nodes }: { readonly form: FormStates; readonly nodes: FieldNodes },
): void {
  const { before, after, policy } = judge;
  const asks = after.resolve(form.is.entries.get('NeedAppearances'));
  if (policy.strict || asks.kind !== 'boolean' || !asks.value) return;
  const drawn = [...nodes].filter(([, { type }]) => type === 'Tx' || type === 'Ch');
  judgeFonts(judge, where, { form, drawn: drawn.map(([, node]) => node) });
  const asked = before.resolve(form.was.entries.get('NeedAppearances'));
  if (asked.kind === 'boolean' && asked.value) return;
  for (const [number, node] of drawn) judgeFace(judge, number, node);
}

/** Each face that was signed must have said what the value says. */
function judgeFace(judge: RevisionJudge, number: number, { type, value, dict }: PdfField): void {
  const held = judge.before.dict(dict.entries.get('AP'))?.entries.get('N');
  const face = judge.before.resolve(held);
  if (face.kind !== 'stream') return;
  const before = { value, face };
  judge.faces.push({ object: number, type, value, valueChanged: false, face: undefined, before });
}

/** A name that a value is drawn with may not come to mean something, nor a way to draw it come. */
function judgeFonts(
  judge: RevisionJudge,
  where: number,
  { form, drawn }: { readonly form: FormStates; readonly drawn: readonly PdfField[] },
): void {
  const valued = drawn.filter(({ value }) => judge.before.resolve(value).kind !== 'null');
  const shared = form.was.entries.get('DA');
  // A widget has the name of its field, which may say it for both.
  const said = new Set(drawn.flatMap(({ name, dict }) => (dict.entries.has('DA') ? [name] : [])));
  const isOpen = valued.some(({ name }) => !said.has(name));
  if (shared === undefined && form.is.entries.has('DA') && isOpen) {
    judge.object(where, 'how signed values are drawn (/DA) came later', 'form_changed');
  }
  if (valued.length === 0) return;
  const had = namesOf(judge.before.dict(form.was.entries.get('DR')), judge.before);
  const has = namesOf(judge.after.dict(form.is.entries.get('DR')), judge.after);
  const own = drawn.map(({ dict }) => dict.entries.get('DA'));
  const used = [shared, ...own].flatMap((one) => fontIn(judge.before.resolve(one)) ?? []);
  const late = used.find((name) => has.has(name) && !had.has(name));
  if (late !== undefined) {
    judge.object(where, `the font /${late} of signed values came later`, 'form_changed');
  }
}

function namesOf(
  resources: PdfDict | undefined,
  file: RevisionJudge['before'],
): ReadonlySet<string> {
  return new Set(file.dict(resources?.entries.get('Font'))?.entries.keys() ?? []);
}

/** The name before the operator Tf of a default appearance. */
function fontIn(appearance: PdfValue): string | undefined {
  if (appearance.kind !== 'string') return undefined;
  const name = /\/([^\s/()<>[\]{}%]+)\s+[\d.+-]+\s+Tf/.exec(textFrom(appearance))?.[1];
  return name?.replaceAll(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
