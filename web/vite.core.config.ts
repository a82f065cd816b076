import { relative, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = resolve(import.meta.dirname, '..');

// `dist/core.mjs`: the verifier for pages. The same sources give the same bytes, for its digest
// stands in what a signer confirms.
const allowed = [
  /^src\/core\.ts$/,
  /^src\/(base|formats)\//,
  /^src\/trust\/verify\//,
  /^src\/trust\/signing\/(check|ticket)\.ts$/,
  /^src\/adapters\/page-engine\//,
  /^src\/doors\/(cli|phone|phrases)\//,
  /^node_modules\/@noble\/(curves|hashes)\//,
];

/** Law 8: a verifier that pulled in anything else would no longer be a separate house. */
const separateHouse: Plugin = {
  name: 'separate-house',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== 'chunk') continue;
      if (chunk.imports.length > 0) this.error(`core.mjs imports ${chunk.imports.join(', ')}`);
      const strangers = Object.entries(chunk.modules)
        .filter(([, { renderedLength }]) => renderedLength > 0)
        .map(([id]) => relative(root, id))
        .filter((path) => !path.startsWith('\0') && !allowed.some((one) => one.test(path)));
      if (strangers.length > 0) this.error(`core.mjs has ${strangers.join(', ')} in it`);
    }
  },
};

export default defineConfig({
  root,
  publicDir: false,
  plugins: [separateHouse],
  build: {
    outDir: resolve(root, 'dist'),
    emptyOutDir: false,
    target: 'chrome87',
    minify: true,
    lib: { entry: resolve(root, 'src/core.ts'), formats: ['es'], fileName: () => 'core.mjs' },
  },
});
