/**
 * The rules of PDF/A-3a (ISO 19005-3) that signing, sealing, stamping and raising could break, each
 * by itself: what it is called, and what of a file offends against it.
 */
import { latin1, toHex } from '#base/bytes';
import { readSignedData } from '#formats/cms';
import { type PdfFile, readSignatures } from '#formats/pdf';

/** A file before anything was appended, and after. */
export interface Appended {
  readonly before: PdfFile;
  readonly after: PdfFile;
}

type Value = ReturnType<PdfFile['resolve']>;
type Rule = (files: Appended) => readonly string[];

const flag = { invisible: 1, hidden: 2, print: 4, noView: 32, toggleNoView: 256 };
const vectors = new Set('q Q cm re m l c h f f* n rg RG w W S s'.split(' '));
const objectPattern = /(?:^|[\r\n])\d+ 0 obj\n[\s\S]*?\nendobj(?=\n)/;
const signedDataOid = '06092a864886f70d010702';

/** By the clause each stands in. */
export const archivalRules: Readonly<Record<string, Rule>> = {
  '6.1.2 what was there is the same to the byte': ({ before, after }) =>
    equal(after.bytes.subarray(0, before.bytes.length), before.bytes) ? [] : ['bytes'],
  '6.1.3 the identifier of the file is kept': ({ before, after }) =>
    sameText(before.trailer.entries.get('ID'), after.trailer.entries.get('ID'), '/ID'),
  '6.1.8 objects begin and end on lines of their own': ({ before, after }) => {
    const appended = latin1(after.bytes.subarray(before.bytes.length));
    return objectPattern.test(appended) ? countDiffers(appended) : ['no object'];
  },
  '6.1.12 permissions are a certification alone': ({ after }) => {
    const held = after.dict(after.catalog().entries.get('Perms'));
    return [...(held?.entries.keys() ?? [])].filter((key) => key !== 'DocMDP');
  },
  '6.2.2 the output intent stays': sameInCatalog('OutputIntents'),
  '6.2.4.3 a face in another’s file says what its colours are': ({ after }) =>
    facesOf(after)
      .filter((face) => / (?:rg|RG)\s/.test(face.content) && !hasDefaultColour(after, face))
      .map(({ name }) => name),
  '6.2.10 no face is transparent or a group': ({ after }) =>
    facesOf(after).flatMap(({ name, keys }) =>
      ['Group', 'SMask', 'OC', 'Ref', 'PS']
        .filter((key) => keys.includes(key))
        .map((key) => `${name} ${key}`),
    ),
  '6.2.11 a face draws outlines: no letters, no font': ({ after }) =>
    facesOf(after).flatMap(({ name, content }) =>
      strangeOperators(content).map((one) => `${name} ${one}`),
    ),
  '6.3.2 a widget is printed and never hidden': ({ after }) =>
    widgetsOf(after)
      .filter(({ dict }) => !isShown(numberOf(dict.get('F'))))
      .map(({ name }) => name),
  '6.3.3 a widget has one face, which is a form': ({ after }) =>
    widgetsOf(after)
      .filter(({ dict }) => {
        const faces = after.dict(dict.get('AP'))?.entries;
        return faces?.size !== 1 || after.resolve(faces.get('N')).kind !== 'stream';
      })
      .map(({ name }) => name),
  '6.4.1 no action, no viewer’s own appearance, no XFA': ({ after }) => {
    const form = after.dict(after.catalog().entries.get('AcroForm'))?.entries;
    const acting = widgetsOf(after).filter(({ dict }) => dict.has('A') || dict.has('AA'));
    const own = ['NeedAppearances', 'XFA'].filter((key) => form?.has(key) === true);
    return [...own, ...acting.map(({ name }) => name)];
  },
  '6.4.3 a signature is PKCS #7 over all but itself, by one signer whose certificate is there': ({
    after,
  }) => readSignatures(after).flatMap(signatureOffences),
  '6.5.1 the document itself does nothing': ({ before, after }) =>
    ['OpenAction', 'AA'].filter(
      (key) => after.catalog().entries.has(key) && !before.catalog().entries.has(key),
    ),
  '6.6.2 the metadata stay': sameInCatalog('Metadata'),
  '6.7.2 marked, and in the same language': (files) => [
    ...sameInCatalog('MarkInfo')(files),
    ...sameInCatalog('Lang')(files),
  ],
  // Behind a signature no structure grows (docs/decisions/0074): such a widget is in none.
  '6.7.3 the structure knows each widget, and each widget its place': ({ after }) =>
    widgetsOf(after)
      .filter((widget) => widget.dict.has('StructParent') && !isTagged(after, widget))
      .map(({ name }) => name),
  '6.7.5 who does not see is told what a widget is': ({ after }) =>
    widgetsOf(after)
      .filter((widget) => !isTold(after, widget))
      .map(({ name }) => name),
  '6.8 associated files stay': (files) => [
    ...sameInCatalog('AF')(files),
    ...sameInCatalog('Names')(files),
  ],
  'a page changes in its annotations alone': ({ before, after }) =>
    before.pages().flatMap((page, at) => {
      const was = new Map(page.dict.entries);
      const is = new Map(after.pages()[at]?.dict.entries ?? []);
      was.delete('Annots');
      is.delete('Annots');
      return sameText(plain(was), plain(is), `page ${at + 1}`);
    }),
};

