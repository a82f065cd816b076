/**
 * Keccak-256 as Ethereum uses it: the permutation of FIPS 202 section 3, with the padding from
 * before the standard. Written out here because no engine of Node or of a browser has it.
 */
const laneBits = 64n;
const laneMask = (1n << laneBits) - 1n;
const rounds = 24;
const side = 5;
const lanes = side * side;
const rateBytes = 136;
const rateLanes = rateBytes / 8;
const outputLanes = 4;

/** FIPS 202 section 3.2.2: offsets[x + 5y]. */
const offsets = [
  0n,
  1n,
  62n,
  28n,
  27n,
  36n,
  44n,
  6n,
  55n,
  20n,
  3n,
  10n,
  43n,
  25n,
  39n,
  41n,
  45n,
  15n,
  21n,
  8n,
  18n,
  2n,
  61n,
  56n,
  14n,
];

/** FIPS 202 section 3.2.5, by the shift register of algorithm 5. */
const roundConstants = Array.from({ length: rounds }, (_, round) => {
  let constant = 0n;
  for (let bit = 0; bit <= 6; bit += 1) {
    if (registerBit(bit + 7 * round)) constant |= 1n << ((1n << BigInt(bit)) - 1n);
  }
  return constant;
});

function registerBit(time: number): boolean {
  let register = 1;
  for (let step = 0; step < time % 255; step += 1) {
    register <<= 1;
    if ((register & 0x100) !== 0) register ^= 0x171;
  }
  return (register & 1) === 1;
}

export function keccak256(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.floor(bytes.length / rateBytes + 1) * rateBytes);
  padded.set(bytes);
  padded[bytes.length] = 0x01;
  padded[padded.length - 1] = (padded.at(-1) ?? 0) | 0x80;
  const view = new DataView(padded.buffer);
  let state: BigUint64Array = new BigUint64Array(lanes);
  for (let at = 0; at < padded.length; at += rateBytes) {
    for (let lane = 0; lane < rateLanes; lane += 1) {
      state[lane] = (state[lane] ?? 0n) ^ view.getBigUint64(at + 8 * lane, true);
    }
    for (const constant of roundConstants) state = permuted(state, constant);
  }
  const out = new DataView(new ArrayBuffer(8 * outputLanes));
  for (let lane = 0; lane < outputLanes; lane += 1)
    out.setBigUint64(8 * lane, state[lane] ?? 0n, true);
  return new Uint8Array(out.buffer);
}

/** One round: theta, rho and pi, chi, iota. */
function permuted(state: BigUint64Array, constant: bigint): BigUint64Array {
  const lane = (from: BigUint64Array, x: number, y: number): bigint =>
    from[(x % side) + side * (y % side)] ?? 0n;
  const columns = Array.from({ length: side }, (_, x) =>
    [0, 1, 2, 3, 4].reduce((sum, y) => sum ^ lane(state, x, y), 0n),
  );
  const moved = new BigUint64Array(lanes);
  for (let x = 0; x < side; x += 1) {
    const parity = (columns[(x + 4) % side] ?? 0n) ^ rotated(columns[(x + 1) % side] ?? 0n, 1n);
    for (let y = 0; y < side; y += 1) {
      const turned = rotated(lane(state, x, y) ^ parity, offsets[x + side * y] ?? 0n);
      moved[y + side * ((2 * x + 3 * y) % side)] = turned;
    }
  }
  const next = new BigUint64Array(lanes);
  for (let x = 0; x < side; x += 1) {
    for (let y = 0; y < side; y += 1) {
      const chosen = (lane(moved, x + 1, y) ^ laneMask) & lane(moved, x + 2, y);
      next[x + side * y] = lane(moved, x, y) ^ chosen;
    }
  }
  next[0] = (next[0] ?? 0n) ^ constant;
  return next;
}

function rotated(lane: bigint, by: bigint): bigint {
  return ((lane << by) | (lane >> (laneBits - by))) & laneMask;
}
