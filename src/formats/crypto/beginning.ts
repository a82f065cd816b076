/**
 * Digests of files that begin alike, such as the revisions of one document: what they have in
 * common is gone through once.
 */
import type { HashName } from './algorithms.ts';

/** The beginning of several files; what comes behind it makes each of them. */
export interface Beginning {
  /** Of the beginning and these parts behind it; of the beginning alone without any. */
  digest(hash: HashName, ...rest: readonly Uint8Array[]): Promise<Uint8Array>;
}

/** What of an engine makes digests. */
export interface Digesting {
  /** Of the parts one behind the other: large files are not joined to be digested. */
  digest(hash: HashName, ...parts: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Left out by an engine that cannot stop in the middle: ask by `beginningOf`. */
  begin?(bytes: Uint8Array): Beginning;
}

/** By an engine that cannot stop in the middle each file is gone through as a whole. */
export function beginningOf(engine: Digesting, bytes: Uint8Array): Beginning {
  return (
    engine.begin?.(bytes) ?? { digest: (hash, ...rest) => engine.digest(hash, bytes, ...rest) }
  );
}
