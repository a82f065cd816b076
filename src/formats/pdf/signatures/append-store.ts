/**
 * Appends a document security store (ISO 32000-2 §12.8.4.3, ETSI EN 319 142-1 §5.4.2): what is
 * needed to judge the signatures of a file when nobody is left to ask.
 *
 * The store only grows: what an earlier revision kept stays where it is, and the same bytes are
 * kept once. An entry below /VRI is written once, for the signature it belongs to.
 */
import { fromHex, latin1, toHex } from '#base/bytes';
import { checkTail } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import { Increment } from '../file/increment.ts';
import {
  arrayOf,
  dictOf,
  nameOf,
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfValue,
  withEntries,
} from '../file/value.ts';
import type { SecurityStore } from './security-store.ts';
import type { PdfSignature } from './signatures.ts';

/** The proofs of one signature or document time stamp. */
export interface RelatedProofs extends SecurityStore {
  readonly signature: PdfSignature;
}

const kinds = [
  { member: 'certificates', list: 'Certs', related: 'Cert' },
  { member: 'crls', list: 'CRLs', related: 'CRL' },
  { member: 'ocsps', list: 'OCSPs', related: 'OCSP' },
] as const;

/** The file with one more revision; its own bytes where it holds all that already. */
export async function appendSecurityStore(
  file: PdfFile,
  proofs: readonly RelatedProofs[],
): Promise<Uint8Array> {
  checkTail(file);
  const increment = new Increment(file);
  const catalog = file.catalog();
  const held = catalog.entries.get('DSS');
  let store = file.dict(held) ?? dictOf({ Type: nameOf('DSS') });
  const relatedHeld = store.entries.get('VRI');
  let related = file.dict(relatedHeld) ?? dictOf({});
  const entries = new Map<string, PdfDict>();
  for (const { signature } of proofs) {
    const key = await relatedKey(file, signature);
    if (!related.entries.has(key)) entries.set(key, dictOf({ Type: nameOf('VRI') }));
  }
  let isGrown = entries.size > 0;
  for (const { member, list, related: own } of kinds) {
    const shelf = await Shelf.open(file, increment, store.entries.get(list));
    for (const proof of proofs) {
      const refs = proof[member].map((der) => shelf.refOf(der));
      const key = await relatedKey(file, proof.signature);
      const entry = entries.get(key);
      if (entry === undefined || refs.length === 0) continue;
      entries.set(key, withEntries(entry, { [own]: arrayOf(refs) }));
    }
    if (!shelf.isGrown) continue;
    isGrown = true;
    store = withEntries(store, { [list]: shelf.close() });
  }
  if (!isGrown) return file.bytes;
  // Objects of their own: pyHanko compares what stands directly in an enciphered dictionary by its
  // reader's own object, and would call the entries of earlier stores changed.
  for (const [key, entry] of entries) {
    const own = increment.allocate();
    increment.put(own, entry);
    related = withEntries(related, { [key]: own });
  }
  store = withEntries(store, { VRI: put(increment, relatedHeld, related) });
  if (held?.kind === 'ref') increment.put(held, store);
  else {
    // An object of its own: the next renewal changes it and leaves the catalogue alone.
    const own = increment.allocate();
    increment.put(own, store);
    increment.put(file.rootRef(), withEntries(catalog, { DSS: own }));
  }
  return increment.build().bytes;
}

/**
 * §5.4.2.3: the SHA-1 of the whole contents string, its padding included, in capitals. It is a
 * name and proves nothing.
 */
async function relatedKey(file: PdfFile, { byteRange }: PdfSignature): Promise<string> {
  const [, first, second] = byteRange;
  const contents = fromHex(latin1(file.bytes.subarray(first + 1, second - 1)).toLowerCase());
  return toHex(await file.reading.engine.digest('sha1', contents)).toUpperCase();
}

function put(increment: Increment, held: PdfValue | undefined, value: PdfValue): PdfValue {
  if (held?.kind !== 'ref') return value;
  increment.put(held, value);
  return held;
}

/** One list of the store: what it holds already is found again by its bytes. */
class Shelf {
  isGrown = false;
  readonly #increment: Increment;
  readonly #held: PdfValue | undefined;
  readonly #items: PdfValue[];
  readonly #known: Map<string, PdfValue>;

  private constructor(increment: Increment, held: PdfValue | undefined, items: Kept[]) {
    this.#increment = increment;
    this.#held = held;
    this.#items = items.map(({ value }) => value);
    this.#known = new Map(items.map(({ name, value }) => [name, value]));
  }

  static async open(
    file: PdfFile,
    increment: Increment,
    held: PdfValue | undefined,
  ): Promise<Shelf> {
    const items: Kept[] = [];
    for (const value of file.list(held)) {
      const found = file.resolve(value);
      const bytes =
        found.kind === 'stream'
          ? await decodeStream(found, file.reading, (one) => file.resolve(one))
          : new Uint8Array();
      items.push({ name: toHex(bytes), value });
    }
    return new Shelf(increment, held, items);
  }

  refOf(der: Uint8Array): PdfValue {
    const name = toHex(der);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const ref: PdfRef = this.#increment.allocate();
    const dict = dictOf({ Length: numberOf(der.length) });
    this.#increment.put(ref, { kind: 'stream', dict, raw: der });
    this.#known.set(name, ref);
    this.#items.push(ref);
    this.isGrown = true;
    return ref;
  }

  close(): PdfValue {
    return put(this.#increment, this.#held, arrayOf(this.#items));
  }
}

interface Kept {
  readonly name: string;
  readonly value: PdfValue;
}
