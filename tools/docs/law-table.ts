/**
 * The law as a table in ARCHITECTURE.md: what each room may use, and what it really uses.
 */
import { apart, floorOf, floors, neighbours } from '../law.ts';
import type { Tree } from '../tree.ts';

export function lawTable(tree: Tree): string {
  const rooms = [...tree.rooms].filter((room) => floorOf(room) !== undefined).toSorted(byFloor);
  const lines = rooms.map((room) => {
    const floor = floorOf(room) ?? 'main';
    const down = apart[room] ?? floors[floor];
    const beside = neighbours[room] ?? [];
    return `| \`${room}\` | ${down.join(', ')} | ${beside.map(nameOf).join(', ')} | ${purpose(tree, room)} |`;
  });
  return [
    '| room | may use floors | and beside it | what it is |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function byFloor(a: string, b: string): number {
  const order = Object.keys(floors);
  const place = (room: string) => order.indexOf(room.split('/')[0] ?? '');
  return place(a) - place(b) || (a < b ? -1 : 1);
}

function nameOf(room: string): string {
  return room.split('/').slice(1).join('/');
}

/** The first sentence of the face's head comment. */
function purpose(tree: Tree, room: string): string {
  const text = tree.byPath.get(`src/${room}/index.ts`)?.text ?? '';
  const comment = /^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
  const words = comment.replaceAll(/^\s*\*\s?/gm, '').split(/\n\s*\n/)[0] ?? '';
  const sentence = words.replaceAll(/\s+/g, ' ').trim();
  return (/^.*?[.:](?= |$)/.exec(sentence)?.[0] ?? sentence)
    .replace(/:$/, '.')
    .replaceAll('|', '\\|');
}
