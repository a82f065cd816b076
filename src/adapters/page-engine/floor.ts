/**
 * Fills in what the language learnt after the oldest browser we serve (Chromium 87, end of 2020).
 *
 * Only what rooms that run in a page really call, each by ECMA-262's own wording; a browser that
 * has a method keeps its own. Nothing is filled in on a newer one.
 */

const pairs: readonly (readonly [object, string, unknown])[] = [
  [Array.prototype, 'at', at],
  [Uint8Array.prototype, 'at', at],
  [String.prototype, 'at', at],
  [
    Array.prototype,
    'toSorted',
    function toSorted<T>(this: readonly T[], order?: (a: T, b: T) => number): T[] {
      // oxlint-disable-next-line unicorn/no-array-sort -- this is toSorted itself.
      return Array.from(this).sort(order);
    },
  ],
  [
    Array.prototype,
    'toReversed',
    function toReversed<T>(this: readonly T[]): T[] {
      // oxlint-disable-next-line unicorn/no-array-reverse -- this is toReversed itself.
      return Array.from(this).reverse();
    },
  ],
  [Array.prototype, 'findLast', findLast],
  [Uint8Array.prototype, 'findLast', findLast],
  [Array.prototype, 'findLastIndex', findLastIndex],
  [Uint8Array.prototype, 'findLastIndex', findLastIndex],
  [
    Object,
    'hasOwn',
    (value: object, name: PropertyKey) => Object.prototype.hasOwnProperty.call(value, name),
  ],
  [
    String.prototype,
    'isWellFormed',
    function isWellFormed(this: string): boolean {
      // A lone surrogate is what does not survive being written as UTF-8.
      const reader = new TextDecoder('utf-8', { ignoreBOM: true });
      return reader.decode(new TextEncoder().encode(this)) === this;
    },
  ],
];

/** What was filled in, by name. At import: packages imported next call these as they load. */
export const filledIn: readonly string[] = pairs.flatMap(([owner, name, value]) => {
  if (name in owner) return [];
  Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  return [name];
});

function at<T>(this: ArrayLike<T>, index: number): T | undefined {
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? this.length + whole : whole];
}

function findLast<T>(
  this: ArrayLike<T>,
  wanted: (value: T, index: number, all: ArrayLike<T>) => boolean,
): T | undefined {
  return this[findLastIndex.call(this, wanted as (value: unknown) => boolean)];
}

function findLastIndex<T>(
  this: ArrayLike<T>,
  wanted: (value: T, index: number, all: ArrayLike<T>) => boolean,
): number {
  let index = this.length - 1;
  while (index >= 0 && !wanted(this[index] as T, index, this)) index -= 1;
  return index;
}
