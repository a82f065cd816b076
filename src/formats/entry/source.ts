/**
 * What the system that deposits a record signs: the record itself, not the request that carries it.
 *
 * A signature over a request ends with the request; this one stands in the record for as long as
 * the record does, so that a stranger can tell what the source said from what the house wrote. It
 * is a salted disclosure like every value, for a signature over a guessable text would let anybody
 * who has the public key try his guesses.
 */
import { toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';

const domainLine = 'fubie/deposit/v1\n';
const leafLine = 'fubie/deposit-leaf/v1\n';
const batchLine = 'fubie/deposit-batch/v1\n';
/** 16 bytes, base64url, in the only spelling they have. */
const blindSpelling = /^[A-Za-z0-9_-]{21}[AQgw]$/;

/** One record as its source states it. */
export interface SourceRecord {
  /** The source's own name for the case it belongs to. */
  readonly deposit: string;
  /** The source's own name for the record. */
  readonly item: string;
  /** `credit-grant@1`, or `file`. */
  readonly schema: string;
  readonly fields: { readonly [name: string]: Json };
}

/** The tree over all records of a batch, in the order of the request. */
export interface SourceBatch {
  readonly root: Uint8Array;
  readonly size: number;
}

/** What the source's key signs. */
export function sourceMessage(record: SourceRecord): Uint8Array {
  return utf8(sourceText(record));
}

function sourceText({ deposit, item, schema, fields }: SourceRecord): string {
  return domainLine + canonical({ deposit, fields, item, schema, v: 1 });
}

/**
 * The leaf of one record in the tree of its batch. Whoever holds a record is shown the hash of its
 * neighbour: without the blind he could try what stands there.
 */
export function sourceLeaf(record: SourceRecord, blind: string): Uint8Array {
  return utf8(`${leafLine}${blind}\n${sourceText(record)}`);
}

/** 128 bits that the source drew for this record and for no other. */
export function isBlind(text: string): boolean {
  return blindSpelling.test(text);
}

/** What the source's key signs once, for all records of a batch (RFC 6962 section 2.1). */
export function batchMessage({ root, size }: SourceBatch): Uint8Array {
  return utf8(batchLine + canonical({ root: toBase64(root), size, v: 1 }));
}
