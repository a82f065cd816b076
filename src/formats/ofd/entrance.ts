/**
 * The entrance of an OFD, OFD.xml (GB/T 33190 §7.4): which documents it holds.
 */
import { Fault } from '#base/fault';
import { elementOf, elementsOf, readXml, textIn } from '#formats/xml';
import type { ArchiveFile } from '#formats/zip';
import { folderOf, type OfdFolder } from './folder.ts';
import { filesNamedIn } from './reach.ts';

/** One document: its root and, if it says it is signed, the list of its signatures. */
export interface Body {
  readonly root: string;
  /** Where a viewer begins: the entrance and what it leads to, versions (§19) among them. */
  readonly starts: readonly [string, ...string[]];
  readonly list: ArchiveFile | undefined;
}

const zipSign = [0x50, 0x4b, 0x03, 0x04];
const entranceName = [...'OFD.xml'].map((letter) => letter.charCodeAt(0));
/** The directory of an archive stands at its end. */
const directoryBytesMax = 1024 * 1024;
const documentsMax = 100;

/** Does it look like an OFD: a ZIP that names OFD.xml? */
export function isOfd(bytes: Uint8Array): boolean {
  if (!zipSign.every((byte, at) => bytes[at] === byte)) return false;
  const from = Math.max(0, bytes.length - directoryBytesMax);
  for (let at = bytes.indexOf(0x4f, from); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    if (entranceName.every((byte, step) => bytes[at + step] === byte)) return true;
  }
  return false;
}

export function bodiesOf(folder: OfdFolder): readonly Body[] {
  const entrance = folder.find('/OFD.xml', '');
  if (entrance === undefined) throw new Fault('ofd.malformed', { why: 'no OFD.xml' });
  const { name, bytes } = entrance.file;
  const bodies = elementsOf(readXml(bytes), 'DocBody');
  if (bodies.length === 0 || bodies.length > documentsMax) {
    throw new Fault('ofd.malformed', { why: 'number of documents' });
  }
  return bodies.map((body) => {
    const rootPath = elementOf(body, 'DocRoot');
    const root = rootPath && folder.find(textIn(rootPath), name);
    if (root === undefined) throw new Fault('ofd.malformed', { why: 'no DocRoot' });
    const listPath = elementOf(body, 'Signatures');
    const list = listPath && folder.find(textIn(listPath), name, [folderOf(root.file.name)]);
    const isStated = listPath !== undefined && textIn(listPath).trim() !== '';
    if (isStated && list === undefined) throw new Fault('ofd.malformed', { why: 'no Signatures' });
    const told = [...filesNamedIn(body, name, folder)].filter((file) => file !== list?.file);
    const starts = [name, ...told.map((file) => file.name)] as const;
    return { root: root.file.name, starts, list: list?.file };
  });
}
