/**
 * Takes the values inside a constructed value one by one, in order, until the end.
 *
 * A parser that uses it cannot overlook a value: `end` refuses what is left over.
 */
import { Fault } from '#base/fault';
import type { Der } from './tree.ts';

export class DerReader {
  readonly #of: Der;
  #next = 0;

  /** `expected` is the identifier the constructed value itself must have. */
  constructor(of: Der, expected: number) {
    if (of.tag !== expected) refuse(of, expected);
    this.#of = of;
  }

  /** The next value, whatever it is; der.unexpected at the end. */
  any(): Der {
    const child = this.#of.children[this.#next];
    if (child === undefined) {
      throw new Fault('der.unexpected', { at: this.#of.at, why: 'a value is missing' });
    }
    this.#next += 1;
    return child;
  }

  next(expected: number): Der {
    const child = this.any();
    if (child.tag !== expected) refuse(child, expected);
    return child;
  }

  /** Opens the next value for reading. */
  enter(expected: number): DerReader {
    return new DerReader(this.any(), expected);
  }

  optional(expected: number): Der | undefined {
    if (this.#of.children[this.#next]?.tag !== expected) return undefined;
    return this.any();
  }

  get more(): boolean {
    return this.#next < this.#of.children.length;
  }

  /** Every value that is left. */
  rest(): readonly Der[] {
    const left = this.#of.children.slice(this.#next);
    this.#next = this.#of.children.length;
    return left;
  }

  end(): void {
    const child = this.#of.children[this.#next];
    if (child !== undefined) {
      throw new Fault('der.unexpected', { at: child.at, why: 'a value too many' });
    }
  }
}

function refuse(found: Der, expected: number): never {
  throw new Fault('der.unexpected', { at: found.at, expected, found: found.tag });
}
