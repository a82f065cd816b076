/**
 * Undoes the filters of streams (ISO 32000-1 §7.4): Flate and LZW with their predictors, ASCIIHex,
 * ASCII85, RunLength. Filters of images are refused: nothing here looks at pictures.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { ascii85, asciiHex, lzw, runLength } from './decoders.ts';
import { filtersMax, inflatedBytesMax, type Work, within } from './limits.ts';
import { unpredict } from './predictors.ts';
import { isName, type PdfDict, type PdfStream, type PdfValue, pdfNull } from './value.ts';

type Resolve = (value: PdfValue | undefined) => PdfValue;

/** The plain bytes of a stream. `resolve` finds filters that stand elsewhere, if it is given. */
export async function decodeStream(
  stream: PdfStream,
  parts: { readonly engine: Engine; readonly work?: Work },
  resolve: Resolve = (value) => value ?? pdfNull,
): Promise<Uint8Array> {
  const { entries } = stream.dict;
  const filters = listed(resolve(entries.get('Filter') ?? entries.get('F')), resolve);
  const parms = listed(resolve(entries.get('DecodeParms') ?? entries.get('DP')), resolve);
  within(filters.length, filtersMax, 'filtersMax');
  let bytes = stream.deciphered?.() ?? stream.raw;
  for (const [place, filter] of filters.entries()) {
    const given = parms[place];
    const dict = given?.kind === 'dict' ? given : undefined;
    bytes = await undo(filter, dict, { bytes, engine: parts.engine });
    within(bytes.length, inflatedBytesMax, 'inflatedBytesMax');
    parts.work?.inflated(bytes.length);
  }
  return bytes;
}

function listed(value: PdfValue, resolve: Resolve): readonly PdfValue[] {
  if (value.kind === 'null') return [];
  return value.kind === 'array' ? value.items.map((item) => resolve(item)) : [value];
}

async function undo(
  filter: PdfValue,
  parms: PdfDict | undefined,
  { bytes, engine }: { bytes: Uint8Array; engine: Engine },
): Promise<Uint8Array> {
  const named = (long: string, short: string): boolean =>
    isName(filter, long) || isName(filter, short);
  if (named('FlateDecode', 'Fl')) return unpredict(await inflate(bytes, engine), parms);
  if (named('LZWDecode', 'LZW')) return unpredict(lzw(bytes, parms), parms);
  if (named('ASCIIHexDecode', 'AHx')) return asciiHex(bytes);
  if (named('ASCII85Decode', 'A85')) return ascii85(bytes);
  if (named('RunLengthDecode', 'RL')) return runLength(bytes);
  if (named('Crypt', 'Crypt')) return bytes; // The cipher was undone with the file's own.
  throw new Fault('pdf.filter_unsupported');
}

async function inflate(raw: Uint8Array, engine: Engine): Promise<Uint8Array> {
  try {
    return await engine.inflate(raw, inflatedBytesMax);
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'crypto.inflate_limit') {
      within(Number.POSITIVE_INFINITY, inflatedBytesMax, 'inflatedBytesMax');
    }
    throw new Fault('pdf.stream_malformed', { in: 'FlateDecode' }, { cause });
  }
}
