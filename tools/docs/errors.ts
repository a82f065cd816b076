/**
 * docs/errors.md: every code with which Fubie refuses, by the room that says it.
 */

import { type FaultCode, listedCodes, thrownCodes } from '../tidy/faults.ts';
import type { Tree } from '../tree.ts';

export function errorsPage(tree: Tree): string {
  const rooms = new Map<string, Set<string>>();
  const add = ({ room, code }: FaultCode): void => {
    rooms.set(room, (rooms.get(room) ?? new Set()).add(code));
  };
  listedCodes(tree).forEach(add);
  // base has no list: its codes say that a text is malformed, and stand where they are thrown.
  const known = new Set(listedCodes(tree).map(({ code }) => code));
  for (const one of thrownCodes(tree)) if (!known.has(one.code)) add(one);
  const thrownIn = filesByCode(tree);
  const sections = [...rooms]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([room, codes]) => [
      `## ${room}`,
      '',
      '| code | said in |',
      '| --- | --- |',
      ...[...codes].toSorted().map((code) => `| \`${code}\` | ${thrownIn.get(code) ?? ''} |`),
      '',
    ]);
  const count = [...rooms.values()].reduce((sum, codes) => sum + codes.size, 0);
  return [
    '# Refusals',
    '',
    'Written by `npm run docs` from the code; do not edit. A refusal is a `Fault` with a stable code;',
    'over HTTP it is an RFC 9457 problem whose `code` is the code below. The words that people read',
    'are added at the door (`src/doors/phrases`).',
    '',
    `${count} codes in ${rooms.size} rooms.`,
    '',
    ...sections,
  ].join('\n');
}

function filesByCode(tree: Tree): Map<string, string> {
  const files = new Map<string, Set<string>>();
  for (const { code, file } of thrownCodes(tree)) {
    files.set(code, (files.get(code) ?? new Set()).add(`\`${file}\``));
  }
  return new Map([...files].map(([code, set]) => [code, [...set].toSorted().join(', ')]));
}
