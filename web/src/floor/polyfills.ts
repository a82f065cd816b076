/**
 * What pdf.js calls and the oldest browser we serve (Chromium 87) does not have.
 *
 * Loaded only beside pdf.js, in the page and in its worker. Each does what ECMA-262, DOM or HTML
 * say as far as pdf.js can tell; a browser that has a thing keeps its own.
 */

const iteratorPrototype: object = Object.getPrototypeOf(
  Object.getPrototypeOf([][Symbol.iterator]()),
);

fill(Array.prototype, { at, findLast, toSorted, toReversed });
fill(Object.getPrototypeOf(Uint8Array.prototype), { at, findLast });
fill(String.prototype, { at: letterAt });
fill(Object, {
  hasOwn: (value: object, name: PropertyKey) => Object.prototype.hasOwnProperty.call(value, name),
});
fill(Promise, { withResolvers, try: tried });
fill(Map.prototype, { getOrInsert, getOrInsertComputed });
fill(WeakMap.prototype, { getOrInsert, getOrInsertComputed });
fill(Set.prototype, { union, intersection, difference, isSubsetOf, isDisjointFrom });
fill(iteratorPrototype, { map, filter, some, every, find, toArray, forEach });
fill(globalThis, { Iterator: Object.assign(() => {}, { prototype: iteratorPrototype }) });
fill(Array, { fromAsync });
fill(Math, {
  sumPrecise: (terms: Iterable<number>) => [...terms].reduce((sum, one) => sum + one, 0),
});
fill(Uint8Array, { fromBase64 });
fill(Uint8Array.prototype, { toBase64, toHex });
fill(URL, { parse: urlOf, canParse: (text: string, base?: string) => urlOf(text, base) !== null });
fill(globalThis, { structuredClone: cloned });
fill(crypto, { randomUUID });
fill(AbortSignal, { any: anySignal, timeout: signalAfter });
fill(Response.prototype, { bytes: bytesOfBody });
fill(Blob.prototype, { bytes: bytesOfBody });
fill(ReadableStream.prototype, { [Symbol.asyncIterator]: chunksOf });
for (const owner of [
  globalThis.CanvasRenderingContext2D,
  globalThis.OffscreenCanvasRenderingContext2D,
]) {
  if (owner !== undefined) fill(owner.prototype, { reset, roundRect });
}

function fill(owner: object, methods: Readonly<Record<PropertyKey, unknown>>): void {
  for (const name of Reflect.ownKeys(methods)) {
    if (name in owner) continue;
    const value = Reflect.get(methods, name);
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
  }
}

function at<T>(this: ArrayLike<T>, index: number): T | undefined {
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? this.length + whole : whole];
}

function letterAt(this: string, index: number): string | undefined {
  return at.call(this, index) as string | undefined;
}

function findLast<T>(
  this: ArrayLike<T>,
  wanted: (value: T, index: number) => boolean,
): T | undefined {
  for (let index = this.length - 1; index >= 0; index -= 1) {
    if (wanted(this[index] as T, index)) return this[index];
  }
  return undefined;
}

function toSorted<T>(this: readonly T[], order?: (a: T, b: T) => number): T[] {
  // oxlint-disable-next-line unicorn/no-array-sort -- this is toSorted itself.
  return Array.from(this).sort(order);
}

function toReversed<T>(this: readonly T[]): T[] {
  // oxlint-disable-next-line unicorn/no-array-reverse -- this is toReversed itself.
  return Array.from(this).reverse();
}

function withResolvers<T>() {
  const ends: {
    resolve?: (value: T | PromiseLike<T>) => void;
    reject?: (why?: unknown) => void;
  } = {};
  const promise = new Promise<T>((resolve, reject) => {
    ends.resolve = resolve;
    ends.reject = reject;
  });
  return { promise, ...ends };
}

function tried<T>(work: (...given: unknown[]) => T, ...given: unknown[]): Promise<T> {
  return new Promise((done) => done(work(...given)));
}

