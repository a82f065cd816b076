/**
 * Prints PDF objects so that the reader of this room reads the same value back.
 */
import { concat, fromLatin1, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { PdfDict, PdfValue } from './value.ts';

/** The bytes of an object's body, between `obj` and `endobj`. */
export function printValue(value: PdfValue): Uint8Array {
  if (value.kind !== 'stream') return fromLatin1(printText(value));
  return concat(
    fromLatin1(`${printText(value.dict)}\nstream\n`),
    value.raw,
    fromLatin1('\nendstream'),
  );
}

/** The text of anything but a stream, one character a byte. */
export function printText(value: PdfValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return value.text;
    case 'name':
      return printName(value.name);
    case 'string':
      return value.hex ? `<${toHex(value.bytes)}>` : printLiteral(value.bytes);
    case 'ref':
      return `${value.number} ${value.generation} R`;
    case 'array':
      return `[${value.items.map(printText).join(' ')}]`;
    case 'dict':
      return printDict(value);
    case 'stream':
      throw new Fault('pdf.syntax', { in: 'a stream is never direct' });
  }
}

function printDict(dict: PdfDict): string {
  const members = [...dict.entries].map(([key, item]) => `${printName(key)} ${printText(item)}`);
  return `<< ${members.join(' ')} >>`;
}

function printName(name: string): string {
  return `/${name.replace(/[^!-~]|[#()<>[\]{}/%]/g, hexEscape)}`;
}

function hexEscape(letter: string): string {
  return `#${letter.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function printLiteral(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const letter = String.fromCharCode(byte);
    if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(8).padStart(3, '0')}`;
    else text += '()\\'.includes(letter) ? `\\${letter}` : letter;
  }
  return `(${text})`;
}
