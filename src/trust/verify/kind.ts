/**
 * What a file is, by what it holds and not by what it is called; a name helps only where the first
 * bytes are damaged, for then the damage is named better.
 */
import { fromBase64, fromHex, fromLatin1, indexOf, latin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import { cmsOid, signedDataIfReadable } from '#formats/cms';
import { tag } from '#formats/der';
import { readEvidenceRecord } from '#formats/ers';
import { readSeal, readSealSignature } from '#formats/ses';
import { readTimestamp } from '#formats/tsp';
import { parseCrl, readCertificate } from '#formats/x509';
import type { FileKind } from './report/report.ts';

/** A file with its armour taken off. */
export interface Recognised {
  readonly kind: FileKind;
  readonly bytes: Uint8Array;
}

/** ISO 32000-2 §7.5.2 note: viewers look for the header in the first 1024 bytes. */
const headerBytesMax = 1024;
const pdfMark = fromLatin1('%PDF-');
const zipMark = fromLatin1('PK');
const ofdRoot = fromLatin1('OFD.xml');
const localHeader = fromHex('504b0304');
const localHeaderBytes = 30;
const enumeratedTag = 0x0a;
const objectTag = 0x06;
const armour = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/;
const armourMark = fromLatin1('-----BEGIN ');
/** Some programs print what they armour before the armour itself. */
const preambleBytesMax = 64 * 1024;

export function recognise({ name, bytes }: { name: string; bytes: Uint8Array }): Recognised {
  const bare = withoutArmour(bytes);
  return { kind: kindOf(name, bare), bytes: bare };
}

function kindOf(name: string, bytes: Uint8Array): FileKind {
  if (indexOf(bytes.subarray(0, 2), zipMark) === 0) return holdsOfd(bytes) ? 'ofd' : 'package';
  if (indexOf(bytes.subarray(0, headerBytesMax), pdfMark) >= 0) return 'pdf';
  if (name.endsWith('.zip')) return 'package';
  if (name.endsWith('.pdf')) return 'pdf';
  if (bytes[0] === tag.sequence) return derKind(bytes);
  const head = latin1(bytes.subarray(0, headerBytesMax));
  if (head.startsWith('c2sp.org/tlog-proof@')) return 'proof';
  if (head.startsWith('{"format":"fubie/misbehaviour/')) return 'misbehaviour';
  if (head.startsWith('{"account":[')) return 'anchor';
  // A signed note: text, an empty line, signature lines that begin with an em dash (UTF-8).
  return indexOf(bytes, fromHex('0a0ae28094')) > 0 ? 'checkpoint' : 'unknown';
}

/** GB/T 33190 §7.1: the package's entry is named OFD.xml and stands at its root. */
function holdsOfd(bytes: Uint8Array): boolean {
  for (let at = indexOf(bytes, ofdRoot); at >= 0; at = indexOf(bytes, ofdRoot, at + 1)) {
    const start = at - localHeaderBytes;
    const isName = start >= 0 && indexOf(bytes.subarray(start, start + 4), localHeader) === 0;
    if (isName && bytes[start + 26] === ofdRoot.length && bytes[start + 27] === 0) return true;
  }
  return false;
}

/** By the first member of the outermost SEQUENCE, then by reading. */
function derKind(bytes: Uint8Array): FileKind {
  const first = bytes[headerBytes(bytes)];
  if (first === enumeratedTag) return 'ocsp';
  if (first === objectTag) {
    const message = signedDataIfReadable(bytes);
    return message?.contentType === cmsOid.timestampInfo ? 'stamp' : 'cms';
  }
  if (isReadable(() => readSealSignature(bytes)) || isReadable(() => readSeal(bytes)))
    return 'seal';
  if (isReadable(() => readCertificate(bytes))) return 'certificate';
  if (isReadable(() => parseCrl(bytes))) return 'crl';
  if (isReadable(() => readEvidenceRecord(bytes))) return 'evidence-record';
  return isReadable(() => readTimestamp(bytes)) ? 'stamp' : 'unknown';
}

/** Tag and length octets (X.690 §8.1.3). */
function headerBytes(bytes: Uint8Array): number {
  const length = bytes[1] ?? 0;
  return length > 0x80 ? 2 + (length & 0x7f) : 2;
}

function withoutArmour(bytes: Uint8Array): Uint8Array {
  const at = indexOf(bytes.subarray(0, preambleBytesMax), armourMark);
  const isText = bytes.subarray(0, Math.max(at, 0)).every((byte) => byte >= 0x09 && byte < 0x7f);
  if (at < 0 || !isText) return bytes;
  const body = armour.exec(latin1(bytes))?.[2];
  if (body === undefined) return bytes;
  try {
    return fromBase64(body.replaceAll(/\s/g, ''));
  } catch (thrown) {
    if (thrown instanceof Fault) return bytes;
    throw thrown;
  }
}

function isReadable(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}
