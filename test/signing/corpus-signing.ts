/**
 * Signs files that this project did not write, with a seal that is seen and then once more without
 * one, and asks others about it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeEngine } from '#adapters/engine';
import { faultCode } from '#base/fault';
import { judgeChanges, openToSign, type Rect, readPdf, readSignatures } from '#formats/pdf';
import { verify } from '#trust/verify';
import type { Holder, SigningTable } from './signing-table.ts';
import { differingBox, pdfjsSays, pdfsigSays, pixelsMax, type Viewed, view } from './viewers.ts';

const corpora = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const corpus = join(corpora, 'pdf-parse');
const sealPoints = { width: 40, height: 30 };

/** What strict reading refuses: viewers repair it, each in its own way, or want a password. */
const refused: ReadonlyMap<string, string> = new Map([
  ['bug1770750.pdf', 'pdf.duplicate_key'],
  ['bug1980958.pdf', 'pdf.tail_malformed'],
  ['encrypted-attachment.pdf', 'pdf.syntax'],
  ['issue17147.pdf', 'pdf.syntax'],
  ['issue19484_2.pdf', 'pdf.encrypted_password'],
  ['issue21579.pdf', 'pdf.encrypted_password'],
  ['issue6010_2.pdf', 'pdf.encrypted_password'],
  ['issue6069.pdf', 'pdf.header_missing'],
  ['operator_list_cycle.pdf', 'pdf.object_misplaced'],
  ['poppler-395-0-fuzzed.pdf', 'pdf.object_misplaced'],
  ['poppler-742-0-fuzzed.pdf', 'pdf.syntax'],
  ['xref_command_missing.pdf', 'pdf.syntax'],
]);

/** The names of the samples; none where they are not on this computer. */
export function sampleNames(): readonly string[] {
  if (!existsSync(corpus)) return [];
  return readdirSync(corpus)
    .filter((name) => name.endsWith('.pdf'))
    .toSorted();
}

export function expectedOf(name: string): string {
  return refused.get(name) ?? 'signed';
}

/** One file before and after: `said` is what is wrong, `signed`, or the code of the refusal. */
export interface SignedSample {
  readonly name: string;
  readonly said: string;
  /** Can qpdf read the file as it came, without finding a fault? */
  readonly isSound: boolean;
  readonly isSealSeen: boolean;
}

export async function signSample(
  name: string,
  by: { readonly table: SigningTable; readonly holder: Holder; readonly folder: string },
): Promise<SignedSample> {
  const path = join(corpus, name);
  const before = view(path, by.folder);
  const isSound = before.qpdf === 0;
  try {
    const bytes = new Uint8Array(readFileSync(path));
    const signed = await once(await seal(bytes, by), by);
    const out = join(by.folder, 'signed.pdf');
    await writeFile(out, signed);
    const after = view(out, by.folder);
    const flaws = [
      ...(await ownFlaws(signed, by.table)),
      ...foreignFlaws(out),
      ...readFlaws(before, after),
      ...((await pdfjsSays(bytes)) === (await pdfjsSays(signed)) ? [] : ['pdf.js: another text']),
      // Poppler draws some files differently each time: those cannot be compared.
      ...(isSteady(before, view(path, by.folder)) ? shownFlaws(before, after) : []),
    ];
    const [was, is] = [before.pages[0], after.pages[0]];
    const isSealSeen = was !== undefined && is !== undefined && differingBox(was, is) !== undefined;
    return { name, said: flaws.join(', ') || 'signed', isSound, isSealSeen };
  } catch (thrown) {
    const said = faultCode(thrown) ?? `threw ${String(thrown)}`;
    return { name, said, isSound, isSealSeen: false };
  }
}

async function seal(
  document: Uint8Array,
  { table, holder }: { readonly table: SigningTable; readonly holder: Holder },
): Promise<Uint8Array> {
  const [page] = (await openToSign(document, nodeEngine)).pages();
  const [left = 0, bottom = 0, right = 0, top = 0] = page?.mediaBox ?? [];
  const width = Math.min(sealPoints.width, right - left);
  const height = Math.min(sealPoints.height, top - bottom);
  const x = left + (right - left - width) / 2;
  const y = bottom + (top - bottom - height) / 2;
  const rect: Rect = [x, y, x + width, y + height];
  const place = { is: 'new', field: 'seal', page: 1, rect } as const;
  const content = `0.9 0.1 0.4 rg 0 0 ${width} ${height} re f`;
  return table.signAt(document, holder, { place, face: (size) => ({ ...size, content }) });
}

