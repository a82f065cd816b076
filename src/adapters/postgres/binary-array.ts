/**
 * A list of byte strings as PostgreSQL's binary form of bytea[] (array_recv in arrayfuncs.c).
 *
 * The driver would write each as hexadecimal text inside a quoted text: twice the bytes to send and
 * most of the time a batch of entries costs this process.
 */
const headerBytes = 20;
const lengthBytes = 4;
const byteaOid = 17;

/** To be cast in the statement: `${bytesArray(list)}::bytea[]`. */
export function bytesArray(list: readonly Uint8Array[]): Uint8Array {
  const total = list.reduce((sum, { length }) => sum + lengthBytes + length, headerBytes);
  const array = new Uint8Array(total);
  const view = new DataView(array.buffer);
  view.setInt32(0, 1); // One dimension,
  view.setInt32(4, 0); // no null in it,
  view.setInt32(8, byteaOid);
  view.setInt32(12, list.length);
  view.setInt32(16, 1); // counted from one.
  let at = headerBytes;
  for (const bytes of list) {
    view.setInt32(at, bytes.length);
    array.set(bytes, at + lengthBytes);
    at += lengthBytes + bytes.length;
  }
  return array;
}
