import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

// Four pages, four bundles: a signer on an old phone never loads what the operator needs.
// `fubie-core` is the verifier's own bundle, the only thing of src/ that a page may take.
export default defineConfig({
  root: here,
  base: '/',
  plugins: [react()],
  resolve: { alias: { 'fubie-core': resolve(here, '../dist/core.mjs') } },
  build: {
    outDir: resolve(here, 'dist'),
    emptyOutDir: true,
    target: 'chrome87',
    cssTarget: 'chrome87',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: {
        index: resolve(here, 'index.html'),
        sign: resolve(here, 'sign.html'),
        verify: resolve(here, 'verify.html'),
        desk: resolve(here, 'desk.html'),
      },
    },
  },
});
