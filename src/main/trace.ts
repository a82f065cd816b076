/**
 * What a process writes down about a bug of ours: where it happened, never what it happened with.
 *
 * A message of somebody else's code quotes what it choked on: PostgreSQL the row, zod the input,
 * JSON.parse the text. A log keeps such words for years and nobody erases them there (law 7). So of
 * a foreign failure there stand its class, its code and its frames; our own assertions are
 * sentences without values and stand as they are, and of a Fault there stands its code.
 */
import { Fault } from '#base/fault';
import { frameOfSource } from './frames.ts';

const causesMax = 5;
const framesMax = 30;
const frameCharactersMax = 300;
const ownSentence = /^assertion: [\x20-\x7e]{1,200}$/;
const plainCode = /^[A-Za-z0-9_.]{1,60}$/;

/** Lines for a log, without a newline at the end. */
export function traceOf(thrown: unknown): string {
  const lines: string[] = [];
  let one = thrown;
  for (let depth = 0; depth < causesMax && one !== undefined; depth += 1) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${headOf(one)}`, ...framesOf(one));
    one = one instanceof Error ? one.cause : undefined;
  }
  return lines.join('\n');
}

function headOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `a thrown ${typeof thrown}`;
  if (thrown instanceof Fault) return `Fault ${thrown.code}`;
  const name = plainCode.test(thrown.name) ? thrown.name : 'Error';
  const told = 'code' in thrown ? String(thrown.code) : '';
  const code = plainCode.test(told) ? ` ${told}` : '';
  const sentence = ownSentence.test(thrown.message) ? ` ${thrown.message}` : '';
  return `${name}${code}${sentence}`;
}

/** A message of several lines may look like frames; only lines after the message count. */
function framesOf(thrown: unknown): readonly string[] {
  if (!(thrown instanceof Error) || thrown.stack === undefined) return [];
  const after = thrown.stack.indexOf(thrown.message) + thrown.message.length;
  return thrown.stack
    .slice(after)
    .split('\n')
    .filter((line) => /^ {4}at [^\n]*(?::\d+:\d+\)?|\(<anonymous>\)|native\))$/.test(line))
    .slice(0, framesMax)
    .map((line) => frameOfSource(line).slice(0, frameCharactersMax));
}
