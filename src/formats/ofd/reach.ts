/**
 * Which files of an OFD a viewer shows: all that can be reached from its entrance by a path in an
 * attribute or a text (GB/T 33190 §7 to §16, §19), fonts and pictures with them.
 *
 * Every text that happens to be the path of a file counts, so a way a viewer knows and this does
 * not can hide nothing but a path that is put together from pieces.
 */
import { ifReadable } from '#base/fault';
import { attributeOf, readXml, type XmlElement } from '#formats/xml';
import type { ArchiveFile } from '#formats/zip';
import { folderOf, type OfdFolder } from './folder.ts';

/** The entrance leads to every document and to the signatures: it is reached, and not read here. */
export function reachableFrom(
  [entrance, ...starts]: readonly [string, ...string[]],
  folder: OfdFolder,
): ReadonlySet<string> {
  const reached = new Set([entrance]);
  const open = [...starts];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const bytes = folder.files.get(path)?.bytes ?? new Uint8Array();
    if (!isMarkup(bytes)) continue;
    for (const file of filesNamedBy(bytes, path, folder)) open.push(file.name);
  }
  return reached;
}

function filesNamedBy(bytes: Uint8Array, from: string, folder: OfdFolder): Iterable<ArchiveFile> {
  const root = ifReadable(() => readXml(bytes));
  return root === undefined
    ? filesFound(piecesOf(bytes), { from, folder })
    : filesNamedIn(root, from, folder);
}

/** The files that attributes and texts of an element and of those inside it name. */
export function* filesNamedIn(
  root: XmlElement,
  from: string,
  folder: OfdFolder,
): Generator<ArchiveFile> {
  // A resource file names a folder of its own for what it lists (§7.9).
  const base = attributeOf(root, 'BaseLoc');
  const bases = base === undefined ? [] : [`${folderOf(from)}${base}/`, `${base}/`];
  yield* filesFound(textsOf(root), { from, folder, bases });
}

function* filesFound(
  texts: Iterable<string>,
  { from, folder, bases }: { from: string; folder: OfdFolder; bases?: readonly string[] },
): Generator<ArchiveFile> {
  for (const text of texts) {
    const found = folder.hasNameOf(text) ? folder.find(text, from, bases) : undefined;
    if (found !== undefined) yield found.file;
  }
}

/** Values of attributes, and what stands in each element itself, between others too. */
function* textsOf(root: XmlElement): Generator<string> {
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    for (const { value } of element.attributes) yield value;
    let text = '';
    for (const child of element.children) {
      if (child.kind === 'element') open.push(child);
      else text += child.text;
    }
    yield text;
  }
}

/** Not by its name, for a viewer does not ask that: `<` after marks and white space. */
function isMarkup(bytes: Uint8Array): boolean {
  return bytes.find((byte) => !skipped.includes(byte)) === 0x3c;
}

/** Byte order marks of UTF-8 and UTF-16, half of a wide letter, white space. */
const skipped = [0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00, 0x20, 0x09, 0x0a, 0x0d];

/** What stands between marks, for viewers read more than well-formed XML, and UTF-8 (§7.2). */
function piecesOf(bytes: Uint8Array): readonly string[] {
  const isWide = bytes.subarray(0, 4).some((byte) => byte === 0 || byte >= 0xfe);
  const isBig = bytes[0] === 0 || bytes[0] === 0xfe;
  const encoding = isWide ? (isBig ? 'utf-16be' : 'utf-16le') : 'gbk';
  return new TextDecoder(encoding).decode(bytes).split(/["'<>]/);
}
