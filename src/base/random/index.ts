/**
 * Chance as a part that is handed in, so that a test can repeat what it saw.
 */
export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array;
}

const chunkBytesMax = 65_536; // WebCrypto answers at most this much at once.

const drawnBytes = 2_048;

/** The computer's own. */
export const systemRandom: Random = drawnAhead({
  bytes(count) {
    const all = new Uint8Array(count);
    for (let at = 0; at < count; at += chunkBytesMax) {
      crypto.getRandomValues(all.subarray(at, Math.min(count, at + chunkBytesMax)));
    }
    return all;
  },
});

/**
 * Chance for many small needs in few draws, for each draw costs more than a short cipher: hands
 * what is drawn at once out in pieces, none of them twice, and keeps none it handed out.
 */
export function drawnAhead(random: Random): Random {
  let drawn: Uint8Array = new Uint8Array();
  let at = 0;
  return {
    bytes(count) {
      if (count > drawnBytes) return random.bytes(count);
      if (at + count > drawn.length) {
        drawn.fill(0);
        [drawn, at] = [random.bytes(drawnBytes), 0];
      }
      const some = drawn.slice(at, at + count);
      drawn.fill(0, at, at + count);
      at += count;
      return some;
    },
  };
}

/** A repeatable stream for tests and drills (xorshift32). Predictable by design: never for keys. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0 || 0x9e3779b9;
  const next = (): number => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return { bytes: (count) => Uint8Array.from({ length: count }, () => next() >>> 24) };
}
