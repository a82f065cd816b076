/**
 * What a later revision may do beside pages and form: keep proofs (ETSI EN 319 142-1 §5.4), name
 * extensions (ISO 32000-1 §7.12), describe the document. None of it is shown.
 */

import { isName, type PdfDict, type PdfValue, sameValue } from '../file/value.ts';
import { judgeForm } from './form-rules.ts';
import type { RevisionJudge } from './revision-judge.ts';
import { childrenOf, reachable } from './touched.ts';

const dssKeys = ['Type', 'Certs', 'CRLs', 'OCSPs', 'VRI'];
const extensionDepthMax = 4;

export function judgeCatalog(judge: RevisionJudge): void {
  const { before, after, policy } = judge;
  const root = after.rootRef();
  const [was, is] = [before.catalog(), after.catalog()];
  const ruled = ['AcroForm', 'DSS'];
  const silent = policy.strict ? [] : ['Extensions', 'Metadata', 'Version', 'MarkInfo'];
  judge.sameBut(root.number, { was, is, because: 'catalog_changed' }, [...ruled, ...silent]);
  judge.judged(root.number, 'catalogue');
  judge.soften(root.number, ...ruled, ...silent);
  judgeForm(judge, was.entries.get('AcroForm'), is.entries.get('AcroForm'));
  const stores = { was: was.entries.get('DSS'), is: is.entries.get('DSS') };
  if (policy.strict) judgeSecurityStore(judge, stores.was, stores.is);
  else judgeProofs(judge, stores.was, stores.is);
  if (policy.strict) return;
  judgeExtensions(judge, root.number, is.entries.get('Extensions'));
  judgeMetadata(judge, root.number, { was, is });
  judgeNames(judge, root.number, { was, is });
}

/** Revocation material may grow: keys and lists below the DSS only ever gain. */
function judgeSecurityStore(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  if (was === undefined && is === undefined) return;
  const store = judge.after.dict(is);
  const root = judge.after.rootRef().number;
  if (store === undefined) judge.object(root, '/DSS changed');
  for (const key of store?.entries.keys() ?? []) {
    if (!dssKeys.includes(key)) judge.object(root, `/DSS holds ${key}`);
  }
  grows(judge, { was, is }, 0);
}

const securityStoreDepthMax = 8;

function grows(
  judge: RevisionJudge,
  values: { was: PdfValue | undefined; is: PdfValue | undefined },
  depth: number,
): void {
  judge.explainAdded(values.is, 'revocation material');
  if (values.was === undefined || values.is === undefined) return;
  const where = values.is.kind === 'ref' ? values.is.number : 'file';
  if (depth > securityStoreDepthMax) {
    judge.object(where, '/DSS is too deep');
    return;
  }
  if (values.is.kind === 'ref') judge.explain(values.is.number, 'revocation material');
  const was = judge.before.resolve(values.was);
  const is = judge.after.resolve(values.is);
  if (was.kind === 'dict' && is.kind === 'dict') {
    for (const key of new Set([...was.entries.keys(), ...is.entries.keys()])) {
      if (!is.entries.has(key)) judge.object(where, `/${key} was taken away`);
      grows(judge, { was: was.entries.get(key), is: is.entries.get(key) }, depth + 1);
    }
  } else if (was.kind === 'array' && is.kind === 'array') {
    const extra = judge.appended(where, { was: was.items, is: is.items });
    for (const item of extra) judge.explainAdded(item, 'revocation material');
  } else if (!sameValue(was, is)) judge.object(where, '/DSS changed');
}

