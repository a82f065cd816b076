/**
 * Reads one XML text strictly (XML 1.0 fifth edition, Namespaces in XML 1.0), into a tree.
 *
 * UTF-8 only, no document type and therefore no entities but the five of XML itself: nothing is
 * fetched, nothing expands. Comments and processing instructions are checked and left out. Depth,
 * number of nodes and length are limited; work is linear in the length.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import { xmlBytesMax, xmlDepthMax, xmlNodesMax } from './limits.ts';
import { XmlScanner } from './scanner.ts';
import { type OpenTag, readTag } from './tag.ts';
import type { XmlElement, XmlText } from './tree.ts';

interface Open extends OpenTag {
  readonly children: (XmlElement | XmlText)[];
}

interface Reading {
  readonly scanner: XmlScanner;
  readonly open: Open[];
  root: XmlElement | undefined;
  nodes: number;
}

/** The document element; any of the xml faults for what is not well-formed, or too much. */
export function readXml(bytes: Uint8Array, bytesMax: number = xmlBytesMax): XmlElement {
  if (bytes.length > bytesMax) throw new Fault('xml.limit', { why: 'length', bytesMax });
  const scanner = new XmlScanner(decoded(bytes));
  const reading: Reading = { scanner, open: [], root: undefined, nodes: 0 };
  readDeclaration(scanner);
  while (!scanner.isAtEnd) readNode(reading);
  if (reading.open.length > 0) scanner.refuse('an element is not closed');
  return reading.root ?? scanner.refuse('no element');
}

function readNode(reading: Reading): void {
  const { scanner } = reading;
  if (!scanner.sees('<')) return readText(reading);
  if (scanner.sees('</')) return readEnd(reading);
  if (scanner.skips('<!--')) return skipComment(scanner);
  if (scanner.skips('<![CDATA[')) return readCdata(reading);
  if (scanner.sees('<!DOCTYPE')) {
    throw new Fault('xml.doctype_refused', { at: scanner.at });
  }
  if (scanner.skips('<?')) return skipInstruction(scanner);
  return readStart(reading);
}

function readStart(reading: Reading): void {
  const { scanner, open } = reading;
  if (open.length === 0 && reading.root !== undefined) scanner.refuse('a second root element');
  if (open.length >= xmlDepthMax) throw new Fault('xml.limit', { at: scanner.at, why: 'depth' });
  const tag = readTag(scanner, open.at(-1)?.scope);
  count(reading, 1 + tag.attributes.length);
  if (tag.isEmpty) return close(reading, { ...tag, children: [] });
  open.push({ ...tag, children: [] });
}

function readEnd(reading: Reading): void {
  const { scanner, open } = reading;
  scanner.take('</');
  const name = scanner.name();
  scanner.space();
  scanner.take('>');
  const tag = open.pop();
  if (tag?.name !== name) return scanner.refuse('end tag without its start');
  close(reading, tag);
}

function close(reading: Reading, tag: Open): void {
  const { name, local, namespace, attributes, children, at } = tag;
  const end = reading.scanner.at;
  const element: XmlElement = {
    kind: 'element',
    name,
    local,
    namespace,
    attributes,
    children,
    at,
    end,
  };
  const parent = reading.open.at(-1);
  if (parent === undefined) reading.root = element;
  else parent.children.push(element);
}

function readText(reading: Reading): void {
  const { scanner } = reading;
  const at = scanner.at;
  const raw = scanner.until('<');
  if (raw.includes(']]>')) scanner.refuse(']]> in text');
  addText(reading, { kind: 'text', at, text: scanner.resolved(raw) });
}

function readCdata(reading: Reading): void {
  const { scanner } = reading;
  const at = scanner.at;
  const text = scanner.through(']]>');
  if (reading.open.length === 0) scanner.refuse('text outside the root element');
  addText(reading, { kind: 'text', at, text });
}

function addText(reading: Reading, text: XmlText): void {
  const parent = reading.open.at(-1);
  if (parent !== undefined) {
    count(reading, 1);
    parent.children.push(text);
  } else if (!/^[ \t\n]*$/.test(text.text)) {
    reading.scanner.refuse('text outside the root element');
  }
}

function skipComment(scanner: XmlScanner): void {
  // XML 1.0 §2.5: two hyphens end a comment and stand nowhere else in it.
  scanner.through('--');
  scanner.take('>');
}

function skipInstruction(scanner: XmlScanner): void {
  const target = scanner.name();
  if (target.toLowerCase() === 'xml') scanner.refuse('a declaration inside');
  scanner.through('?>');
}

function count(reading: Reading, nodes: number): void {
  reading.nodes += nodes;
  if (reading.nodes > xmlNodesMax) {
    throw new Fault('xml.limit', { at: reading.scanner.at, why: 'number of nodes' });
  }
}

/** XML 1.0 §2.8: if there is a declaration it stands first, and names no encoding but UTF-8. */
function readDeclaration(scanner: XmlScanner): void {
  if (!/^<\?xml[ \t\n]/.test(scanner.peek(6))) return;
  const declaration = scanner.through('?>');
  const parts =
    /^<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(["'])1\.[0-9]+\1(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(["'])([A-Za-z][\w.-]*)\2)?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(["'])(?:yes|no)\4)?[ \t\n]*$/.exec(
      declaration,
    );
  if (parts === null) scanner.refuse('declaration');
  const encoding = parts[3]?.toLowerCase() ?? 'utf-8';
  if (encoding !== 'utf-8' && encoding !== 'utf8' && encoding !== 'us-ascii') {
    throw new Fault('xml.encoding_unsupported', { encoding });
  }
}

/** §2.11: each line end is one line feed; §2.2: no control characters, no lone surrogates. */
function decoded(bytes: Uint8Array): string {
  const text = utf8Text(bytes).replace(/^\u{feff}/u, '');
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  const odd = forbiddenCharacter.exec(lines);
  if (odd !== null) throw new Fault('xml.malformed', { at: odd.index, why: 'character' });
  return lines;
}

/** Control characters but tab, line feed and those over 126, and the two that are none. */
const forbiddenCharacter = /(?![\t\n\u007f-\u009f])\p{Cc}|[\ufffe\uffff]/u;

function utf8Text(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe)) {
    throw new Fault('xml.encoding_unsupported', { encoding: 'utf-16' });
  }
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('xml.malformed', { why: 'not UTF-8' }, { cause });
  }
}
