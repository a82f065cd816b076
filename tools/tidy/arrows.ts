/**
 * Rules about who imports whom: the law, the faces, circles, permissions and files nobody needs.
 */
import { dirname } from 'node:path';

import { floorOf, neighbours, objection, pagePackages, runsInPage, storeysOf } from '../law.ts';
import type { SourceFile, Tree } from '../tree.ts';
import type { Finding, Rule } from './rule.ts';

const entryPoints =
  /^(src\/(?:main|core)\.ts|.*\.config\.ts|(tools|conformance|bench)\/[^/]+\.ts|.*\.test\.ts)$/;

export const law: Rule = {
  name: 'law',
  find: (tree) =>
    arrows(tree).flatMap(({ file, to, line }) => {
      if (file.isTest && floorOf(to) !== 'main') return testObjection(file, to, line);
      const why = file.room === undefined ? undefined : objection(file.room, to);
      return why === undefined
        ? []
        : [{ file: file.path, line, message: `${file.room} may not use ${to}: ${why}` }];
    }),
};

/** Inside a room of several storeys arrows go down too, from folder to folder. */
export const storeys: Rule = {
  name: 'storey',
  find: (tree) =>
    tree.sources.flatMap((file) =>
      file.imports.flatMap(({ target = '', line }) => {
        const from = storeyOf(file.path);
        const to = storeyOf(target);
        const found = (message: string) => [{ file: file.path, line, message }];
        if (from === undefined) return [];
        const { room, name } = from;
        if (from.height < -1) return found(`${name}: no storey of ${room}`);
        if (to?.room !== room || to.height <= from.height) return [];
        return found(`${room}/${name} may not use ${room}/${to.name}`);
      }),
    ),
};

export const faces: Rule = {
  name: 'face',
  find: (tree) => [...facelessRooms(tree), ...windows(tree)],
};

export const circles: Rule = {
  name: 'circle',
  find(tree) {
    const files = new Map(tree.sources.map((file) => [file.path, importedBy(file)]));
    return circlesIn(files).map((circle) => ({
      file: circle[0] ?? '',
      line: 1,
      message: `a circle of imports: ${circle.join(' → ')}`,
    }));
  },
};

export const permissions: Rule = {
  name: 'permission',
  find(tree) {
    const used = new Set(arrows(tree).map(({ file, to }) => `${file.room} ${to}`));
    return Object.entries(neighbours)
      .flatMap(([room, others]) => others.map((other) => ({ room, other })))
      .filter(({ room, other }) => !used.has(`${room} ${other}`))
      .map(({ room, other }) => ({
        file: 'tools/law.ts',
        line: 1,
        message: `${room} does not use ${other}: strike the permission out`,
      }));
  },
};

export const orphans: Rule = {
  name: 'orphan',
  find(tree) {
    const wanted = new Set(
      tree.sources.flatMap((file) => file.imports.flatMap((one) => one.target ?? [])),
    );
    return tree.sources
      .filter(({ path }) => !wanted.has(path) && !entryPoints.test(path))
      .map(({ path }) => ({ file: path, line: 1, message: 'nobody imports this file' }));
  },
};

/** Rooms that also run in a page keep to what a page has. */
export const pure: Rule = {
  name: 'pure',
  find: (tree) =>
    tree.sources
      .filter((file) => file.room !== undefined && runsInPage(file.room) && !file.isTest)
      .flatMap((file) => [...platformImports(file), ...platformWords(file)]),
};

function arrows(tree: Tree): { file: SourceFile; to: string; line: number }[] {
  return tree.sources.flatMap((file) =>
    file.imports.flatMap(({ specifier, target, line }) => {
      const to = target === undefined ? undefined : tree.byPath.get(target)?.room;
      const wanted = to ?? (specifier.startsWith('#') ? specifier.slice(1) : undefined);
      if (file.room === undefined || wanted === undefined || wanted === file.room) return [];
      return [{ file, to: wanted, line }];
    }),
  );
}

interface Storey {
  readonly room: string;
  readonly name: string;
  readonly height: number;
}

