import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const outside = /<(?:script|link)[^>]*\s(?:src|href)="[^"]*"[^>]*>(?:<\/script>)?/g;

// `verifier.html`: the judge's page as one file that opens from disk, offline, for ever. Its policy
// lets nothing in and nothing out: the scripts inside are named by their digests.

/** Workers are files of their own; inside one file they are carried as text. */
const workersInside: Plugin = {
  name: 'workers-inside',
  enforce: 'pre',
  transform(code, id) {
    if (!id.startsWith(resolve(here, 'src'))) return undefined;
    const started = /new Worker\(\s*new URL\('(\.\/)?([^']+)', import\.meta\.url\),[^)]*\)/;
    const found = started.exec(code);
    if (found === null) return undefined;
    const head = `import InsideWorker from './${found[2]}?worker&inline';\n`;
    return { code: head + code.replace(started, 'new InsideWorker()'), map: null };
  },
};

const oneFile: Plugin = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((one) => one.type === 'chunk');
    const [script, ...others] = chunks;
    if (script === undefined || others.length > 0) {
      this.error(`one script is wanted, not ${chunks.length}`);
    }
    const styles = Object.values(bundle)
      .flatMap((one) => (one.type === 'asset' && one.fileName.endsWith('.css') ? [one] : []))
      .map(({ source }) => String(source));
    // A closing tag in a string would end the element; in JavaScript \x3c is the same letter.
    const code = script.code
      .replace(/<(\/script|!--)/gi, '\\x3c$1')
      // What is imported later is in this same file: there is nothing to load before it.
      .replaceAll('__VITE_PRELOAD__', 'void 0');
    const html = readFileSync(resolve(here, 'verify.html'), 'utf8')
      .replace(outside, '')
      .replace('<head>', `<head>\n    ${policy(code)}`)
      .replace('</head>', () => `  <style>${styles.join('\n')}</style>\n  </head>`)
      .replace(
        '</body>',
        () => `${trustInside}    <script type="module">${code}</script>\n  </body>`,
      );
    for (const name of Object.keys(bundle)) delete bundle[name];
    this.emitFile({ type: 'asset', fileName: 'verifier.html', source: html });
  },
};

/** Where whoever hands the file out puts the trust folder: `{"files":{"ca.pem":"base64"}}`. */
const trustInside =
  '    <script type="application/json" id="fubie-trust">__FUBIE_TRUST__</script>\n';

function policy(code: string): string {
  const digest = createHash('sha256').update(code).digest('base64');
  const rules = [
    "default-src 'none'",
    "connect-src 'none'",
    `script-src 'sha256-${digest}' blob:`,
    'worker-src blob: data:',
    "style-src 'unsafe-inline'",
    'font-src data: blob:',
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join('; ')}" />`;
}

export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  plugins: [workersInside, react(), oneFile],
  resolve: { alias: { 'fubie-core': resolve(here, '../dist/core.mjs') } },
  // From disk the page has no origin, and Chromium loads no module worker for such a page.
  worker: { format: 'iife', plugins: () => [workersInside] },
  build: {
    outDir: resolve(here, 'dist'),
    emptyOutDir: false,
    target: 'chrome87',
    cssTarget: 'chrome87',
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: resolve(here, 'src/judge/main.tsx'),
      output: { codeSplitting: false },
    },
  },
});
