/**
 * Where the hostile tests put a finger on a file: anywhere, and aimed at the bytes that other
 * formats leave free: /Contents and its padding, unsigned attributes, ZIP headers.
 */
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, indexOf, toHex } from '#base/bytes';
import type { Random } from '#base/random';
import { openZip } from '#formats/bundle';
import { parseSignedData } from '#formats/cms';
import { openPdf, readSignatures } from '#formats/pdf';

export interface Flip {
  readonly at: number;
  /** What the byte is xor-ed with; never 0. */
  readonly mask: number;
  readonly where: string;
}

/** A stretch of a file, from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly where: string;
}

/** The bit that turns `a` into `A`: in hex digits and names it changes the spelling alone. */
const caseBit = 0x20;

export function flipsIn(spans: readonly Span[], count: number, random: Random): Flip[] {
  const flips = new Map<number, Flip>();
  while (flips.size < count) {
    const span = spans[flips.size % spans.length];
    if (span === undefined) throw new Error('nowhere to flip');
    const at = span.from + below(random, span.to - span.from);
    const kind = below(random, 3);
    const mask = [1 << below(random, 8), 1 + below(random, 255), caseBit][kind] ?? 1;
    flips.set(at, { at, mask, where: span.where });
  }
  return [...flips.values()];
}

export function flipped(bytes: Uint8Array, { at, mask }: Flip): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

/** A whole number from 0 up to, not including, `end`. */
export function below(random: Random, end: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
  return (a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d) % end;
}

/**
 * Of each signature: its CMS, its stamp (the one unsigned attribute), its padding and brackets; of
 * a stamp over the document: the token and the same.
 */
export async function signatureSpans(pdf: Uint8Array, name: string): Promise<Span[]> {
  const spans: Span[] = [];
  for (const one of readSignatures(await openPdf(pdf, nodeEngine))) {
    const { field, kind, byteRange, contents } = one;
    const [, from, to] = byteRange;
    const end = from + 1 + 2 * contents.length;
    const ends = [
      { from: from + 1, to: end, where: `${name} /Contents of ${field}` },
      { from: end, to, where: `${name} padding of ${field}` },
    ];
    spans.push(...ends);
    if (kind === 'timestamp') continue;
    const token = parseSignedData(contents).signer.timestampToken ?? new Uint8Array();
    const at = indexOf(pdf, fromLatin1(toHex(token)), from);
    spans.push({ from: at, to: at + 2 * token.length, where: `${name} stamp of ${field}` });
  }
  return spans;
}

/** Every byte of a package that is no file's content: local and central headers, the end record. */
export function headerSpans(zip: Uint8Array): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const { name, bytes } of openZip(zip).files) {
    const at = bytes.byteOffset - zip.byteOffset;
    spans.push({ from, to: at, where: `local header of ${name}` });
    from = at + bytes.length;
  }
  return [...spans, { from, to: zip.length, where: 'central directory' }];
}

/** The signatures' bytes of every document, as they lie in the package. */
export async function signatureSpansInside(zip: Uint8Array): Promise<Span[]> {
  const spans: Span[] = [];
  for (const { name, bytes } of openZip(zip).files) {
    if (!name.endsWith('.pdf')) continue;
    const start = bytes.byteOffset - zip.byteOffset;
    for (const { from, to, where } of await signatureSpans(bytes, name)) {
      spans.push({ from: from + start, to: to + start, where });
    }
  }
  return spans;
}

/** The file whose content holds the byte; undefined for a byte of the container. */
export function fileAt(zip: Uint8Array, at: number): string | undefined {
  return openZip(zip).files.find(({ bytes }) => {
    const start = bytes.byteOffset - zip.byteOffset;
    return at >= start && at < start + bytes.length;
  })?.name;
}
