/**
 * AES in CBC mode (FIPS 197, NIST SP 800-38A) as encrypted PDF files use it.
 *
 * A reader answers for an object at once, and the engine's answers come later: so this one cipher
 * is written here. It opens files whose password is empty; it protects nothing, and takes no care
 * that others on the computer could not watch its tables.
 */
import { Fault } from '#base/fault';

const blockBytes = 16;

/** Substitution, and what it becomes in each row of a column that is mixed at once. */
interface Direction {
  readonly box: Uint8Array;
  readonly mixed: readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  /** ShiftRows: row r of a column comes from r steps further on, or as good as back. */
  readonly step: 1 | 3;
}

const boxes = makeBoxes();
const forward = directionOf(boxes.forward, [2, 1, 1, 3], 1);
const backward = directionOf(boxes.backward, [14, 9, 13, 11], 3);

function makeBoxes(): { readonly forward: Uint8Array; readonly backward: Uint8Array } {
  const [to, from] = [new Uint8Array(256), new Uint8Array(256)];
  let [p, q] = [1, 1];
  do {
    p = p ^ double(p);
    for (const shift of [1, 2, 4]) q = (q ^ (q << shift)) & 0xff;
    if ((q & 0x80) !== 0) q ^= 0x09;
    const turned = q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4);
    to[p] = turned ^ 0x63;
  } while (p !== 1);
  to[0] = 0x63;
  to.forEach((value, at) => {
    from[value] = at;
  });
  return { forward: to, backward: from };
}

function turn(byte: number, count: number): number {
  return ((byte << count) | (byte >> (8 - count))) & 0xff;
}

function double(byte: number): number {
  return ((byte << 1) ^ ((byte & 0x80) === 0 ? 0 : 0x1b)) & 0xff;
}

function product(byte: number, factor: number): number {
  let [sum, power] = [0, byte];
  for (let bit = factor; bit > 0; bit >>= 1) {
    if ((bit & 1) === 1) sum ^= power;
    power = double(power);
  }
  return sum;
}

type Four = readonly [number, number, number, number];

/** `factors` is the first column of the matrix of FIPS 197 §5.1.3 or §5.3.3. */
function directionOf(box: Uint8Array, factors: Four, step: 1 | 3): Direction {
  const row = (places: number): Uint32Array =>
    Uint32Array.from(box, (value) => {
      const [a, b, c, d] = factors;
      const word = wordOf([
        product(value, a),
        product(value, b),
        product(value, c),
        product(value, d),
      ]);
      return (word >>> (8 * places)) | (places === 0 ? 0 : word << (32 - 8 * places));
    });
  return { box, mixed: [row(0), row(1), row(2), row(3)], step };
}

function wordOf([a, b, c, d]: Four): number {
  return (a << 24) | (b << 16) | (c << 8) | d;
}

/** FIPS 197 §5.2: the round keys, four words each. */
function expand(key: Uint8Array): Uint32Array {
  if (key.length !== 16 && key.length !== 32) throw new Fault('pdf.encrypted_unsupported');
  const words = key.length / 4;
  const keys = new Uint32Array(4 * (words + 7));
  load(keys.subarray(0, words), key, 0);
  let constant = 1;
  for (let at = words; at < keys.length; at += 1) {
    let word = keys[at - 1] ?? 0;
    if (at % words === 0) {
      word = substituted((word << 8) | (word >>> 24)) ^ (constant << 24);
      constant = double(constant);
    } else if (words > 6 && at % words === 4) word = substituted(word);
    keys[at] = (keys[at - words] ?? 0) ^ word;
  }
  return keys;
}

function substituted(word: number): number {
  const of = (shift: number): number => boxes.forward[(word >>> shift) & 0xff] ?? 0;
  return wordOf([of(24), of(16), of(8), of(0)]);
}

/** §5.3.5: the keys of the equivalent inverse cipher, in the order in which it uses them. */
function invertedKeys(keys: Uint32Array): Uint32Array {
  const out = new Uint32Array(keys.length);
  const last = keys.length - 4;
  for (let at = 0; at < keys.length; at += 1) {
    const word = keys[last - at + 2 * (at % 4)] ?? 0;
    const isOuter = at < 4 || at >= last;
    const plain = Uint32Array.of(substituted(word), 0, 0, 0);
    out[at] = isOuter ? word : mixedColumn(plain, [0, 0, 0, 0], backward);
  }
  return out;
}

