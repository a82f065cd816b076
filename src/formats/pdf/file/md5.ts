/**
 * MD5 (RFC 1321), which the older encryption of PDF derives its keys with (ISO 32000-1 §7.6.3.3).
 * For nothing else: it protects nothing.
 */
const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Array.from({ length: 64 }, (_, at) =>
  Math.floor(Math.abs(Math.sin(at + 1)) * 2 ** 32),
);

export function md5(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((((message.length + 8) >> 6) + 1) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (message.length * 8) >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(message.length / 2 ** 29), true);
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < padded.length; block += 64) mix(state, view, block);
  const digest = new Uint8Array(16);
  const out = new DataView(digest.buffer);
  state.forEach((word, at) => out.setUint32(at * 4, word, true));
  return digest;
}

function mix(state: Uint32Array, view: DataView, block: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let step = 0; step < 64; step += 1) {
    const [mixed, word] = round(step, { b, c, d });
    const sum = (a + mixed + (sines[step] ?? 0) + view.getUint32(block + word * 4, true)) >>> 0;
    const shift = shifts[(step >> 4) * 4 + (step % 4)] ?? 0;
    [a, d, c] = [d, c, b];
    b = (b + ((sum << shift) | (sum >>> (32 - shift)))) >>> 0;
  }
  [a, b, c, d].forEach((word, at) => {
    state[at] = (state[at] ?? 0) + word;
  });
}

function round(step: number, { b, c, d }: { b: number; c: number; d: number }): [number, number] {
  if (step < 16) return [(b & c) | (~b & d), step];
  if (step < 32) return [(d & b) | (~d & c), (5 * step + 1) % 16];
  if (step < 48) return [b ^ c ^ d, (3 * step + 5) % 16];
  return [c ^ (b | ~d), (7 * step) % 16];
}
