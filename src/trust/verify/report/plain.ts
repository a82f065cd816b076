/**
 * A report as a screen may show it.
 *
 * Names of signers, files and fields are whatever a stranger wrote. A line feed in a certificate's
 * name writes a line of its own under the verdict, an escape sequence of terminals wipes the one
 * above, and a mark of direction turns the words around it: each is shown as what it is.
 */
import { mapStrings } from '../json.ts';
import type { Report } from './report.ts';

/** What has no shape of its own: controls, marks of format and direction, halves, other lines. */
const shapeless = /[\p{C}\u2028\u2029]/gu;

export function shownPlainly(report: Report): Report {
  return mapStrings(report, (text) =>
    text.replaceAll(shapeless, (letter) => `[U+${codeOf(letter).toUpperCase()}]`),
  );
}

/** The same JSON, of which a screen shows every letter. */
export function plainJson(report: Report): string {
  return JSON.stringify(report).replaceAll(shapeless, escaped);
}

/** By its UTF-16 units, as JSON has it. */
function escaped(letter: string): string {
  const units = [...Array(letter.length).keys()].map((at) => letter.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function codeOf(letter: string): string {
  return (letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}
