/**
 * AES in CBC mode (FIPS 197, NIST SP 800-38A) as encrypted PDF files use it.
 *
 * A reader answers for an object at once, and the engine's answers come later: so this one cipher
 * is written here. It opens files whose password is empty; it protects nothing.
 */
import { Fault } from '#base/fault';

const boxes = makeBoxes();

function makeBoxes(): { readonly forward: Uint8Array; readonly backward: Uint8Array } {
  const [forward, backward] = [new Uint8Array(256), new Uint8Array(256)];
  let [p, q] = [1, 1];
  do {
    p = p ^ double(p);
    for (const shift of [1, 2, 4]) q = (q ^ (q << shift)) & 0xff;
    if ((q & 0x80) !== 0) q ^= 0x09;
    const turned = q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4);
    forward[p] = turned ^ 0x63;
  } while (p !== 1);
  forward[0] = 0x63;
  forward.forEach((value, at) => {
    backward[value] = at;
  });
  return { forward, backward };
}

function turn(byte: number, count: number): number {
  return ((byte << count) | (byte >> (8 - count))) & 0xff;
}

function double(byte: number): number {
  return ((byte << 1) ^ ((byte & 0x80) === 0 ? 0 : 0x1b)) & 0xff;
}

/** What multiplying by 9, 11, 13 and 14 gives: the inverse of MixColumns. */
const products = [9, 11, 13, 14].map((factor) =>
  Uint8Array.from({ length: 256 }, (_, byte) => {
    let [sum, power] = [0, byte];
    for (let bit = factor; bit > 0; bit >>= 1) {
      if ((bit & 1) === 1) sum ^= power;
      power = double(power);
    }
    return sum;
  }),
);

/** FIPS 197 §5.2: the round keys, sixteen bytes each. */
function expand(key: Uint8Array): Uint8Array {
  const words = key.length / 4;
  const rounds = words + 6;
  const keys = new Uint8Array(16 * (rounds + 1));
  keys.set(key);
  let constant = 1;
  for (let at = key.length; at < keys.length; at += 4) {
    let word = keys.slice(at - 4, at);
    if ((at / 4) % words === 0) {
      const [a = 0, b = 0, c = 0, d = 0] = word;
      word = Uint8Array.of(b, c, d, a).map((byte) => boxes.forward[byte] ?? 0);
      word[0] = (word[0] ?? 0) ^ constant;
      constant = double(constant);
    } else if (words > 6 && (at / 4) % words === 4) {
      word = word.map((byte) => boxes.forward[byte] ?? 0);
    }
    for (let place = 0; place < 4; place += 1) {
      keys[at + place] = (keys[at + place - key.length] ?? 0) ^ (word[place] ?? 0);
    }
  }
  return keys;
}

/** Without padding: `bytes` is a whole number of blocks. */
export function encryptCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  const keys = expand(key);
  const out = bytes.slice();
  let previous = iv;
  for (let at = 0; at + 16 <= out.length; at += 16) {
    const block = out.subarray(at, at + 16);
    xor(block, previous);
    encryptBlock(block, keys);
    previous = block;
  }
  return out;
}

/** Without padding; a last block that is not whole is left out. */
export function decryptCbc(key: Uint8Array, iv: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (key.length !== 16 && key.length !== 32) throw new Fault('pdf.encrypted_unsupported');
  const keys = expand(key);
  const out = bytes.slice(0, bytes.length - (bytes.length % 16));
  for (let at = 0; at < out.length; at += 16) {
    const block = out.subarray(at, at + 16);
    decryptBlock(block, keys);
    xor(block, at === 0 ? iv : bytes.subarray(at - 16, at));
  }
  return out;
}

function xor(block: Uint8Array, other: Uint8Array): void {
  for (let at = 0; at < 16; at += 1) block[at] = (block[at] ?? 0) ^ (other[at] ?? 0);
}

function encryptBlock(block: Uint8Array, keys: Uint8Array): void {
  const last = keys.length - 16;
  xor(block, keys);
  for (let round = 16; round <= last; round += 16) {
    const was = block.map((byte) => boxes.forward[byte] ?? 0);
    // ShiftRows: column c, row r comes from column c + r.
    for (let at = 0; at < 16; at += 1) block[at] = was[(at + 4 * (at % 4)) % 16] ?? 0;
    if (round < last) mixColumns(block);
    xor(block, keys.subarray(round));
  }
}

function mixColumns(block: Uint8Array): void {
  for (let column = 0; column < 16; column += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = block.subarray(column, column + 4);
    const all = a ^ b ^ c ^ d;
    block[column] = a ^ all ^ double(a ^ b);
    block[column + 1] = b ^ all ^ double(b ^ c);
    block[column + 2] = c ^ all ^ double(c ^ d);
    block[column + 3] = d ^ all ^ double(d ^ a);
  }
}

function decryptBlock(block: Uint8Array, keys: Uint8Array): void {
  const last = keys.length - 16;
  for (let round = last; round > 0; round -= 16) {
    xor(block, keys.subarray(round));
    if (round < last) unmixColumns(block);
    const was = block.slice();
    for (let at = 0; at < 16; at += 1) {
      block[at] = boxes.backward[was[(at + 16 - 4 * (at % 4)) % 16] ?? 0] ?? 0;
    }
  }
  xor(block, keys);
}

function unmixColumns(block: Uint8Array): void {
  const [by9, by11, by13, by14] = products;
  if (by9 === undefined || by11 === undefined || by13 === undefined || by14 === undefined) return;
  for (let column = 0; column < 16; column += 4) {
    const [a = 0, b = 0, c = 0, d = 0] = block.subarray(column, column + 4);
    const mixed = ([w, x, y, z]: readonly [number, number, number, number]): number =>
      (by14[w] ?? 0) ^ (by11[x] ?? 0) ^ (by13[y] ?? 0) ^ (by9[z] ?? 0);
    block[column] = mixed([a, b, c, d]);
    block[column + 1] = mixed([b, c, d, a]);
    block[column + 2] = mixed([c, d, a, b]);
    block[column + 3] = mixed([d, a, b, c]);
  }
}
