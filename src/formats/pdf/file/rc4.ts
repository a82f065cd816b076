/** RC4 as encrypted PDF files use it (ISO 32000-1 §7.6.2). It protects nothing. */
export function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, at) => at);
  for (let at = 0, other = 0; at < 256; at += 1) {
    other = (other + (state[at] ?? 0) + (key[at % key.length] ?? 0)) & 0xff;
    swap(state, at, other);
  }
  const out = new Uint8Array(bytes.length);
  let [i, j] = [0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    i = (i + 1) & 0xff;
    j = (j + (state[i] ?? 0)) & 0xff;
    swap(state, i, j);
    const mask = state[((state[i] ?? 0) + (state[j] ?? 0)) & 0xff] ?? 0;
    out[at] = (bytes[at] ?? 0) ^ mask;
  }
  return out;
}

function swap(state: Uint8Array, a: number, b: number): void {
  const held = state[a] ?? 0;
  state[a] = state[b] ?? 0;
  state[b] = held;
}
