/**
 * What a second verifier is asked about: packages that are sound, and packages that are not.
 */
import type { TrustFiles } from '#trust/verify';

/** A package that is sound, with the folder under which it is. */
export interface Sound {
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
}

/** The same by a name. */
export interface NamedSound extends Sound {
  readonly name: string;
}

/** One package and what must be said of it. */
export interface Mutant extends NamedSound {
  /** What one of the parts that are named must look like. */
  readonly part: RegExp;
}
