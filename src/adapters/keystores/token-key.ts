/**
 * HMAC-SHA-256 (RFC 2104) for very many short messages under one key.
 *
 * Both pads are made once, each half is one call of the hash over bytes that lie ready behind its
 * pad, and the digest between them is a text of bytes, which costs half of what a Buffer does: a
 * third of what `createHmac` costs for a message of some bytes, and look-up tokens are made by the
 * million.
 */
import { createHash, hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;
const innerPad = 0x36;
const outerPad = 0x5c;
const messageBytesUsual = 256;

export class TokenKey {
  #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: Uint8Array) {
    const short = key.length > blockBytes ? createHash('sha256').update(key).digest() : key;
    this.#inner = Buffer.alloc(blockBytes + messageBytesUsual, innerPad);
    this.#outer = Buffer.alloc(blockBytes + digestBytes, outerPad);
    for (const [at, byte] of short.entries()) {
      this.#inner[at] = byte ^ innerPad;
      this.#outer[at] = byte ^ outerPad;
    }
  }

  sign(message: Uint8Array): Uint8Array {
    this.#room(message.length);
    this.#inner.set(message, blockBytes);
    const all = new Uint8Array(digestBytes);
    this.#finish(message.length, Buffer.from(all.buffer), 0);
    return all;
  }

  /** Writes the digest of a text's UTF-8 into `all` from `at` on. */
  signInto(text: string, all: Buffer, at: number): void {
    // The longest a UTF-16 unit becomes in UTF-8.
    this.#room(3 * text.length);
    this.#finish(this.#inner.write(text, blockBytes, 'utf8'), all, at);
  }

  #finish(messageBytes: number, all: Buffer, at: number): void {
    const end = blockBytes + messageBytes;
    const inner = hash('sha256', this.#inner.subarray(0, end), 'binary');
    this.#outer.write(inner, blockBytes, 'latin1');
    all.write(hash('sha256', this.#outer, 'binary'), at, 'latin1');
  }

  destroy(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }

  #room(messageBytes: number): void {
    if (blockBytes + messageBytes <= this.#inner.length) return;
    const wider = Buffer.alloc(blockBytes + 2 * messageBytes);
    this.#inner.copy(wider, 0, 0, blockBytes);
    this.#inner.fill(0);
    this.#inner = wider;
  }
}
