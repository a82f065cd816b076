/**
 * Where the program lies in few files, if it was made of exactly these sources.
 *
 * A process of the house loads some 1,800 modules; found, stripped and linked one by one they took
 * half of its start. `tools/bundle.ts` joins them. The folder is named after what it was made of: a
 * source that was touched gives another name, and the program runs from its sources again.
 */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'src');
/** All bundles, one folder for each state of the sources. */
export const bundlesFolder = join(root, 'dist/house');
const entry = 'main.cjs';

/** The bundle of these sources, whether it is there or not. */
export function bundleFolder(): string {
  return join(bundlesFolder, digestOfInputs());
}

/** The file that runs the verb of the arguments; undefined where nobody joined these sources. */
export function bundledProgram(): string | undefined {
  const file = join(bundleFolder(), entry);
  return existsSync(file) ? file : undefined;
}

/** What a process that starts others gives to Node: they run from the same files. */
export function programFile(): string {
  return bundledProgram() ?? join(source, 'main.ts');
}

/**
 * Over names, sizes and times, as a build tool compares: reading a thousand files at each start of
 * a process would cost what the bundle saves.
 */
function digestOfInputs(): string {
  const lines = [join(root, 'package-lock.json'), ...programFiles()].map((path) => {
    const { size, mtimeMs } = statSync(path);
    return `${relative(root, path)} ${size} ${Math.floor(mtimeMs)}`;
  });
  return hash('sha256', lines.toSorted().join('\n')).slice(0, 16);
}

function programFiles(): string[] {
  return readdirSync(source, { withFileTypes: true, recursive: true })
    .filter(({ name }) => name.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(name))
    .map((one) => join(one.parentPath, one.name));
}
