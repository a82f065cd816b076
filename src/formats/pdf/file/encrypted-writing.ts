/**
 * Encrypts what is appended to an encrypted file (ISO 32000-2 §7.6.3, algorithms 1 and 1.A):
 * AES-128 and AES-256 as the file has them. RC4 and the hash of revision 5 are read, never written.
 *
 * Initialisation vectors are not drawn by chance: each is a nonce under the same key (NIST SP
 * 800-38A appendix C), made of where the revision begins, the object and the place in it. So the
 * same signature prepared twice is the same bytes.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import { encryptCbc } from './aes.ts';
import { type CipherName, type FileCipher, objectKey } from './encryption.ts';
import {
  numberOf,
  type PdfDict,
  type PdfRef,
  type PdfStream,
  type PdfValue,
  withEntries,
} from './value.ts';

const blockBytes = 16;
const changeable = 1 << 3; // bit 4: the document may be changed
const annotatable = 1 << 5; // bit 6: with bit 4, fields may be made
const fillable = 1 << 8; // bit 9: fields that are there may be filled in, signature fields too

/** The cipher itself; refuses with pdf.encrypted_weak what is not written any more. */
export function writable(cipher: FileCipher): FileCipher {
  const names: readonly CipherName[] = [cipher.strings, cipher.streams];
  const isPlain = names.every((name) => name === 'identity');
  if (!isPlain && (names.includes('rc4') || (cipher.revision !== 4 && cipher.revision !== 6))) {
    throw new Fault('pdf.encrypted_weak', { revision: cipher.revision });
  }
  return cipher;
}

/** Refuses with pdf.encrypted_forbids what the owner reserved (ISO 32000-2 table 22). */
export function requireAllowed(
  cipher: FileCipher | undefined,
  wish: 'new field' | 'filled field',
): void {
  if (cipher === undefined) return;
  const has = (bit: number): boolean => (cipher.permissions & bit) !== 0;
  const isAllowed =
    wish === 'new field' ? has(changeable) && has(annotatable) : has(fillable) || has(annotatable);
  if (!isAllowed) throw new Fault('pdf.encrypted_forbids', { wish });
}

/** Encrypts the objects of one revision, which begins at `offset`. */
export class RevisionCipher {
  readonly #cipher: FileCipher;
  readonly #offset: number;
  /** How many vectors each object has used: none is used twice. */
  readonly #used = new Map<number, number>();

  constructor(cipher: FileCipher, offset: number) {
    this.#cipher = cipher;
    this.#offset = offset;
  }

  /** The value as it is written in that object; /Contents of a signature is left to its writer. */
  seal(ref: PdfRef, value: PdfValue): PdfValue {
    if (value.kind === 'string') {
      return { ...value, hex: true, bytes: this.#sealed(ref, this.#cipher.strings, value.bytes) };
    }
    if (value.kind === 'array') {
      return { kind: 'array', items: value.items.map((item) => this.seal(ref, item)) };
    }
    if (value.kind === 'dict') return this.#dict(ref, value);
    return value.kind === 'stream' ? this.#stream(ref, value) : value;
  }

  #dict(ref: PdfRef, { entries }: PdfDict): PdfDict {
    const sealed = [...entries].map(([key, item]) => [key, this.seal(ref, item)] as const);
    return { kind: 'dict', entries: new Map(sealed) };
  }

  #stream(ref: PdfRef, { dict, raw }: PdfStream): PdfStream {
    const sealed = this.#sealed(ref, this.#cipher.streams, raw);
    const length = { Length: numberOf(sealed.length) };
    return { kind: 'stream', dict: withEntries(this.#dict(ref, dict), length), raw: sealed };
  }

  #sealed(ref: PdfRef, name: CipherName, bytes: Uint8Array): Uint8Array {
    if (name === 'identity') return bytes;
    const key = objectKey({ key: this.#cipher.key, name }, ref);
    const filled = blockBytes - (bytes.length % blockBytes);
    const vector = encryptCbc(key, new Uint8Array(blockBytes), this.#nonce(ref));
    const padded = concat(bytes, new Uint8Array(filled).fill(filled));
    return concat(vector, encryptCbc(key, vector, padded));
  }

  #nonce({ number }: PdfRef): Uint8Array {
    const place = this.#used.get(number) ?? 0;
    this.#used.set(number, place + 1);
    const nonce = new Uint8Array(blockBytes);
    const view = new DataView(nonce.buffer);
    view.setUint32(4, this.#offset);
    view.setUint32(8, number);
    view.setUint32(12, place);
    return nonce;
  }
}
