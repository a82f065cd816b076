/**
 * Joins the program and the libraries it loads into a few files under `dist/house`.
 *
 * `src/main.ts` takes them when they were made of the very sources that lie there (main/bundle.ts),
 * and they do nothing else than the sources do: the same modules, one scope each. CommonJS, because
 * an ES module that names `node:http` makes Node load its whole fetch client for the list of names.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

import { bundledProgram, bundleFolder, bundlesFolder } from '../src/main/bundle.ts';

const root = resolve(import.meta.dirname, '..');
/** A verb that a person called from an older bundle may still load parts of it. */
const keptMs = 24 * 3_600_000;
/** Native, or read files that lie beside them. */
const apart = ['koffi', '@myriaddreamin/typst-ts-node-compiler', 'fontkit'];

/** Returns at once where the bundle of these sources is there. */
export async function joinProgram(): Promise<void> {
  if (bundledProgram() !== undefined) return;
  console.error('fubie: joining the program (only when its sources changed)');
  const place = bundleFolder();
  const draft = `${place}.${process.pid}`;
  removeOld();
  // Loaded only when it is needed: most starts find the bundle.
  const { build } = await import('vite');
  try {
    await build({
      root,
      configFile: false,
      envFile: false,
      publicDir: false,
      logLevel: 'error',
      plugins: [placeOfSource(draft)],
      ssr: { noExternal: true, external: apart },
      build: {
        ssr: join(root, 'src/main/verbs/run.ts'),
        outDir: draft,
        target: 'node24',
        minify: false,
        sourcemap: 'hidden',
        reportCompressedSize: false,
        rolldownOptions: {
          output: {
            format: 'cjs',
            sourcemapExcludeSources: true,
            entryFileNames: 'main.cjs',
            chunkFileNames: '[name]-[hash].cjs',
          },
        },
      },
    });
    if (!existsSync(place)) renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** A module that asks where it lies is told where its source lies: the catalogue is found so. */
function placeOfSource(folder: string): Plugin {
  return {
    name: 'place-of-source',
    transform(code, id) {
      if (!id.startsWith(join(root, 'src/')) || !code.includes('import.meta')) return null;
      if (/import\.meta\.(?!url\b)/.test(code)) this.error(`${id} asks for more than its URL`);
      const source = JSON.stringify(relative(folder, id));
      const asked = `new URL(${source}, urlOfBundle(__filename)).href`;
      const first = "import { pathToFileURL as urlOfBundle } from 'node:url'; ";
      return { code: `${first}${code.replaceAll('import.meta.url', asked)}`, map: null };
    },
  };
}

/** A house that runs for days loads parts of its bundle only when a fault or a verb needs them. */
function removeOld(): void {
  mkdirSync(bundlesFolder, { recursive: true });
  const running = commandLines();
  for (const name of readdirSync(bundlesFolder)) {
    const path = join(bundlesFolder, name);
    const { mtimeMs } = statSync(path);
    const isOver = Date.now() - mtimeMs > keptMs && !running.some((line) => line.includes(path));
    if (isOver) rmSync(path, { recursive: true, force: true });
  }
}

/** Of the processes of this computer, as proc(5) tells them; a system without it tells none. */
function commandLines(): string[] {
  if (!existsSync('/proc')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      // It ended in between.
      return '';
    }
  });
}

if (import.meta.main) await joinProgram();