function storeyOf(path: string): Storey | undefined {
  const [room, folders] =
    Object.entries(storeysOf).find(([one]) => path.startsWith(`src/${one}/`)) ?? [];
  if (room === undefined || folders === undefined) return undefined;
  const inside = path.slice(`src/${room}/`.length).split('/');
  const [name = '', deeper] = inside;
  if (inside.length > 2 || path.endsWith('.test.ts')) return undefined;
  // A room's face looks at all of it.
  if (deeper === undefined && name === 'index.ts') return undefined;
  if (deeper === undefined) return { room, name: 'its ground', height: -1 };
  const height = folders.indexOf(name);
  return { room, name, height: height < 0 ? -2 : height };
}

/** A test may bring in any room it needs as a part, but never the composition root. */
function testObjection(file: SourceFile, to: string, line: number): Finding[] {
  if (file.room === undefined || floorOf(to) !== undefined) return [];
  return [{ file: file.path, line, message: `${to} is on no floor` }];
}

function facelessRooms(tree: Tree): Finding[] {
  const rooms = new Set(tree.sources.flatMap(({ room }) => room ?? []));
  return [...rooms].flatMap((room) => {
    const at = `src/${room}`;
    if (room !== 'main' && floorOf(room) === undefined) {
      return [{ file: at, line: 1, message: 'is on no floor of tools/law.ts' }];
    }
    const hasFace = room === 'main' || tree.rooms.has(room);
    return hasFace ? [] : [{ file: at, line: 1, message: 'the room has no face: index.ts' }];
  });
}

/** Imports that enter or leave a room elsewhere than by its front door. */
function windows(tree: Tree): Finding[] {
  return tree.sources.flatMap((file) =>
    file.imports.flatMap(({ specifier, target, line }): Finding[] => {
      const found = (message: string) => [{ file: file.path, line, message }];
      if (specifier.startsWith('#')) {
        if (specifier.slice(1) === file.room) return found('imports its own face; use ./');
        return target === undefined ? found(`${specifier} has no face: no deep imports`) : [];
      }
      if (!specifier.startsWith('.')) return [];
      if (target === undefined) return isData(specifier) ? [] : found(`${specifier} is not there`);
      const other = tree.byPath.get(target);
      if (other?.room === file.room) return [];
      if (file.room === undefined && other?.room === 'main') return [];
      // A fixture is a room's sample of what it judges; what stands beside src/ may take it too.
      if (file.room === undefined && target.endsWith('.fixture.ts')) return [];
      return found(
        `${specifier} leaves the room by the window; use #${other?.room ?? dirname(target)}`,
      );
    }),
  );
}

function isData(specifier: string): boolean {
  return specifier.endsWith('.json');
}

function importedBy(file: SourceFile): string[] {
  return file.imports.flatMap(({ target, isStarted }) =>
    target === undefined || isStarted ? [] : [target],
  );
}

function circlesIn(files: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const found: string[][] = [];
  const enter = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const next of files.get(file) ?? []) enter(next);
    path.pop();
    done.add(file);
  };
  for (const file of files.keys()) enter(file);
  return found;
}

function platformImports(file: SourceFile): Finding[] {
  return file.imports
    .filter(({ specifier }) => !specifier.startsWith('#') && !specifier.startsWith('.'))
    .filter(({ specifier }) => pagePackages[file.room ?? '']?.test(specifier) !== true)
    .map(({ specifier, line }) => ({
      file: file.path,
      line,
      message: `${specifier}: this room also runs in a page and imports no platform and no package`,
    }));
}

function platformWords(file: SourceFile): Finding[] {
  return file.text.split('\n').flatMap((text, at) => {
    const word = /^\s*(?:\*|\/\/|\/\*)/.test(text)
      ? undefined
      : /(?<![\w.'])(Buffer|process|require|__dirname|setImmediate)\s*[.([]/.exec(text)?.[1];
    return word === undefined
      ? []
      : [{ file: file.path, line: at + 1, message: `${word} does not exist in a page` }];
  });
}
