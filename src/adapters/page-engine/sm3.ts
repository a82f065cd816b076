/**
 * SM3 (GB/T 32905-2016): the digest of Chinese signatures, which no browser and no noble has.
 */
const blockBytes = 64;
const rounds = 64;
const initial = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
] as const;
/** T_j turned left by j, §4.2 and §5.3.3. */
const constants = Uint32Array.from({ length: rounds }, (_, j) =>
  turned(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32),
);

export function sm3(bytes: Uint8Array): Uint8Array {
  const state = Uint32Array.from(initial);
  const padded = paddedEnd(bytes);
  const words = new Uint32Array(68);
  const whole = bytes.length - (bytes.length % blockBytes);
  for (let at = 0; at < whole; at += blockBytes) compress(state, words, viewOf(bytes, at));
  for (let at = 0; at < padded.length; at += blockBytes) compress(state, words, viewOf(padded, at));
  const digest = new Uint8Array(32);
  const view = viewOf(digest, 0);
  state.forEach((value, at) => {
    view.setUint32(4 * at, value);
  });
  return digest;
}

/** What is left over after whole blocks, a one bit, zeros and the length in bits (§5.2). */
function paddedEnd(bytes: Uint8Array): Uint8Array {
  const left = bytes.length % blockBytes;
  const end = new Uint8Array(left < blockBytes - 8 ? blockBytes : 2 * blockBytes);
  end.set(bytes.subarray(bytes.length - left));
  end[left] = 0x80;
  viewOf(end, 0).setBigUint64(end.length - 8, 8n * BigInt(bytes.length));
  return end;
}

/** §5.3.2 expansion and §5.3.3 compression of one block. */
function compress(state: Uint32Array, w: Uint32Array, block: DataView): void {
  for (let j = 0; j < 16; j += 1) w[j] = block.getUint32(4 * j);
  for (let j = 16; j < 68; j += 1) {
    const x = word(w, j - 16) ^ word(w, j - 9) ^ turned(word(w, j - 3), 15);
    w[j] = x ^ turned(x, 15) ^ turned(x, 23) ^ turned(word(w, j - 13), 7) ^ word(w, j - 6);
  }
  let [a, b, c, d, e, f, g, h] = [...state] as [
    ...[number, number, number, number, number, number, number, number],
  ];
  for (let j = 0; j < rounds; j += 1) {
    const a12 = turned(a, 12);
    const ss1 = turned((a12 + e + word(constants, j)) | 0, 7);
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + (ss1 ^ a12) + (word(w, j) ^ word(w, j + 4))) | 0;
    const tt2 = (gg + h + ss1 + word(w, j)) | 0;
    [a, b, c, d] = [tt1, a, turned(b, 9), c];
    [e, f, g, h] = [tt2 ^ turned(tt2, 9) ^ turned(tt2, 17), e, turned(f, 19), g];
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = word(state, index) ^ value;
  });
}

function word(words: Uint32Array, index: number): number {
  return words[index] ?? 0;
}

function turned(value: number, bits: number): number {
  return (value << bits) | (value >>> ((32 - bits) & 31));
}

function viewOf(bytes: Uint8Array, from: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + from);
}
