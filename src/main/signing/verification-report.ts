/**
 * The 验签报告 as a sealed PDF: judged, set from the template, signed by whoever issues it.
 *
 * The rooms that judge know no typesetter and no key; they are brought together here. The report is
 * an answer and no proof: it names the file by its digests, so that anybody can judge again.
 */
import { readFile } from 'node:fs/promises';

import { nodeEngine } from '#adapters/engine';
import { type Fonts, loadFonts, outlinesOf, Typesetter } from '#adapters/typesetting';
import { concat, fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { DocumentTemplate } from '#business/catalog';
import { type ReportOccasion, type VerifyCommand, verificationData } from '#doors/cli';
import type { Signer } from '#formats/crypto';
import { type Appearance, signerLines } from '#formats/pdf';
import { readCertificate } from '#formats/x509';
import { type Stamper, signDocument } from '#trust/signing';
import type { Report } from '#trust/verify';
import { verifierDigest } from './build-digest.ts';

/** Who issues a report, and with what it is sealed. */
export interface ReportSeal {
  readonly signer: Signer;
  /** DER of the certificate for that key. */
  readonly certificate: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly stamps?: Stamper;
}

const kind = 'verification';
const program = 'fubie verify';
const catalogFolder = new URL('../../../catalog/', import.meta.url);
const packageFile = new URL('../../../package.json', import.meta.url);

/** The sealed report on one judged file. */
export async function writeReport(
  { command, report }: { readonly command: VerifyCommand; readonly report: Report },
  seal: ReportSeal,
  clock: Clock,
): Promise<Uint8Array> {
  const issuer = readCertificate(seal.certificate).subjectCommonName ?? '';
  const fonts = loadFonts();
  const occasion = await occasionOf(command, { issuer, clock });
  const inputs = settable(verificationData(report, occasion), fonts);
  const template = await readTemplate();
  const press = new Typesetter({ templates: { template: () => template }, fonts });
  const printed = await press.print({ kind, inputs, at: occasion.at });
  const [place] = printed.slots;
  if (place === undefined) throw new Fault('catalog.typesetting_failed', { template: kind });
  const { page, rect } = place;
  const lines = [issuer, printed.title];
  const face = (size: { width: number; height: number }): Appearance =>
    signerLines({ ...size, lines, outlines: outlinesOf(fonts) });
  const { stamps, ...signing } = seal;
  const order = {
    document: printed.pdf,
    place: { is: 'new', field: 'issuer', page, rect },
  } as const;
  return signDocument(
    { ...order, ...signing, face },
    { engine: nodeEngine, clock, ...(stamps === undefined ? {} : { stamps }) },
  );
}

async function hex(hash: 'sha256' | 'sm3', bytes: Uint8Array): Promise<string> {
  return toHex(await nodeEngine.digest(hash, bytes));
}

async function occasionOf(
  { bytes, trust, at, profile, revocation }: VerifyCommand,
  { issuer, clock }: { readonly issuer: string; readonly clock: Clock },
): Promise<ReportOccasion> {
  const names = [...trust.keys()].toSorted();
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version?: string };
  return {
    issuer,
    at: clock.now(),
    file: {
      bytes: bytes.length,
      sha256: await hex('sha256', bytes),
      sm3: await hex('sm3', bytes),
    },
    asked: { at, profile, revocation },
    trust: await Promise.all(
      names.map(async (name) => {
        const held = trust.get(name) ?? new Uint8Array();
        return { name, bytes: held.length, sha256: await hex('sha256', held) };
      }),
    ),
    program: { name: program, version: version ?? '0', build: await verifierDigest() },
  };
}

/**
 * A file may bear any name, and a certificate any script: what the fonts of the house do not hold
 * is written by its number, so that a report never fails for a letter and never drops one.
 */
function settable(inputs: { readonly [name: string]: Json }, fonts: Fonts) {
  const missing = new Set(fonts.missing(JSON.stringify(inputs)));
  const clean = (value: Json): Json => {
    if (typeof value === 'string') return cleanText(value, missing);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, clean(held)]));
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, held]) => [name, clean(held)]));
}

function cleanText(text: string, missing: ReadonlySet<string>): string {
  const letters = Array.from(text, (letter) => {
    if (!missing.has(letter) && !/[\p{C}\n]/u.test(letter)) return letter;
    return `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
  });
  return letters.join('');
}

async function read(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(new URL(name, catalogFolder)));
}

async function readTemplate(): Promise<DocumentTemplate> {
  const files = await Promise.all(
    ['verification/verification.typ', 'templates/form.typ', 'verification/verification.json'].map(
      read,
    ),
  );
  const [source, form, schema] = files.map(fromUtf8);
  const stated = JSON.parse(schema ?? '{}') as Pick<
    DocumentTemplate,
    'kind' | 'title' | 'version' | 'slots' | 'fields'
  >;
  const sha256 = toHex(await nodeEngine.digest('sha256', concat(...files, utf8(kind))));
  return {
    ...stated,
    clauses: [],
    groups: { slot: { field: 'text', page: 'integer', rect: ['integer'] } },
    source: { name: 'verification.typ', text: source ?? '' },
    form: form ?? '',
    sha256,
  };
}
