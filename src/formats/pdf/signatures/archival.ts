/**
 * Whether a file says of itself that it is PDF/A: the schema `pdfaid` in the metadata of its
 * catalogue (ISO 19005-3 §6.6.4). What it says is not checked; it is what must not become untrue.
 */
import { indexOf, utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';

const claim = utf8('pdfaid:part');

export async function claimsArchival(file: PdfFile, engine: Engine): Promise<boolean> {
  const metadata = file.resolve(file.catalog().entries.get('Metadata'));
  if (metadata.kind !== 'stream') return false;
  return indexOf(await decodeStream(metadata, { engine }), claim) >= 0;
}
