/**
 * The CRC-32 that ZIP asks for (APPNOTE 6.3.10 section 4.4.7): a checksum, no protection.
 *
 * Four bytes at a step by four tables, because whole packages go through it at each reading.
 */
const tables = Array.from({ length: 4 }, () => new Int32Array(256));
const [first = new Int32Array(), second = first, third = first, fourth = first] = tables;

for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  first[byte] = value;
}
for (let step = 1; step < tables.length; step += 1) {
  const [before = first, table = first] = tables.slice(step - 1);
  for (let byte = 0; byte < 256; byte += 1) {
    const value = before[byte] ?? 0;
    table[byte] = (first[value & 0xff] ?? 0) ^ (value >>> 8);
  }
}

export function crc32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - (bytes.length % 4);
  let value = -1;
  let at = 0;
  for (; at < whole; at += 4) {
    value ^= view.getInt32(at, true);
    value =
      (fourth[value & 0xff] ?? 0) ^
      (third[(value >>> 8) & 0xff] ?? 0) ^
      (second[(value >>> 16) & 0xff] ?? 0) ^
      (first[value >>> 24] ?? 0);
  }
  for (; at < bytes.length; at += 1) {
    value = (value >>> 8) ^ (first[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~value >>> 0;
}
