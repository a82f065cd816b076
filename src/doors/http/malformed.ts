/**
 * What a caller is told about a part that does not fit its schema: where, which kind of mistake,
 * and what was needed. Never the value, for a refusal is logged and shown.
 */
import type { z } from 'zod';
import { Fault } from '#base/fault';

const needsLettersMax = 200;
const memberPattern = /^[A-Za-z$_][A-Za-z0-9$_-]{0,39}$/;

/** Names the place and the kind of the first mistake and what was needed, never the value. */
export function malformed(part: string, issue: z.core.$ZodIssue | 'character'): Fault {
  if (issue === 'character') {
    return new Fault('access.request_malformed', { part, at: '', why: issue });
  }
  const at = issue.path.map(String).join('.');
  return new Fault('access.request_malformed', { part, at, why: issue.code, ...neededBy(issue) });
}

/** The limit, the form or the closed list: what the interface's description says as well. */
function neededBy(issue: z.core.$ZodIssue): { readonly needs?: string } {
  const needs = needOf(issue);
  return needs === undefined ? {} : { needs: needs.slice(0, needsLettersMax) };
}

function needOf(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'too_big':
      return `≤ ${issue.maximum}`;
    case 'too_small':
      return `≥ ${issue.minimum}`;
    case 'invalid_format':
      return issue.pattern ?? issue.format;
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map(String).join(' | ');
    // A name is the caller's own text: only one that looks like a name of ours is said back.
    case 'unrecognized_keys':
      return issue.keys
        .filter((key) => memberPattern.test(key))
        .map((key) => `-${key}`)
        .join(' ');
    // What a rule of ours is called; it says nothing of the value.
    case 'custom':
      return typeof issue.params?.['needs'] === 'string' ? issue.params['needs'] : undefined;
    // Their place says it all, or the schema's own words would be the caller's.
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return undefined;
  }
}