function sameInCatalog(key: string): Rule {
  return ({ before, after }) => {
    const [was, is] = [before, after].map((file) => file.catalog().entries.get(key));
    const held = [before, after].map((file) => file.resolve(file.catalog().entries.get(key)));
    return [...sameText(was, is, key), ...sameText(held[0], held[1], key)];
  };
}

function sameText(was: unknown, is: unknown, what: string): readonly string[] {
  return text(was) === text(is) ? [] : [what];
}

function text(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    // Where it stands in the file is not what it says.
    if (key === 'from' || key === 'to') return undefined;
    if (one instanceof Map) return [...one];
    return one instanceof Uint8Array ? toHex(one) : one;
  });
}

function plain(entries: ReadonlyMap<string, Value>): [string, Value][] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** As many objects as the cross-references of the appended revisions list. */
function countDiffers(appended: string): readonly string[] {
  const listed = appended.match(/\n\d{10} 00000 n \n?/g)?.length ?? 0;
  const rows = [...appended.matchAll(/(?<=\n)(\d{10}) 00000 n /g)].length;
  const objects = appended.match(/(?:^|\n)\d+ 0 obj\n/g)?.length ?? 0;
  const ends = appended.match(/\nendobj\n/g)?.length ?? 0;
  return listed > 0 && objects === rows && ends === rows ? [] : [`${objects} ${ends} of ${rows}`];
}

interface Widget {
  readonly name: string;
  readonly ref: Value;
  readonly dict: ReadonlyMap<string, Value>;
}

function widgetsOf(file: PdfFile): readonly Widget[] {
  return file.pages().flatMap((page) =>
    file.list(page.dict.entries.get('Annots')).flatMap((ref) => {
      const dict = file.dict(ref)?.entries;
      return dict === undefined ? [] : [{ name: text(ref), ref, dict }];
    }),
  );
}

interface Face {
  readonly name: string;
  readonly keys: readonly string[];
  readonly content: string;
  readonly resources: Value | undefined;
}

/** The form of each widget, and the forms that it draws. */
function facesOf(file: PdfFile): readonly Face[] {
  const faceIn = (name: string, value: Value | undefined): Face[] => {
    const form = file.resolve(value);
    if (form.kind !== 'stream') return [];
    const { entries } = form.dict;
    const resources = entries.get('Resources');
    const inner = file.dict(file.dict(resources)?.entries.get('XObject'))?.entries ?? new Map();
    const own = { name, keys: [...entries.keys()], content: latin1(form.raw), resources };
    return [own, ...[...inner.values()].flatMap((one: Value) => faceIn(`${name} inner`, one))];
  };
  return widgetsOf(file).flatMap(({ name, dict }) => {
    const faces = file.dict(dict.get('AP'))?.entries;
    return [...(faces?.values() ?? [])].flatMap((face) => faceIn(name, face));
  });
}

function hasDefaultColour(file: PdfFile, { resources }: Face): boolean {
  const spaces = file.dict(file.dict(resources)?.entries.get('ColorSpace'));
  const [kind] = file.list(spaces?.entries.get('DefaultRGB'));
  return kind?.kind === 'name' && kind.name === 'CalRGB';
}

function strangeOperators(content: string): readonly string[] {
  const words = content.split(/\s+/).filter((word) => word !== '' && !/^[-+.\d]/.test(word));
  return words.filter((word) => !vectors.has(word) && word !== '/Seal' && word !== 'Do');
}

function isShown(flags: number): boolean {
  const off = flag.invisible | flag.hidden | flag.noView | flag.toggleNoView;
  return (flags & flag.print) !== 0 && (flags & off) === 0;
}

function numberOf(value: Value | undefined): number {
  return value?.kind === 'number' ? value.value : 0;
}

function signatureOffences(signature: ReturnType<typeof readSignatures>[number]): string[] {
  const { field, flaws, contents } = signature;
  const message = readSignedData(contents, { profile: 'etsi' });
  const [signer] = message.signers;
  return [
    ...flaws,
    ...(toHex(contents.subarray(0, 24)).includes(signedDataOid) ? [] : ['not PKCS #7']),
    ...(message.signers.length === 1 && signer !== undefined ? [] : ['signers']),
    ...(message.certificates.length > 0 ? [] : ['no certificate']),
  ].map((what) => `${field}: ${what}`);
}

function structureOf(file: PdfFile, dict: Widget['dict']): ReadonlyMap<string, Value> | undefined {
  const key = dict.get('StructParent');
  const root = file.dict(file.catalog().entries.get('StructTreeRoot'))?.entries;
  const nums = file.list(file.dict(root?.get('ParentTree'))?.entries.get('Nums'));
  const at = nums.findIndex(
    (one, place) => place % 2 === 0 && key !== undefined && numberOf(one) === numberOf(key),
  );
  return at < 0 ? undefined : file.dict(nums[at + 1])?.entries;
}

/** By its element, or by the field's own name for the ear where there is none. */
function isTold(file: PdfFile, { dict }: Widget): boolean {
  const element = structureOf(file, dict);
  if (element !== undefined) return element.has('Alt');
  return dict.has('TU') || file.dict(dict.get('Parent'))?.entries.has('TU') === true;
}

function isTagged(file: PdfFile, { ref, dict }: Widget): boolean {
  const element = structureOf(file, dict);
  const points = file.dict(element?.get('K'))?.entries.get('Obj');
  const parent = file.dict(element?.get('P'))?.entries;
  const isKid = file.list(parent?.get('K')).some((kid) => file.dict(kid)?.entries === element);
  return text(points) === text(ref) && isKid;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
