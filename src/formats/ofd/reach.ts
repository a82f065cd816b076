/**
 * Which files of an OFD a viewer shows: all that can be reached from Document.xml by a path in an
 * attribute or a text (GB/T 33190 §7 to §16), fonts and pictures with them.
 *
 * Every text that happens to be the path of a file counts, so a way a viewer knows and this does
 * not can hide nothing but a path that is put together from pieces.
 */
import { ifReadable } from '#base/fault';
import { attributeOf, readXml, textIn, type XmlElement } from '#formats/xml';
import { folderOf, type OfdFolder } from './folder.ts';

const pathCharactersMax = 400;

export function reachableFrom(start: string, folder: OfdFolder): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const root = /\.xml$/i.test(path) ? rootOf(folder.files.get(path)?.bytes) : undefined;
    if (root === undefined) continue;
    // A resource file names a folder of its own for what it lists (§7.9).
    const base = attributeOf(root, 'BaseLoc');
    const bases = base === undefined ? [] : [`${folderOf(path)}${base}/`, `${base}/`];
    for (const text of textsOf(root)) {
      const found = folder.find(text, path, bases);
      if (found !== undefined) open.push(found.file.name);
    }
  }
  return reached;
}

function* textsOf(root: XmlElement): Generator<string> {
  const open = [root];
  for (let element = open.pop(); element !== undefined; element = open.pop()) {
    for (const { value } of element.attributes) if (isPath(value)) yield value;
    let hasElement = false;
    for (const child of element.children) {
      if (child.kind !== 'element') continue;
      hasElement = true;
      open.push(child);
    }
    const text = hasElement ? '' : textIn(element).trim();
    if (isPath(text)) yield text;
  }
}

/** Every file of an OFD that a viewer opens by name has an ending. */
function isPath(text: string): boolean {
  return text.length <= pathCharactersMax && text.includes('.') && !text.includes('://');
}

function rootOf(bytes: Uint8Array | undefined): XmlElement | undefined {
  if (bytes === undefined) return undefined;
  return ifReadable(() => readXml(bytes));
}
