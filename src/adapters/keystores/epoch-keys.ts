/**
 * What is derived from a tenant's secret of one epoch (HKDF-SHA-256, RFC 5869): the key that wraps
 * persons' keys, and a key for each kind of look-up in each field. The secret of marks is one that
 * only `bind` is asked of.
 */
import { hkdfSync } from 'node:crypto';

import { canonical, canonicalBytes, type Json } from '#base/canonical';
import {
  type CipherSuite,
  type IndexKind,
  type KeyedSuite,
  type TokenAsk,
  tokenBytes,
} from '#business/vault';
import { TokenKey } from './token-key.ts';

export const secretBytes = 32;

export class EpochKeys {
  readonly #secret: Uint8Array;
  readonly #owner: readonly [tenant: string, epoch: string];
  readonly #wrapping = new Map<number, KeyedSuite>();
  readonly #index = new Map<string, TokenKey>();

  constructor(secret: Uint8Array, owner: { readonly tenant: string; readonly epoch: string }) {
    this.#secret = secret;
    this.#owner = [owner.tenant, owner.epoch];
  }

  /** Forgets the secret and everything made from it. */
  destroy(): void {
    this.#secret.fill(0);
    for (const key of this.#index.values()) key.destroy();
    this.#wrapping.clear();
    this.#index.clear();
  }

  wrapping(suite: CipherSuite): KeyedSuite {
    const keyed = this.#wrapping.get(suite.layout) ?? suite.keyed(this.#derive('wrap', []));
    this.#wrapping.set(suite.layout, keyed);
    return keyed;
  }

  /** HMAC-SHA-256 (RFC 2104) of the value and each counter asked for, one after the other. */
  tokens({ field, kind, value, from, count }: TokenAsk): Uint8Array {
    const key = this.#indexKey(field, kind);
    const text = canonical(value);
    const all = new Uint8Array(count * tokenBytes);
    const into = Buffer.from(all.buffer);
    for (let at = 0; at < count; at += 1) {
      // The text of the canonical list [value, counter], so that it has one reading.
      key.signInto(`[${text},${from + at}]`, into, at * tokenBytes);
    }
    return all;
  }

  /** A keyed digest of a value that is compared and never looked up. */
  bind(field: string, value: Uint8Array): Uint8Array {
    return new Uint8Array(new TokenKey(this.#derive('bind', [field])).sign(value));
  }

  #indexKey(field: string, kind: IndexKind): TokenKey {
    const name = `${kind}:${field}`;
    const key = this.#index.get(name) ?? new TokenKey(this.#derive('index', [field, kind]));
    this.#index.set(name, key);
    return key;
  }

  #derive(use: 'wrap' | 'index' | 'bind', what: readonly Json[]): Uint8Array {
    const info = canonicalBytes([`fubie/epoch/${use}/v1`, ...this.#owner, ...what]);
    return new Uint8Array(hkdfSync('sha256', this.#secret, new Uint8Array(), info, secretBytes));
  }
}
