/**
 * What a rule of tidy is: a name, and a look at the whole tree that returns what it found.
 */
import type { Tree } from '../tree.ts';

export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Rule {
  readonly name: string;
  find(tree: Tree): Finding[];
}
