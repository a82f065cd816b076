/**
 * The packages of @signpdf sign each file of a list by their documented calls, with the placeholder
 * that is asked for; one line for each: CPU milliseconds. They stand in a folder of their own.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is started for each list. */
export const signpdfProgram = fileURLToPath(import.meta.url);

/** What npm brings. */
export const signpdfPackages = [
  '@signpdf/signpdf@3.3.0',
  '@signpdf/signer-p12@3.3.0',
  '@signpdf/placeholder-plain@3.3.0',
  '@signpdf/placeholder-pdf-lib@3.3.0',
  'pdf-lib@1.17.1',
  'node-forge@1.4.0',
];

const told = { reason: 'bench', contactInfo: 'bench', name: 'bench', location: 'bench' };

async function signAll(words: readonly string[]): Promise<void> {
  const [pkcs12 = '', names = '', out = '', seconds = '', folder = '', way = ''] = words;
  const bring = createRequire(join(folder, 'package.json'));
  const { SignPdf } = bring('@signpdf/signpdf');
  const { P12Signer } = bring('@signpdf/signer-p12');
  const { plainAddPlaceholder } = bring('@signpdf/placeholder-plain');
  const { pdflibAddPlaceholder } = bring('@signpdf/placeholder-pdf-lib');
  const { PDFDocument } = bring('pdf-lib');
  const prepared = async (bytes: Buffer): Promise<Buffer> => {
    if (way === 'plain') return plainAddPlaceholder({ pdfBuffer: bytes, ...told });
    const pdfDoc = await PDFDocument.load(bytes);
    pdflibAddPlaceholder({ pdfDoc, ...told });
    return Buffer.from(await pdfDoc.save());
  };
  const key = readFileSync(pkcs12);
  const until = performance.now() + 1_000 * Number(seconds);
  for (const name of readFileSync(names, 'utf8').split('\n').filter(Boolean)) {
    const began = process.cpuUsage();
    // A signer of theirs signs once.
    const signer = new P12Signer(key, { passphrase: 'bench' });
    writeFileSync(out, await new SignPdf().sign(await prepared(readFileSync(name)), signer));
    const { user, system } = process.cpuUsage(began);
    console.log((user + system) / 1_000);
    if (performance.now() > until) break;
  }
  console.log(`VmHWM: ${process.resourceUsage().maxRSS} kB`);
}

if (process.argv[1] === signpdfProgram) await signAll(process.argv.slice(2));
