import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

// `sdk/fubie.js`: what an institution's own page loads to open the signing page. A classic script,
// so that it needs no leave of ours to be read, and small enough to be read by whoever embeds it.
export default defineConfig({
  root: here,
  publicDir: false,
  build: {
    target: 'chrome87',
    lib: {
      entry: resolve(here, 'src/sdk/fubie.ts'),
      formats: ['iife'],
      name: 'Fubie',
      fileName: () => 'fubie.js',
    },
  },
});
