/**
 * `npm run build`: the API's types, `dist/core.mjs`, the pages, what embeds them, and the judge's
 * page as one file.
 *
 * Does nothing when nothing it reads has changed. The pages are built beside the old ones and put in
 * their place at the end, so that a house that starts meanwhile finds a whole build.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..');
const place = join(here, 'dist');
const draft = join(here, `dist.${process.pid}`);
const mark = '.inputs';
const schema = join(here, 'src/api/schema.d.ts');
const openapi = join(root, 'docs/api/openapi.json');

async function main(): Promise<void> {
  const inputs = digestOfInputs();
  const isFresh =
    existsSync(join(root, 'dist/core.mjs')) &&
    existsSync(schema) &&
    existsSync(join(place, mark)) &&
    readFileSync(join(place, mark), 'utf8') === inputs;
  if (isFresh) return;
  console.error('fubie: building the pages (only when their sources changed)');
  // Whoever calls, tests included: people get React without its warnings for developers.
  process.env['NODE_ENV'] = 'production';
  // Loaded only when it is needed: most starts find everything built.
  const { build } = await import('vite');
  execFileSync('openapi-typescript', [openapi, '-o', schema], { stdio: 'ignore' });
  try {
    await build({ configFile: join(here, 'vite.core.config.ts'), logLevel: 'error' });
    const pages = { outDir: draft, emptyOutDir: true };
    await build({ configFile: join(here, 'vite.config.ts'), logLevel: 'error', build: pages });
    await build({
      configFile: join(here, 'vite.sdk.config.ts'),
      logLevel: 'error',
      build: { outDir: join(draft, 'sdk'), emptyOutDir: false },
    });
    await writeSdkTypes();
    const single = { outDir: draft, emptyOutDir: false };
    const verifier = join(here, 'vite.verifier.config.ts');
    await build({ configFile: verifier, logLevel: 'error', build: single });
    writeFileSync(join(draft, mark), inputs);
    rmSync(place, { recursive: true, force: true });
    renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What an institution's editor knows of `Fubie`: the exported declarations, with their sentences. */
async function writeSdkTypes(): Promise<void> {
  const { default: ts } = await import('typescript');
  const source = readFileSync(join(here, 'src/sdk/fubie.ts'), 'utf8');
  const { outputText } = ts.transpileDeclaration(source, { fileName: 'fubie.ts' });
  writeFileSync(join(draft, 'sdk/fubie.d.ts'), `${outputText}export as namespace Fubie;\n`);
}

/** Every file a build reads: the rooms of the core, the pages, the API's description, the lock. */
function digestOfInputs(): string {
  const digest = createHash('sha256');
  const files = [
    ...filesIn(join(root, 'src')).filter(
      (path) => !/\/src\/(main|business|adapters\/(?!page))/.test(path),
    ),
    ...filesIn(here).filter(
      (path) => !/\/web\/(dist|e2e|node_modules|src\/api\/schema)/.test(path),
    ),
    openapi,
    join(root, 'package-lock.json'),
  ];
  for (const path of files.toSorted()) {
    digest
      .update(`${relative(root, path)}\n`)
      .update(readFileSync(path))
      .update('\n');
  }
  return digest.digest('hex');
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.(test|fixture)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

await main();
