/**
 * A list as PostgreSQL's binary form of bytea[] and text[] (array_recv in arrayfuncs.c).
 *
 * The driver would write byte strings as hexadecimal text inside a quoted text, twice the bytes to
 * send, and look at each letter of a text: most of the time a batch of rows costs this process.
 */
const headerBytes = 20;
const lengthBytes = 4;
const byteaOid = 17;
const textOid = 25;

/** To be cast in the statement: `${bytesArray(list)}::bytea[]`. */
export function bytesArray(list: readonly Uint8Array[]): Uint8Array {
  const total = list.reduce((sum, { length }) => sum + lengthBytes + length, headerBytes);
  const array = headed(total, byteaOid, list.length);
  let at = headerBytes;
  for (const bytes of list) {
    array.writeInt32BE(bytes.length, at);
    array.set(bytes, at + lengthBytes);
    at += lengthBytes + bytes.length;
  }
  return array;
}

/** To be cast in the statement: `${textsArray(list)}::text[]`. */
export function textsArray(list: readonly string[]): Uint8Array {
  // The longest a UTF-16 unit becomes in UTF-8: looking would cost as much as writing.
  const most = list.reduce((sum, { length }) => sum + lengthBytes + 3 * length, headerBytes);
  const array = headed(most, textOid, list.length);
  let at = headerBytes;
  for (const text of list) {
    const length = array.write(text, at + lengthBytes);
    array.writeInt32BE(length, at);
    at += lengthBytes + length;
  }
  return array.subarray(0, at);
}

/** To be cast in the statement: `${intsArray(list)}::int[]`. Numbers need no escaping. */
export function intsArray(list: readonly number[]): string {
  return `{${list.join(',')}}`;
}

function headed(total: number, oid: number, count: number): Buffer {
  const array = Buffer.alloc(total);
  array.writeInt32BE(1, 0); // One dimension,
  array.writeInt32BE(0, 4); // no null in it,
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16); // counted from one.
  return array;
}
