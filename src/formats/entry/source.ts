/**
 * What the system that deposits a record signs: the record itself, not the request that carries it.
 *
 * A signature over a request ends with the request; this one stands in the record for as long as
 * the record does, so that a stranger can tell what the source said from what the house wrote. It
 * is a salted disclosure like every value, for a signature over a guessable text would let anybody
 * who has the public key try his guesses.
 */
import { utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';

const domainLine = 'fubie/deposit/v1\n';

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

/** What the source's key signs. */
export function sourceMessage({ deposit, item, schema, fields }: SourceRecord): Uint8Array {
  return utf8(domainLine + canonical({ deposit, fields, item, schema, v: 1 }));
}
