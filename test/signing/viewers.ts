/**
 * What other people's programs say of a PDF: does it open, is it signed, what is on its pages?
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const dotsPerInch = 36;
const pagesShownMax = 3;
const programSecondsMax = 60;

/** What two viewers made of one file. */
export interface Viewed {
  /** How qpdf ends: 0 is good, 3 has warnings, 2 cannot be read. */
  readonly qpdf: number;
  readonly warnings: number;
  /** The first pages as poppler draws them. */
  readonly pages: readonly Picture[];
}

/** A page in pixels, three bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export function qpdfSays(path: string, ...words: string[]): { code: number; text: string } {
  return ask('qpdf', '--check', ...words, path);
}

export function view(path: string, folder: string): Viewed {
  const { code, text } = qpdfSays(path);
  const warnings = text.match(/WARNING/g)?.length ?? 0;
  return { qpdf: code, warnings, pages: code === 2 ? [] : drawn(path, folder) };
}

/** How often pdfsig says that a signature holds, and that one speaks for the whole file. */
export function pdfsigSays(path: string): { readonly valid: number; readonly whole: number } {
  const { text } = ask('pdfsig', '-nocert', path);
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return { valid: count(/Signature is Valid/g), whole: count(/Total document signed/g) };
}

interface PdfJs {
  getDocument(source: {
    readonly data: Uint8Array;
    readonly verbosity: number;
    readonly useSystemFonts: boolean;
  }): { readonly promise: Promise<PdfJsDocument> };
}

interface PdfJsDocument {
  readonly numPages: number;
  getPage(page: number): Promise<{
    getTextContent(): Promise<{ readonly items: readonly { readonly str?: string }[] }>;
  }>;
  destroy(): Promise<void>;
}

/** The pages bring pdf.js along; here it is asked as another person's viewer. */
const pdfjsPath = createRequire(new URL('../../web/package.json', import.meta.url)).resolve(
  'pdfjs-dist/legacy/build/pdf.mjs',
);

/** How many pages pdf.js counts, and the text of the first ones; or why it reads none. */
export async function pdfjsSays(bytes: Uint8Array): Promise<string> {
  const pdfjs = (await import(pdfjsPath)) as PdfJs;
  try {
    const source = { data: bytes.slice(), verbosity: 0, useSystemFonts: false };
    const document = await pdfjs.getDocument(source).promise;
    const texts: string[] = [String(document.numPages)];
    for (let page = 1; page <= Math.min(pagesShownMax, document.numPages); page += 1) {
      const { items } = await (await document.getPage(page)).getTextContent();
      texts.push(items.map(({ str }) => str ?? '').join('|'));
    }
    await document.destroy();
    return texts.join('\n');
  } catch (thrown) {
    return thrown instanceof Error ? thrown.name : String(thrown);
  }
}

/** The smallest box that holds all pixels that differ; undefined where none does. */
export function differingBox(
  a: Picture,
  b: Picture,
): { width: number; height: number } | undefined {
  if (a.width !== b.width || a.height !== b.height) return { width: b.width, height: b.height };
  let [left, right, top, bottom] = [a.width, -1, a.height, -1];
  for (let at = 0; at < a.pixels.length; at += 1) {
    if (a.pixels[at] === b.pixels[at]) continue;
    const column = Math.floor(at / 3) % a.width;
    const row = Math.floor(at / 3 / a.width);
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
  }
  return right < 0 ? undefined : { width: right - left + 1, height: bottom - top + 1 };
}

/** So many pixels does a length in points take, and one on each side where it is cut. */
export function pixelsMax(points: number): number {
  return Math.ceil((points / 72) * dotsPerInch) + 2;
}

function drawn(path: string, folder: string): Picture[] {
  const stem = join(folder, 'page');
  ask('pdftoppm', '-r', String(dotsPerInch), '-l', String(pagesShownMax), path, stem);
  const names = readdirSync(folder).filter((name) => /^page-\d+\.ppm$/.test(name));
  return names.toSorted().map((name) => {
    const picture = readPpm(readFileSync(join(folder, name)));
    rmSync(join(folder, name));
    return picture;
  });
}

function readPpm(bytes: Uint8Array): Picture {
  const head = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(bytes.subarray(0, 64)).toString());
  const [all = '', width = '0', height = '0'] = head ?? [];
  return { width: Number(width), height: Number(height), pixels: bytes.subarray(all.length) };
}

function ask(program: string, ...words: string[]): { code: number; text: string } {
  const timeout = programSecondsMax * 1000;
  const said = ['LC_ALL=C.UTF-8', program, ...words];
  const answer = spawnSync('env', said, { encoding: 'utf8', timeout });
  return { code: answer.status ?? -1, text: `${answer.stdout}${answer.stderr}` };
}
