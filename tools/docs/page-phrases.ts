/**
 * web/src/phrases/house.ts: the house's own sentences that pages show too.
 *
 * A page takes nothing of src/ but the verifier's bundle; these words are copied instead, and
 * ./check says so when the copy is stale.
 */
import { entryPhrases, statePhrases } from '#doors/phrases';

export function pagePhrases(): string {
  return [
    '/** Written by `npm run docs` from src/doors/phrases; do not edit. */',
    "import type { Words } from '../ui/language.tsx';",
    '',
    table('entryWords', entryPhrases),
    table('stateWords', statePhrases),
  ].join('\n');
}

type Table = Readonly<Record<string, { readonly zh: string; readonly en: string }>>;

function table(name: string, phrases: Table): string {
  const lines = Object.entries(phrases).map(
    ([key, { zh, en }]) => `  ${quoted(key)}: { zh: ${quoted(zh)}, en: ${quoted(en)} },`,
  );
  const head = `export const ${name}: Readonly<Record<string, Words>> = {`;
  return [head, ...lines, '};', ''].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