function getOrInsert<K extends object, V>(this: Map<K, V>, key: K, value: V): V | undefined {
  if (!this.has(key)) this.set(key, value);
  return this.get(key);
}

function getOrInsertComputed<K extends object, V>(
  this: Map<K, V>,
  key: K,
  compute: (key: K) => V,
): V | undefined {
  if (!this.has(key)) this.set(key, compute(key));
  return this.get(key);
}

function union<T>(this: ReadonlySet<T>, other: ReadonlySet<T>): Set<T> {
  return new Set([...this, ...other.keys()]);
}

function intersection<T>(this: ReadonlySet<T>, other: ReadonlySet<T>): Set<T> {
  return new Set([...this].filter((one) => other.has(one)));
}

function difference<T>(this: ReadonlySet<T>, other: ReadonlySet<T>): Set<T> {
  return new Set([...this].filter((one) => !other.has(one)));
}

function isSubsetOf<T>(this: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return [...this].every((one) => other.has(one));
}

function isDisjointFrom<T>(this: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  return ![...this].some((one) => other.has(one));
}

function* map<T, U>(this: Iterable<T>, change: (value: T, index: number) => U): Generator<U> {
  let index = 0;
  for (const value of this) {
    yield change(value, index);
    index += 1;
  }
}

function* filter<T>(this: Iterable<T>, wanted: (value: T, index: number) => boolean): Generator<T> {
  let index = 0;
  for (const value of this) {
    if (wanted(value, index)) yield value;
    index += 1;
  }
}

function some<T>(this: Iterable<T>, wanted: (value: T) => boolean): boolean {
  for (const value of this) if (wanted(value)) return true;
  return false;
}

function every<T>(this: Iterable<T>, wanted: (value: T) => boolean): boolean {
  for (const value of this) if (!wanted(value)) return false;
  return true;
}

function find<T>(this: Iterable<T>, wanted: (value: T) => boolean): T | undefined {
  for (const value of this) if (wanted(value)) return value;
  return undefined;
}

function toArray<T>(this: Iterable<T>): T[] {
  return [...this];
}

function forEach<T>(this: Iterable<T>, take: (value: T, index: number) => void): void {
  let index = 0;
  for (const value of this) {
    take(value, index);
    index += 1;
  }
}

async function fromAsync<T>(from: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function toBase64(this: Uint8Array): string {
  let text = '';
  for (const byte of this) text += String.fromCharCode(byte);
  return btoa(text);
}

function toHex(this: Uint8Array): string {
  return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function urlOf(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** Plain values, buffers, maps and sets; pdf.js hands over nothing else. */
function cloned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (value instanceof Date) return new Date(value);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, cloned(one)]));
  if (value instanceof Set) return new Set([...value].map(cloned));
  if (Array.isArray(value)) return value.map(cloned);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cloned(one)]));
}

/** RFC 9562 version 4. */
function randomUUID(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex.call(bytes);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function anySignal(signals: Iterable<AbortSignal>): AbortSignal {
  const all = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) all.abort();
    signal.addEventListener('abort', () => all.abort(), { once: true });
  }
  return all.signal;
}

function signalAfter(ms: number): AbortSignal {
  const all = new AbortController();
  setTimeout(() => all.abort(), ms);
  return all.signal;
}

async function bytesOfBody(this: Response | Blob): Promise<Uint8Array> {
  return new Uint8Array(await this.arrayBuffer());
}

async function* chunksOf<T>(this: ReadableStream<T>): AsyncGenerator<T> {
  const reader = this.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.releaseLock();
  }
}

function reset(this: CanvasRenderingContext2D): void {
  // Setting the width, to whatever value, is how a canvas was emptied before there was a word for it.
  const { canvas } = this;
  const { width } = canvas;
  canvas.width = width;
}

function roundRect(
  this: CanvasRenderingContext2D,
  ...[x, y, width, height]: [number, number, number, number]
): void {
  this.rect(x, y, width, height);
}

/** The oldest Chromium this is for; naming it makes the file a module, its names its own. */
export const chromiumMin = 87;
