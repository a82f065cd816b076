/**
 * Reads the document security store (ISO 32000-2 §12.8.4.3, ETSI EN 319 142-1 §5.4.2): the
 * certificates and revocation material that a state of the file carries.
 */
import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import type { PdfValue } from '../file/value.ts';

/** DER each, without doubles, in the order of the file. */
export interface SecurityStore {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

const proofsMax = 2_000;
const relatedMax = 256;

/** What stands in the store and below /VRI. What cannot be read is left out; never throws. */
export async function readDss(file: PdfFile): Promise<SecurityStore> {
  const store = file.dict(file.catalog().entries.get('DSS'))?.entries;
  const related = [...(file.dict(store?.get('VRI'))?.entries.values() ?? [])].slice(0, relatedMax);
  const holders = related.map((value) => file.dict(value)?.entries);
  const listed = (inStore: string, inRelated: string): PdfValue[] => [
    ...file.list(store?.get(inStore)),
    ...holders.flatMap((holder) => file.list(holder?.get(inRelated))),
  ];
  return {
    certificates: await proofsOf(file, listed('Certs', 'Cert')),
    crls: await proofsOf(file, listed('CRLs', 'CRL')),
    ocsps: await proofsOf(file, listed('OCSPs', 'OCSP')),
  };
}

async function proofsOf(file: PdfFile, values: readonly PdfValue[]): Promise<Uint8Array[]> {
  const objects = new Set<number>();
  const known = new Set<string>();
  const found: Uint8Array[] = [];
  for (const value of values.slice(0, proofsMax)) {
    if (value.kind === 'ref' && objects.has(value.number)) continue;
    if (value.kind === 'ref') objects.add(value.number);
    const bytes = await bytesOf(file, value);
    const name = toHex(bytes);
    if (bytes.length === 0 || known.has(name)) continue;
    known.add(name);
    found.push(bytes);
  }
  return found;
}

async function bytesOf(file: PdfFile, value: PdfValue): Promise<Uint8Array> {
  const found = file.resolve(value);
  if (found.kind === 'string') return found.bytes;
  if (found.kind !== 'stream') return new Uint8Array();
  try {
    return await decodeStream(found, file.reading, (one) => file.resolve(one));
  } catch (thrown) {
    if (thrown instanceof Fault) return new Uint8Array();
    throw thrown;
  }
}
