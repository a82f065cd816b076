/**
 * Says what a later revision of a PDF changed, and whether a signature may stand beside it.
 *
 * Permitted: a new signature field with its widget, the signing of an empty one, their place in
 * page, form and structure tree, revocation material. Everything else is forbidden and named by
 * object. The question is asked of what the document means, so that an object shown by two paths,
 * or a reference that pointed at nothing until now, does not slip through (law 2).
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { openPdf, type PdfFile } from './file.ts';
import { type PdfChange, RevisionJudge } from './revision-judge.ts';
import { judgeCatalog, judgePages, judgeStructure } from './revision-rules.ts';
import { reachable } from './touched.ts';
import { arrayOf, pdfNull, sameValue } from './value.ts';

const mechanics = new Set('Size Prev XRefStm Type W Index Length Filter DecodeParms ID'.split(' '));
const endPattern = /%%EOF[\s\0]*$/;

export interface RevisionChange {
  readonly is: 'none' | 'permitted' | 'forbidden';
  /** Names of the signature fields that were added or signed. */
  readonly fields: readonly string[];
  readonly widgets: readonly {
    readonly field: string;
    readonly object: number;
    readonly page: number;
    readonly rect: readonly number[];
  }[];
  readonly changes: readonly PdfChange[];
}

/**
 * Compares two states of one file; a file that cannot be read is `forbidden`, never thrown. Who has
 * opened the later state already hands that in.
 */
export async function compareRevisions(
  before: Uint8Array,
  later: Uint8Array | PdfFile,
  engine: Engine,
): Promise<RevisionChange> {
  const opened = later instanceof Uint8Array ? undefined : later;
  const after = later instanceof Uint8Array ? later : later.bytes;
  if (equal(before, after)) return { is: 'none', fields: [], widgets: [], changes: [] };
  if (!equal(before, after.subarray(0, before.length))) {
    return forbidden('file', 'the later revision does not begin with the earlier one');
  }
  try {
    return judge(await openPdf(before, engine), opened ?? (await openPdf(after, engine)));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return forbidden('file', thrown.code);
  }
}

function judge(before: PdfFile, after: PdfFile): RevisionChange {
  const found = new RevisionJudge(before, after);
  judgeChain(found);
  judgeTrailer(found);
  judgeCatalog(found);
  judgePages(found);
  judgeStructure(found);
  explainMechanics(found);
  judgeSharing(found);
  for (const [number, touch] of found.touched) {
    if (!found.explained.has(number)) found.object(number, `${touch}: ${found.describe(number)}`);
  }
  const explained = [...found.explained].map(([number, what]) => ({
    object: `object ${number}`,
    what,
    permitted: true,
  }));
  return {
    is: found.objections.length === 0 ? 'permitted' : 'forbidden',
    fields: [...found.widgets.map(({ field }) => field), ...found.filled],
    widgets: found.widgets,
    changes: [...found.objections, ...explained],
  };
}

function forbidden(object: string, what: string): RevisionChange {
  const changes = [{ object, what, permitted: false }];
  return { is: 'forbidden', fields: [], widgets: [], changes };
}

/** The later chain must stand behind the earlier bytes and end in the earlier chain, whole. */
function judgeChain({ before, after }: RevisionJudge): void {
  const added = after.sections.length - before.sections.length;
  const kept = before.sections.every(
    (section, at) => after.sections[added + at]?.offset === section.offset,
  );
  const behind = after.sections
    .slice(0, Math.max(0, added))
    .every(({ offset }) => offset >= before.bytes.length);
  if (added < 1 || !kept || !behind) throw new Fault('pdf.xref_malformed', { why: 'chain' });
  const tail = new TextDecoder('latin1').decode(after.bytes.subarray(-64));
  if (!endPattern.test(tail)) throw new Fault('pdf.tail_malformed', { why: 'end' });
}

function judgeTrailer(found: RevisionJudge): void {
  const was = found.before.trailer.entries;
  const is = found.after.trailer.entries;
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    if (mechanics.has(key)) continue;
    const [a, b] = [was.get(key), is.get(key)];
    if (a === undefined || b === undefined || !sameValue(a, b)) {
      found.object('trailer', `/${key} changed`);
    }
  }
  // ISO 32000-1 §14.4: the first identifier names the document for ever.
  const [first, now] = [found.before, found.after].map(
    (file) => file.list(file.trailer.entries.get('ID'))[0] ?? pdfNull,
  );
  if (first !== undefined && now !== undefined && !sameValue(first, now)) {
    found.object('trailer', '/ID changed');
  }
}

/** Streams that carry cross-references and objects, and objects nothing leads to, show nothing. */
function explainMechanics(found: RevisionJudge): void {
  const shown = reachable(found.after, found.after.trailer, () => false);
  for (const [number, touch] of found.touched) {
    if (touch !== 'added') continue;
    const entry = found.after.entries.get(number);
    const isSection =
      entry?.kind === 'at' && found.after.sections.some(({ offset }) => offset === entry.offset);
    if (isSection && found.hasType(number, 'XRef')) found.explain(number, 'cross-references');
    if (found.hasType(number, 'ObjStm')) found.explain(number, 'object stream');
    if (!shown.has(number)) found.explain(number, 'an object nothing refers to');
  }
}

/**
 * A base can be laid out so that an innocent addition changes a page: the page's contents name an
 * object that is not there yet, or share a list with the form. Both are refused here.
 */
function judgeSharing(found: RevisionJudge): void {
  const { before, touched } = found;
  const form = before.catalog().entries.get('AcroForm');
  const holders = {
    root: before.rootRef().number,
    form: form?.kind === 'ref' ? form.number : -1,
    pages: new Set(before.pages().map(({ number }) => number)),
  };
  const cut = (holder: number, key: string): boolean => {
    if (holder === holders.root) return key === 'AcroForm' || key === 'DSS';
    if (holders.pages.has(holder)) return key === 'Annots';
    return holder === holders.form && key === 'Fields';
  };
  // What stands in the cut lists is still walked, so that nothing hides behind an annotation.
  const listed = before.pages().flatMap(({ dict }) => before.list(dict.entries.get('Annots')));
  const fields = before.list(before.dict(form)?.entries.get('Fields'));
  const strict = reachable(before, arrayOf([before.rootRef(), ...listed, ...fields]), cut);
  const everything = reachable(before, before.trailer, () => false);
  for (const [number, touch] of touched) {
    if (touch === 'added' && everything.has(number)) {
      found.object(number, 'an object was added that the earlier revision already refers to');
    }
    if (touch === 'changed' && found.containers.has(number) && strict.has(number)) {
      found.object(number, 'a list changed that other parts of the document use');
    }
  }
}
