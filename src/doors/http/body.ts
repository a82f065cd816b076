/**
 * The JSON of a body, as one reading of it: what two readers could read differently is refused.
 *
 * RFC 8259 section 4 leaves open which of two members with one name counts, so a record with both
 * would be kept as something its source need not have meant; RFC 7493 section 2.3 forbids them.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';

/** A name that assignment swallows: schemas would drop its member without a word. */
const swallowed = '__proto__';

/** Refuses with access.request_malformed, whose `why` is json, names or undeclared. */
export function jsonOf(bytes: Uint8Array, isDeclared: boolean): unknown {
  let body: unknown;
  let members: number;
  try {
    const text = fromUtf8(bytes);
    body = JSON.parse(text);
    members = membersIn(text);
  } catch (cause) {
    throw malformed('json', cause);
  }
  if (membersOf(body) !== members) throw malformed('names');
  const isEmpty = typeof body === 'object' && body !== null && members === 0;
  if (!isDeclared && !isEmpty) throw malformed('undeclared');
  return body;
}

/**
 * No text of ours holds U+0000, and PostgreSQL stores none; half a surrogate pair has no UTF-8, so
 * no digest either. Without recursion: depth is theirs.
 */
export function hasOddText(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string' && (next.includes('\u0000') || !next.isWellFormed())) return true;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) open.push(name, inner);
  }
  return false;
}

/** Of a text that is JSON: a colon outside a string stands behind the name of a member. */
function membersIn(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === ':') members += 1;
    if (letter === '"') at = endOfString(text, at);
  }
  return members;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, quote: number): boolean {
  let before = quote;
  while (text[before - 1] === '\\') before -= 1;
  return (quote - before) % 2 === 1;
}

/** Fewer than the text had where a name stood twice, or where one is swallowed. */
function membersOf(value: unknown): number {
  let members = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next)) {
      const names = Object.keys(next);
      members += names.includes(swallowed) ? 0 : names.length;
    }
    for (const inner of Object.values(next)) open.push(inner);
  }
  return members;
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault('access.request_malformed', { part: 'body', at: '', why }, { cause });
}
