/**
 * A foreign file's own root and claimed time, taken out of the file: how the corpus is scored.
 *
 * The root is a self-signed certificate of the messages, else the topmost certificate, else the
 * signer's; so every honest file has an anchor and nothing else is trusted.
 */
import { readdirSync, readFileSync } from 'node:fs';

import { nodeEngine } from '#adapters/engine';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type PdfSignature, readPdf, readSignatures } from '#formats/pdf';
import { type Certificate, nameKey, readCertificate } from '#formats/x509';
import { type Report, verify } from './index.ts';
import { bagOf } from './input/bag.ts';
import { openMessage } from './input/opened.ts';
import { pdfTime } from './input/pdf-time.ts';
import { Findings } from './report/findings.ts';

export const corpusFolder = '../shared/corpus';

/** The files of a folder of the corpus; undefined where the corpus is absent. */
export function corpusFiles(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(`${corpusFolder}/${folder}`).toSorted();
  } catch {
    return undefined;
  }
}

/** Judges one PDF, or its first `end` bytes, with its own roots as of its claimed time. */
export async function judgedByItself(folder: string, name: string, end?: number): Promise<Report> {
  const bytes = new Uint8Array(readFileSync(`${corpusFolder}/${folder}/${name}`)).subarray(0, end);
  const { roots, at } = await selfOf(bytes);
  const trust = new Map(roots.map((der, index) => [`root-${index}.der`, der]));
  return verify({ name, bytes, trust, ...(at === undefined ? {} : { at }) }, nodeEngine);
}

/** The roots that stand in a file, and the latest time that it claims. */
export async function selfOf(
  bytes: Uint8Array,
): Promise<{ roots: readonly Uint8Array[]; at: Instant | undefined }> {
  const signatures = await signaturesOf(bytes);
  const messages = signatures.flatMap(({ contents }) => {
    const opened = new Findings().tried({ code: 'cms_malformed', part: '' }, () =>
      openMessage(contents, '', new Findings()),
    );
    return opened === undefined ? [] : [opened];
  });
  const ders = [
    ...messages.flatMap((message) => bagOf(message).certificates),
    ...signatures.flatMap(({ certificates }) => certificates),
  ];
  const times = [
    ...messages.flatMap(({ signers }) => signers.flatMap(({ signer }) => signer.signingTime ?? [])),
    ...signatures.flatMap(({ claimedTime }) => pdfTime(claimedTime) ?? []),
  ];
  const roots = topmost(ders.map((der) => readCertificate(der)));
  return { roots: roots.map(({ der }) => der), at: times.toSorted((a, b) => b - a)[0] };
}

async function signaturesOf(bytes: Uint8Array): Promise<readonly PdfSignature[]> {
  try {
    return readSignatures(await readPdf(bytes, nodeEngine));
  } catch (thrown) {
    if (thrown instanceof Fault) return [];
    throw thrown;
  }
}

/** The roots of the bag, or what stands highest in it. */
function topmost(certificates: readonly Certificate[]): readonly Certificate[] {
  const roots = certificates.filter(({ subject, issuer }) => nameKey(subject) === nameKey(issuer));
  if (roots.length > 0) return roots;
  return certificates.filter(
    ({ issuer }) => !certificates.some(({ subject }) => nameKey(subject) === nameKey(issuer)),
  );
}