/** Others write the store anew and in another order: only what it may hold is judged. */
function judgeProofs(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  if (is === undefined) return;
  const store = judge.after.dict(is);
  const root = judge.after.rootRef().number;
  for (const key of store?.entries.keys() ?? []) {
    if (!dssKeys.includes(key)) judge.object(root, `/DSS holds ${key}`, 'catalog_changed');
  }
  judge.explainAll(is, 'revocation material');
  if (was === undefined) return;
  for (const number of reachable(judge.before, was)) {
    if (judge.touched.get(number) !== 'changed') continue;
    if (judge.before.object(number).kind === 'stream') {
      judge.object(number, 'revocation material was exchanged');
    } else judge.explain(number, 'revocation material that was left');
  }
}

/** Names, numbers and strings, a few levels deep; neither streams nor anything that acts. */
function judgeExtensions(judge: RevisionJudge, root: number, is: PdfValue | undefined): void {
  judge.explainAll(is, 'extensions');
  const isFlat = (value: PdfValue, depth: number): boolean => {
    const found = judge.after.resolve(value);
    if (found.kind === 'stream' || depth > extensionDepthMax) return false;
    return [...childrenOf(found)].every((child) => isFlat(child, depth + 1));
  };
  if (is !== undefined && !isFlat(is, 0)) {
    judge.object(root, '/Extensions holds more than names', 'catalog_changed');
  }
}

function judgeMetadata(
  judge: RevisionJudge,
  root: number,
  { was, is }: { readonly was: PdfDict; readonly is: PdfDict },
): void {
  const metadata = is.entries.get('Metadata');
  if (metadata === undefined) {
    if (was.entries.has('Metadata'))
      judge.object(root, '/Metadata was taken away', 'catalog_changed');
    return;
  }
  const stream = judge.after.resolve(metadata);
  if (metadata.kind !== 'ref' || !judge.touched.has(metadata.number)) return;
  const isMetadata =
    stream.kind === 'stream' &&
    isName(judge.after.resolve(stream.dict.entries.get('Type')), 'Metadata');
  if (isMetadata) judge.explain(metadata.number, 'metadata');
}

/** A version may rise and a document may say that it is tagged: names and booleans. */
function judgeNames(
  judge: RevisionJudge,
  root: number,
  { was, is }: { readonly was: PdfDict; readonly is: PdfDict },
): void {
  const version = is.entries.get('Version');
  const held = was.entries.get('Version');
  const isRisen =
    version?.kind === 'name' &&
    (held?.kind !== 'name' || Number(version.name) >= Number(held.name));
  if (version !== undefined && !isRisen) {
    judge.object(root, '/Version changed', 'catalog_changed');
  }
  const marks = is.entries.get('MarkInfo');
  const before = was.entries.get('MarkInfo');
  if (marks === undefined || (before !== undefined && sameValue(before, marks))) return;
  const isPlain = [...childrenOf(judge.after.resolve(marks))].every(
    ({ kind }) => kind === 'boolean',
  );
  if (!isPlain) judge.object(root, '/MarkInfo changed', 'catalog_changed');
  judge.explainAdded(marks, 'catalogue');
}

/** The trailer's words on the document: author, title, dates (§14.3.3). */
export function judgeInformation(judge: RevisionJudge, was?: PdfValue, is?: PdfValue): void {
  // Written anew in one revision, and left for another object or for none in the next.
  const before = judge.before.dict(was);
  if (was?.kind === 'ref' && before !== undefined) {
    judge.explain(was.number, 'document information');
  }
  const found = judge.after.resolve(is);
  if (found.kind === 'null') return;
  const isWord = (item: PdfValue): boolean => {
    const { kind } = judge.after.resolve(item);
    return kind !== 'dict' && kind !== 'array' && kind !== 'stream';
  };
  const isPlain =
    found.kind === 'dict' &&
    [...found.entries].every(([key, item]) => {
      const held = judge.after.resolve(item);
      // Apple's writers keep a list of key words.
      const isList = held.kind === 'array' && before?.entries.has(key) === true;
      return isList ? held.items.every(isWord) : isWord(held);
    });
  if (isPlain) judge.explainAll(is, 'document information');
  else judge.object('trailer', '/Info changed', 'trailer_changed');
}