/** A second party, who leaves no seal. */
async function once(
  document: Uint8Array,
  { table, holder }: { readonly table: SigningTable; readonly holder: Holder },
): Promise<Uint8Array> {
  const [page] = (await openToSign(document, nodeEngine)).pages();
  const [left = 0, bottom = 0] = page?.mediaBox ?? [];
  const rect: Rect = [left, bottom, left, bottom];
  return table.signAt(document, holder, { place: { is: 'new', field: 'second', page: 1, rect } });
}

/** A file that others signed: what it came to, and each of its signatures before and after. */
export interface SignedAgain {
  readonly name: string;
  readonly said: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Signs each file that pyHanko tests with once more; none where they are not on this computer. */
export async function signOnTop(by: {
  readonly table: SigningTable;
  readonly holder: Holder;
}): Promise<readonly SignedAgain[]> {
  const folder = join(corpora, 'pdf-signed/pyhanko');
  if (!existsSync(folder)) return [];
  const found: SignedAgain[] = [];
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.pdf'))) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const before = await standings(bytes);
    try {
      const after = await standings(await seal(bytes, by));
      const said = after.at(-1)?.startsWith('seal ') === true ? 'signed' : 'lost';
      found.push({ name, said, before, after: after.slice(0, -1) });
    } catch (thrown) {
      const said = faultCode(thrown) ?? `threw ${String(thrown)}`;
      found.push({ name, said, before, after: before });
    }
  }
  return found;
}

/** What later revisions are to each signature: it does not say whose it is or whether it holds. */
async function standings(bytes: Uint8Array): Promise<string[]> {
  try {
    const file = await readPdf(bytes, nodeEngine);
    const signatures = readSignatures(file);
    const changes = await judgeChanges(file, signatures, nodeEngine);
    return signatures.map(({ field }, at) => {
      const isBroken = changes[at]?.is === 'forbidden';
      return `${field} ${isBroken ? 'broken' : 'stands'}`;
    });
  } catch (thrown) {
    return [faultCode(thrown) ?? String(thrown)];
  }
}

async function ownFlaws(bytes: Uint8Array, table: SigningTable): Promise<string[]> {
  const judging = { name: 'signed.pdf', bytes, trust: table.trust(), at: table.now } as const;
  const { signatures } = await verify({ ...judging, profile: 'etsi' }, nodeEngine);
  return ['seal', 'second'].flatMap((name) => {
    const own = signatures.find(({ field }) => field === name);
    return own?.is === 'valid' && own.level === 'B-T' ? [] : [`own verifier: ${name} ${own?.is}`];
  });
}

function foreignFlaws(path: string): string[] {
  const { valid, whole } = pdfsigSays(path);
  return valid === 2 && whole === 1 ? [] : [`pdfsig: ${valid} valid, ${whole} whole`];
}

/** As good as before for qpdf, and as many pages. */
function readFlaws(before: Viewed, after: Viewed): string[] {
  const isWorse = after.qpdf !== 0 && (before.qpdf === 0 || after.warnings > before.warnings);
  const isOther = before.pages.length !== after.pages.length;
  return [
    ...(isWorse ? [`qpdf: ${before.qpdf} then ${after.qpdf}`] : []),
    ...(isOther ? ['poppler: other pages'] : []),
  ];
}

function isSteady(one: Viewed, other: Viewed): boolean {
  return one.pages.every((page, at) => {
    const again = other.pages[at];
    return again !== undefined && differingBox(page, again) === undefined;
  });
}

/** Not a pixel differs outside one place of the seal's size. */
function shownFlaws(before: Viewed, after: Viewed): string[] {
  const flaws: string[] = [];
  const { width, height } = sealPoints;
  before.pages.forEach((was, at) => {
    const is = after.pages[at];
    const box = is === undefined ? undefined : differingBox(was, is);
    if (box === undefined) return;
    // A page may be turned, so either side may be the long one.
    const fits = [
      [width, height],
      [height, width],
    ].some(([w = 0, h = 0]) => box.width <= pixelsMax(w) && box.height <= pixelsMax(h));
    if (at > 0 || !fits) flaws.push(`poppler: page ${at + 1} differs ${box.width}x${box.height}`);
  });
  return flaws;
}
