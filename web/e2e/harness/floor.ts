/**
 * Takes from a new browser what Chromium 87 (November 2020) does not have yet, before any script of
 * the page runs. Syntax is proved by es-check over the built files, methods by living without them.
 *
 * Handed to the browser as text: it uses nothing from outside its own body. A worker has a world of
 * its own, so the names are also taken from each worker that is started from here.
 */
export function belowFloor(): void {
  const take = `(${takenAway.toString()})();`;
  takenAway();
  const NativeWorker = globalThis.Worker;
  const NativeBlob = globalThis.Blob;
  // A worker that the one file carries is made from its text.
  globalThis.Blob = class extends NativeBlob {
    constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
      const isScript = options?.type?.startsWith('text/javascript') === true;
      super(isScript ? [`${take}\n`, ...parts] : parts, options);
    }
  };
  // A served one has an address. Modules are evaluated in the order of their imports.
  globalThis.Worker = class extends NativeWorker {
    constructor(address: string | URL, options?: WorkerOptions) {
      const real = String(new URL(address, location.href));
      const text = `import ${JSON.stringify(blobOf(take))}; import ${JSON.stringify(real)};`;
      super(real.startsWith('blob:') ? address : blobOf(text), options);
    }
  };

  function blobOf(text: string): string {
    return URL.createObjectURL(new NativeBlob([text], { type: 'text/javascript' }));
  }

  // Inside, because only what stands in this body is handed to the browser.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  function takenAway(): void {
    const names: readonly (readonly [unknown, readonly string[]])[] = [
      [
        Array.prototype,
        ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with'],
      ],
      [
        Object.getPrototypeOf(Uint8Array.prototype),
        ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'with'],
      ],
      [String.prototype, ['at', 'isWellFormed', 'toWellFormed']],
      [Uint8Array.prototype, ['toBase64', 'toHex', 'setFromBase64', 'setFromHex']],
      [Uint8Array, ['fromBase64', 'fromHex']],
      [Object, ['hasOwn', 'groupBy']],
      [Map, ['groupBy']],
      [Map.prototype, ['getOrInsert', 'getOrInsertComputed']],
      [WeakMap.prototype, ['getOrInsert', 'getOrInsertComputed']],
      [Promise, ['withResolvers', 'try']],
      [Array, ['fromAsync']],
      [Math, ['sumPrecise']],
      [
        Set.prototype,
        [
          'union',
          'intersection',
          'difference',
          'symmetricDifference',
          'isSubsetOf',
          'isSupersetOf',
          'isDisjointFrom',
        ],
      ],
      [
        Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())),
        [
          'map',
          'filter',
          'take',
          'drop',
          'flatMap',
          'reduce',
          'toArray',
          'forEach',
          'some',
          'every',
          'find',
        ],
      ],
      [URL, ['parse', 'canParse']],
      [globalThis.AbortSignal, ['any', 'timeout']],
      [globalThis.AbortSignal?.prototype, ['throwIfAborted']],
      [globalThis.crypto, ['randomUUID']],
      [globalThis.Crypto?.prototype, ['randomUUID']],
      [globalThis.Response?.prototype, ['bytes']],
      [globalThis.Blob?.prototype, ['bytes']],
      [globalThis.CanvasRenderingContext2D?.prototype, ['reset', 'roundRect']],
      [globalThis.OffscreenCanvasRenderingContext2D?.prototype, ['reset', 'roundRect']],
      [
        globalThis,
        [
          'structuredClone',
          'Iterator',
          'DecompressionStream',
          'CompressionStream',
          'ImageDecoder',
          'navigation',
          'scheduler',
        ],
      ],
    ];
    for (const [owner, methods] of names) {
      if (owner === undefined || owner === null) continue;
      for (const method of methods) Reflect.deleteProperty(owner, method);
    }
    if (globalThis.ReadableStream !== undefined) {
      Reflect.deleteProperty(ReadableStream.prototype, Symbol.asyncIterator);
      Reflect.deleteProperty(ReadableStream.prototype, 'values');
    }
  }
}
