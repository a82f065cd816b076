/**
 * The two ways into a file: strictly, for what this house writes and signs, and as a viewer, for
 * whatever is to be judged.
 */
import { fromLatin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { writable } from './encrypted-writing.ts';
import { type FileCipher, fileCipher } from './encryption.ts';
import { type FileParts, PdfFile } from './file.ts';
import { headerBytesMax, pdfBytesMax, Work, within } from './limits.ts';
import { lostObjects, repairedFile } from './repair.ts';
import { findWord } from './scan.ts';
import type { Loans } from './shelf.ts';
import { isName, type PdfDict, pdfNull } from './value.ts';
import { type Reading, readXrefChain, strictReading, type XrefSection } from './xref.ts';

const headerMark = fromLatin1('%PDF-');

/**
 * Reads a file strictly. Refuses with a `pdf.*` Fault; never throws anything else for bad bytes.
 * Encrypted files are refused, and so is every file that viewers would have to forgive something.
 *
 * `loans` are those of another state of the file: one of the two is the beginning of the other.
 */
export async function openPdf(bytes: Uint8Array, engine: Engine, loans?: Loans): Promise<PdfFile> {
  return openStrictly(bytes, { engine, ...(loans && { loans }), cipherOf: noCipher });
}

/**
 * As openPdf, for anybody's file that is to be signed: one that is encrypted under an empty
 * password is opened too. Refuses `pdf.encrypted_…` where the key is not to be had, and where it
 * could be read and not be written: pdf.encrypted_weak.
 */
export async function openToSign(bytes: Uint8Array, engine: Engine): Promise<PdfFile> {
  return openStrictly(bytes, { engine, cipherOf: writableCipher });
}

interface StrictManner {
  readonly engine: Engine;
  readonly loans?: Loans;
  /** Asked where a trailer says that the file is encrypted. */
  readonly cipherOf: (parts: FileParts) => Promise<FileCipher | undefined>;
}

async function openStrictly(
  bytes: Uint8Array,
  { engine, cipherOf: ask, ...lent }: StrictManner,
): Promise<PdfFile> {
  within(bytes.length, pdfBytesMax, 'pdfBytesMax');
  if (findWord(bytes.subarray(0, 8), headerMark, 0) !== 0) throw new Fault('pdf.header_missing');
  const reading = strictReading(bytes, engine);
  const parts = { ...lent, reading, sections: await readXrefChain(reading) };
  const isStated = parts.sections.some(({ trailer }) => trailer.entries.has('Encrypt'));
  const cipher = isStated ? await ask(parts) : undefined;
  const file = new PdfFile(cipher === undefined ? parts : { ...parts, cipher });
  await file.unpack();
  if (file.catalog().entries.get('Pages') === undefined) {
    throw new Fault('pdf.trailer_malformed', { why: 'catalog' });
  }
  return file;
}

async function noCipher(): Promise<never> {
  throw new Fault('pdf.encrypted');
}

async function writableCipher(parts: FileParts): Promise<FileCipher | undefined> {
  const [newest] = parts.sections;
  // What is appended takes over the newest trailer, and would leave it out too.
  const isStated = newest?.trailer.entries.has('Encrypt') === true;
  if (!isStated) throw new Fault('pdf.trailer_malformed', { why: 'encrypt' });
  const cipher = await cipherOf(parts);
  return cipher === undefined ? undefined : writable(cipher);
}

/**
 * Reads a file as viewers do; `facts` says what had to be forgiven. Refuses with a `pdf.*` Fault:
 * `pdf.limit`, `pdf.encrypted_…` where the key is not to be had, `pdf.unreadable` where there is
 * no document.
 */
export async function readPdf(bytes: Uint8Array, engine: Engine): Promise<PdfFile> {
  return readCounted(bytes, engine, new Work());
}

/** As readPdf, counted on the work of the file that these bytes are a part of. */
export async function readCounted(bytes: Uint8Array, engine: Engine, work: Work): Promise<PdfFile> {
  within(bytes.length, pdfBytesMax, 'pdfBytesMax');
  const header = findWord(bytes.subarray(0, headerBytesMax), headerMark, 0);
  const shifts = header > 0 ? [0, header] : [0];
  for (const shift of shifts) {
    const reading: Reading = { bytes, engine, work, loose: true, shift };
    const file = await chained(reading).catch(unlessFinal);
    if (file !== undefined) return file;
  }
  const reading: Reading = { bytes, engine, work, loose: true, shift: 0 };
  return repairedFile(reading, async (sections) => {
    const file = await opened({ reading, sections, repaired: true });
    if (file.dict(file.trailer.entries.get('Root')) === undefined) {
      throw new Fault('pdf.unreadable', { why: 'catalogue' });
    }
    return file;
  });
}

/** The file by its own cross-references, if they lead to a catalogue with pages. */
async function chained(reading: Reading): Promise<PdfFile> {
  const sections = await readXrefChain(reading);
  const lost = lostObjects(reading);
  const file = await opened({ reading, sections, lost });
  const catalog = file.catalog();
  const isWhole = catalog.entries.has('Pages') && !file.facts.oddities.has('object_misplaced');
  if (!isWhole || file.dict(catalog.entries.get('Pages')) === undefined) {
    throw new Fault('pdf.trailer_malformed', { why: 'catalog' });
  }
  return file;
}

function unlessFinal(thrown: unknown): undefined {
  if (!(thrown instanceof Fault) || finalCodes.has(thrown.code)) throw thrown;
  return undefined;
}

const finalCodes = new Set([
  'pdf.limit',
  'pdf.unreadable',
  'pdf.encrypted_password',
  'pdf.encrypted_recipient',
  'pdf.encrypted_unsupported',
]);

async function opened(parts: FileParts): Promise<PdfFile> {
  const cipher = await cipherOf(parts);
  const file = new PdfFile(cipher === undefined ? parts : { ...parts, cipher });
  await file.unpack();
  if (parts.reading.shift > 0) file.facts.oddities.add('header_shifted');
  return file;
}

async function cipherOf(parts: FileParts): Promise<FileCipher | undefined> {
  if (!parts.sections.some(isSealed)) return undefined;
  const plain = new PdfFile(parts);
  const dict = encryptionOf(plain, parts.sections);
  if (dict === undefined) return undefined;
  const [first] = plain.list(plain.trailer.entries.get('ID'));
  const id = plain.resolve(first);
  return fileCipher(
    dict,
    {
      id: id.kind === 'string' ? id.bytes : new Uint8Array(),
      resolve: (value) => plain.resolve(value),
    },
    parts.reading.engine,
  );
}

/** A member that is null is none (ISO 32000-1 §7.3.7). */
function isSealed({ trailer }: XrefSection): boolean {
  return (trailer.entries.get('Encrypt') ?? pdfNull).kind !== 'null';
}

/** A later trailer that leaves /Encrypt out does not decrypt what stands before it. */
function encryptionOf(file: PdfFile, sections: readonly XrefSection[]): PdfDict | undefined {
  const stated = sections.find(isSealed);
  const older = stated === undefined ? [] : sections.slice(sections.indexOf(stated) + 1);
  // A file is encrypted as a whole (§7.6.1): one that was laid out open and is "encrypted" by what
  // was appended is open. A linearised file names its root in the newer section alone (annex F).
  if (older.some((one) => one.trailer.entries.has('Root') && !isSealed(one))) {
    throw new Fault('pdf.unreadable', { why: 'encrypt' });
  }
  const dict = file.dict(stated?.trailer.entries.get('Encrypt') ?? pdfNull);
  if (stated !== undefined && dict === undefined) throw new Fault('pdf.encrypted_unsupported');
  return dict === undefined || isName(dict.entries.get('Filter'), 'None') ? undefined : dict;
}
