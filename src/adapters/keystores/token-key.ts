/**
 * HMAC-SHA-256 (RFC 2104) for very many short messages under one key.
 *
 * Both pads are made once and each half is one call of the hash: a third of what `createHmac` costs
 * for a message of some bytes, and look-up tokens are made by the million.
 */
import { createHash, hash } from 'node:crypto';

const blockBytes = 64;
const digestBytes = 32;
const innerPad = 0x36;
const outerPad = 0x5c;

export class TokenKey {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(key: Uint8Array) {
    const short = key.length > blockBytes ? createHash('sha256').update(key).digest() : key;
    this.#inner = Buffer.alloc(blockBytes, innerPad);
    this.#outer = Buffer.alloc(blockBytes + digestBytes, outerPad);
    for (const [at, byte] of short.entries()) {
      this.#inner[at] = byte ^ innerPad;
      this.#outer[at] = byte ^ outerPad;
    }
  }

  sign(message: Uint8Array): Uint8Array {
    const inner = hash('sha256', Buffer.concat([this.#inner, message]), 'buffer');
    this.#outer.set(inner, blockBytes);
    return hash('sha256', this.#outer, 'buffer');
  }

  destroy(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