/** Without padding: `bytes` is a whole number of blocks. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  const keys = expand(key);
  const out = new Uint8Array(bytes.length);
  const [block, chain] = [new Uint32Array(4), new Uint32Array(4)];
  load(chain, iv, 0);
  for (let at = 0; at + blockBytes <= bytes.length; at += blockBytes) {
    load(block, bytes, at);
    xor(block, chain, 0);
    cipher(block, keys, forward);
    chain.set(block);
    store(out, at, block);
  }
  return out;
}

/** Without padding; a last block that is not whole is left out. */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  const keys = invertedKeys(expand(key));
  const out = new Uint8Array(bytes.length - (bytes.length % blockBytes));
  const [block, chain, next] = [new Uint32Array(4), new Uint32Array(4), new Uint32Array(4)];
  load(chain, iv, 0);
  for (let at = 0; at < out.length; at += blockBytes) {
    load(block, bytes, at);
    next.set(block);
    cipher(block, keys, backward);
    xor(block, chain, 0);
    chain.set(next);
    store(out, at, block);
  }
  return out;
}

/** One block is ciphered at a time. */
const scratch = new Uint32Array(4);

function cipher(block: Uint32Array, keys: Uint32Array, direction: Direction): void {
  const last = keys.length - 4;
  const { box, step } = direction;
  const was = scratch;
  xor(block, keys, 0);
  for (let round = 4; round < last; round += 4) {
    was.set(block);
    for (let c = 0; c < 4; c += 1) block[c] = mixedColumn(was, rowsOf(c, step), direction);
    xor(block, keys, round);
  }
  was.set(block);
  for (let c = 0; c < 4; c += 1) {
    const of = (row: number): number =>
      box[((was[(c + row * step) & 3] ?? 0) >>> (24 - 8 * row)) & 0xff] ?? 0;
    block[c] = wordOf([of(0), of(1), of(2), of(3)]);
  }
  xor(block, keys, last);
}

const rowsByStep: Readonly<Record<1 | 3, readonly [Four, Four, Four, Four]>> = {
  1: [
    [0, 1, 2, 3],
    [1, 2, 3, 0],
    [2, 3, 0, 1],
    [3, 0, 1, 2],
  ],
  3: [
    [0, 3, 2, 1],
    [1, 0, 3, 2],
    [2, 1, 0, 3],
    [3, 2, 1, 0],
  ],
};

function rowsOf(column: number, step: 1 | 3): Four {
  return rowsByStep[step][column] ?? rowsByStep[step][0];
}

/** One column after substitution, ShiftRows and MixColumns. */
function mixedColumn(was: Uint32Array, rows: Four, { mixed }: Direction): number {
  return (
    (mixed[0][(was[rows[0]] ?? 0) >>> 24] ?? 0) ^
    (mixed[1][((was[rows[1]] ?? 0) >>> 16) & 0xff] ?? 0) ^
    (mixed[2][((was[rows[2]] ?? 0) >>> 8) & 0xff] ?? 0) ^
    (mixed[3][(was[rows[3]] ?? 0) & 0xff] ?? 0)
  );
}

function load(words: Uint32Array, bytes: Uint8Array, from: number): void {
  for (let word = 0; word < words.length; word += 1) {
    const at = from + 4 * word;
    const [a, b] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    words[word] = wordOf([a, b, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0]);
  }
}

function store(bytes: Uint8Array, from: number, words: Uint32Array): void {
  for (let at = 0; at < blockBytes; at += 1) {
    bytes[from + at] = (words[at >> 2] ?? 0) >>> (24 - 8 * (at & 3));
  }
}

function xor(block: Uint32Array, other: Uint32Array, from: number): void {
  for (let word = 0; word < 4; word += 1) {
    block[word] = (block[word] ?? 0) ^ (other[from + word] ?? 0);
  }
}
