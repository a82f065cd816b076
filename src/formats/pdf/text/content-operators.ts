/**
 * A content stream as operators with what stands before each (ISO 32000-1 §7.8.2).
 */
import type { Work } from '../file/limits.ts';
import { SyntaxReader } from '../file/syntax.ts';
import type { PdfValue } from '../file/value.ts';

export interface Operation {
  readonly operator: string;
  readonly operands: readonly PdfValue[];
}

export function* operationsIn(content: Uint8Array, work: Work): Generator<Operation> {
  const reader = new SyntaxReader(content, 0, { loose: true, work });
  let operands: PdfValue[] = [];
  for (reader.skipSpace(); reader.at < content.length; reader.skipSpace()) {
    if (!startsOperator(content[reader.at] ?? 0)) {
      operands.push(reader.value());
      continue;
    }
    const operator = reader.word();
    if (operator === '') reader.at += 1;
    if (operator === 'ID') skipImage(reader);
    yield { operator, operands };
    operands = [];
  }
}

/** Not the first byte of a number, name, string, array or dictionary. */
function startsOperator(byte: number): boolean {
  return /[A-Za-z'"*)\]}]/.test(String.fromCharCode(byte));
}

/** §8.9.7: the bytes of a picture that stands in the content itself end before a lone `EI`. */
function skipImage(reader: SyntaxReader): void {
  const { bytes } = reader;
  for (let at = reader.at; at + 2 < bytes.length; at += 1) {
    const isMark = bytes[at + 1] === 0x45 && bytes[at + 2] === 0x49;
    const next = bytes[at + 3] ?? 0x20;
    if (isMark && (bytes[at] ?? 0) <= 0x20 && next <= 0x20) {
      reader.at = at + 3;
      return;
    }
  }
  reader.at = bytes.length;
}
