/**
 * Why two programs might see different files in one archive.
 *
 * Some read the directory, some the headers before the files, some look for the directory from its
 * stated place and some from its stated size; some take the name from an extra field, and whoever
 * unpacks into a folder takes `a.xml` and `A.xml.` for one. A signature over files means something
 * only where all of them see the same.
 */
import {
  type Directory,
  type Entry,
  endSign,
  isFolder,
  type Local,
  nameOf,
  number,
} from './records.ts';

/** Sizes and checksum stand behind the file, where they were not known before it. */
const descriptorFlag = 8;
const descriptorBytesMax = 24;
const stored = 0;
const unicodePathField = 0x7075;
const longSizesField = 0x0001;
const longEndSign = 0x06064b50;
const longPlaceSign = 0x07064b50;
/** 56 of the end record, 20 of what leads to it. */
const longEndBytes = 76;
const unix = 3;
const fileTypeBits = 0o170000;
const linkType = 0o120000;

/** What the directory and its end record leave open. */
export function* doubtsAtEnd(bytes: Uint8Array, directory: Directory): Generator<string> {
  const { at, end, endRecord } = directory;
  if (end !== endRecord.at && !isLongEnd(bytes, directory)) yield `bytes of no record at ${end}`;
  if (endRecord.directoryBytes !== end - at) yield `another size of the directory at ${at}`;
  const [onThisDisk, inAll] = endRecord.counts;
  if (endRecord.disks.some((disk) => disk !== 0) || onThisDisk !== inAll) yield 'several disks';
  // Some take the last end record whatever length of a comment it states.
  for (let later = bytes.length - 4; later > endRecord.at; later -= 1) {
    if (number(bytes, later, 4) === endSign) yield `another end record at ${later}`;
  }
}

/** ZIP64's end record and what leads to it, where neither is needed and both say the same. */
function isLongEnd(bytes: Uint8Array, { entries, at, end, endRecord }: Directory): boolean {
  const told = [end, endRecord.at - 20].map((place) => number(bytes, place, 4));
  const said = [24, 32, 40, 48].map((place) => number(bytes, end + place, 8));
  const leadsTo = number(bytes, endRecord.at - 12, 8);
  const same = [entries.length, entries.length, end - at, at];
  return (
    endRecord.at - end === longEndBytes &&
    told[0] === longEndSign &&
    told[1] === longPlaceSign &&
    leadsTo === end &&
    same.every((value, index) => value === said[index])
  );
}

/** What the two headers of a file tell differently, or what unpackers take differently. */
export function* doubtsAbout(entry: Entry, local: Local): Generator<string> {
  const { name } = entry;
  if (local.name !== name) yield `${name} is ${local.name} in its own header`;
  const isLate = (local.flags & descriptorFlag) !== 0;
  const sizes = { ...local, ...longSizesOf(local) };
  const isAlike = (['checksum', 'packedBytes', 'bytes'] as const).every(
    (field) => sizes[field] === entry[field] || (isLate && sizes[field] === 0),
  );
  if (!isAlike || local.method !== entry.method) yield `${name} differs in its own header`;
  // Without a size before it, the end of what is not packed cannot be told.
  if (isLate && entry.method === stored && entry.bytes > 0 && local.packedBytes === 0) {
    yield `${name} has no end`;
  }
  for (const other of [...pathsIn(entry.extra), ...pathsIn(local.extra)]) {
    if (other !== name) yield `${name} is ${other} in an extra field`;
  }
  const isLink = ((entry.attributes >>> 16) & fileTypeBits) === linkType;
  if (entry.madeOn === unix && isLink) yield `${name} is a link`;
  if (entry.disk !== 0) yield `${name} is on another disk`;
  if (isFolder(entry) && entry.bytes > 0) yield `${name} has content`;
}

/** Info-ZIP's Unicode path (APPNOTE §4.6.9): version, checksum of the other name, the name. */
function* pathsIn(extra: Uint8Array): Generator<string> {
  for (const [id, content] of fieldsOf(extra)) {
    if (id === unicodePathField) yield nameOf(content.subarray(5));
  }
}

/** The sizes of ZIP64 (APPNOTE §4.5.3), which some write for any file whose end they await. */
function longSizesOf({ bytes, extra }: Local): { bytes?: number; packedBytes?: number } {
  const [content] = fieldsOf(extra).flatMap(([id, held]) => (id === longSizesField ? [held] : []));
  if (content === undefined || bytes !== 0xffffffff) return {};
  return { bytes: number(content, 0, 8), packedBytes: number(content, 8, 8) };
}

function fieldsOf(extra: Uint8Array): readonly (readonly [id: number, content: Uint8Array])[] {
  const fields: (readonly [number, Uint8Array])[] = [];
  for (let at = 0; at + 4 <= extra.length; at += 4 + number(extra, at + 2, 2)) {
    const content = extra.subarray(at + 4, at + 4 + number(extra, at + 2, 2));
    fields.push([number(extra, at, 2), content]);
  }
  return fields;
}

/** A data descriptor may follow a file; more belongs to nobody. */
export function* doubtsBetween(
  places: readonly { readonly at: number; readonly end: number }[],
  directoryAt: number,
): Generator<string> {
  let free = 0;
  for (const { at, end } of places.toSorted((a, b) => a.at - b.at)) {
    if (at < free) yield `files overlap at ${at}`;
    if (at - free > descriptorBytesMax) yield `bytes of no file at ${free}`;
    free = Math.max(free, end);
  }
  if (directoryAt < free) yield `files overlap at ${directoryAt}`;
  if (directoryAt - free > descriptorBytesMax) yield `bytes of no file at ${free}`;
}

/** Names that lead to one place in a folder, or to none or another than they say. */
export function* doubtsInNames(entries: readonly Entry[]): Generator<string> {
  const places = new Map<string, Entry>();
  for (const entry of entries) {
    const { name } = entry;
    const parts = name.split('/');
    if (isFolder(entry)) parts.pop();
    if (parts.some((part) => oddPart.test(part))) yield `an odd name ${name}`;
    const place = parts.map(folded).join('/');
    const other = places.get(place);
    if (other?.name === name) yield `two files named ${name}`;
    else if (other !== undefined) yield `${name} and ${other.name} are one place`;
    places.set(place, entry);
  }
  for (const [place, { name }] of places) {
    for (let at = place.lastIndexOf('/'); at > 0; at = place.lastIndexOf('/', at - 1)) {
      const above = places.get(place.slice(0, at));
      if (above !== undefined && !isFolder(above)) yield `${name} lies in the file ${above.name}`;
    }
  }
}

/** Nothing, a step that is none or leads up, and what not every file system can name. */
const oddPart = /^\.{0,2}$|[\p{Cc}:*?"<>|]/u;

/** As file systems that know neither case nor final dots and spaces take it. */
function folded(part: string): string {
  return part
    .normalize('NFC')
    .toLowerCase()
    .replace(/[. ]+$/, '');
}
