/**
 * Digests of files that begin alike, such as the revisions of one document: what they have in
 * common is gone through once.
 */
import type { HashName } from './algorithms.ts';

/** The beginning of several files; what comes behind it makes each of them. */
export interface Beginning {
  /** Of the beginning and these parts behind it; of the beginning alone without any. */
  digest(hash: HashName, ...rest: readonly Uint8Array[]): Promise<Uint8Array>;
  /** How far one digest has come with these parts behind; left out as `begin` is. */
  begun?(hash: HashName, ...rest: readonly Uint8Array[]): BegunDigest;
}

/**
 * A digest that has gone through a beginning and can go on behind it, any number of times. It holds
 * none of the bytes but those of a block that is not full.
 */
export interface BegunDigest {
  readonly hash: HashName;
  digest(...rest: readonly Uint8Array[]): Uint8Array;
  /** The same with these parts behind. */
  on(...rest: readonly Uint8Array[]): BegunDigest;
}

/** What of an engine makes digests. */
export interface Digesting {
  /** Of the parts one behind the other: large files are not joined to be digested. */
  digest(hash: HashName, ...parts: readonly Uint8Array[]): Promise<Uint8Array>;
  /**
   * Left out by an engine that cannot stop in the middle: ask by `beginningOf`. What is `known` has
   * gone through these very bytes, which the caller answers for.
   */
  begin?(bytes: Uint8Array, known?: readonly BegunDigest[]): Beginning;
}

/** By an engine that cannot stop in the middle each file is gone through as a whole. */
export function beginningOf(
  engine: Digesting,
  bytes: Uint8Array,
  known: readonly BegunDigest[] = [],
): Beginning {
  return (
    engine.begin?.(bytes, known) ?? {
      digest: (hash, ...rest) => engine.digest(hash, bytes, ...rest),
    }
  );
}
