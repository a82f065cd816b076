/**
 * What a house could state falsely of a record under a batch signature, for our verifier and for
 * those of others.
 */
import { toBase64, toBase64Url } from '#base/bytes';
import type { JsonObject } from '../json.ts';
import type { DepositWish } from './sample-deposit.fixture.ts';

const nothing = toBase64(new Uint8Array(32));

/** Each is a lie about the first record of `sampleDeposit`, by what it lies about. */
export const batchLies: readonly { readonly name: string; readonly wish: DepositWish }[] = [
  { name: 'another value', wish: { amount: '999.00' } },
  { name: 'a forged path', wish: inBatch(() => ({ path: [nothing, nothing] })) },
  { name: 'a truncated path', wish: inBatch(({ path }) => ({ path: listOf(path).slice(0, 1) })) },
  { name: 'a path too long', wish: inBatch(({ path }) => ({ path: [...listOf(path), nothing] })) },
  { name: 'a path that is no list', wish: inBatch(() => ({ path: {} })) },
  { name: 'another index', wish: inBatch(() => ({ index: 1 })) },
  { name: 'an index beyond the size', wish: inBatch(() => ({ index: 3 })) },
  { name: 'another size', wish: inBatch(() => ({ size: 4 })) },
  { name: 'a size beyond the limit', wish: inBatch(() => ({ size: 70_000 })) },
  { name: 'another root', wish: inBatch(() => ({ root: nothing })) },
  { name: 'another blind', wish: inBatch(() => ({ blind: toBase64Url(new Uint8Array(16)) })) },
  { name: 'a blind of another spelling', wish: inBatch(() => ({ blind: `${'A'.repeat(21)}B` })) },
  { name: 'a member more', wish: inBatch(() => ({ more: 1 })) },
  { name: 'the place of a neighbour', wish: { source: (_, [, second]) => second ?? null } },
  { name: 'no batch', wish: { source: (word) => without(word, 'batch') } },
  { name: 'nothing signed', wish: { source: (word) => ({ ...word, signed: false }) } },
  { name: 'no key', wish: { source: (word) => without(word, 'publicKey') } },
  { name: 'another algorithm', wish: { source: (word) => ({ ...word, algorithm: 'sm2-sm3' }) } },
  { name: 'a batch in an entry of before', wish: { single: true } },
];

/** The word as it is, but for one member. */
export function without(word: JsonObject, member: string): JsonObject {
  return Object.fromEntries(Object.entries(word).filter(([name]) => name !== member));
}

function inBatch(change: (batch: JsonObject) => JsonObject): DepositWish {
  return {
    source: (word) => {
      const batch = word['batch'] as JsonObject;
      return { ...word, batch: { ...batch, ...change(batch) } };
    },
  };
}

function listOf(path: JsonObject[string] | undefined): readonly string[] {
  return Array.isArray(path) ? path : [];
}
