/**
 * RLP, the encoding of Ethereum's structures (Yellow Paper, appendix B): strings and lists.
 *
 * Read strictly: only what `encodeRlp` prints is accepted, so that a hash has one preimage here.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';

/** A string of bytes, or a list of such and of lists. */
export type Rlp = Uint8Array | readonly Rlp[];

const shortMax = 55;
const depthMax = 8;
/** A block header has some six hundred bytes, a node of a trie as many. */
const rlpBytesMax = 65_536;

export function encodeRlp(value: Rlp): Uint8Array {
  if (value instanceof Uint8Array) {
    const [only] = value;
    if (value.length === 1 && only !== undefined && only < 0x80) return value;
    return concat(head(0x80, value.length), value);
  }
  const body = concat(...value.map(encodeRlp));
  return concat(head(0xc0, body.length), body);
}

/** Refuses with evm.malformed whatever is not one value in its only encoding. */
export function decodeRlp(bytes: Uint8Array): Rlp {
  if (bytes.length > rlpBytesMax) throw new Fault('evm.limit', { why: 'rlp_bytes' });
  const { value, end } = read(bytes, 0, depthMax);
  if (end !== bytes.length) throw malformed('bytes behind the value');
  return value;
}

/** A number as its fewest bytes, most significant first; zero is the empty string. */
export function rlpNumber(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return Uint8Array.from(bytes);
}

/** The number such bytes mean; refuses a leading zero. */
export function numberOfRlp(value: Rlp | undefined): bigint {
  const bytes = stringOf(value);
  if (bytes[0] === 0) throw malformed('leading zero of a number');
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

export function stringOf(value: Rlp | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed('a list where bytes belong');
  return value;
}

export function listOf(value: Rlp | undefined): readonly Rlp[] {
  if (value === undefined || value instanceof Uint8Array) throw malformed('bytes, not a list');
  return value;
}

function head(offset: number, length: number): Uint8Array {
  if (length <= shortMax) return Uint8Array.of(offset + length);
  const size = rlpNumber(BigInt(length));
  return concat(Uint8Array.of(offset + shortMax + size.length), size);
}

interface Read {
  readonly value: Rlp;
  readonly end: number;
}

function read(bytes: Uint8Array, at: number, depth: number): Read {
  const first = bytes[at];
  if (first === undefined) throw malformed('the bytes end early');
  if (first < 0x80) return { value: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const { from, end } = span(bytes, at, first - (isList ? 0xc0 : 0x80));
  if (isList) return { value: items(bytes, { from, end }, depth), end };
  const [only] = bytes.subarray(from, end);
  if (end - from === 1 && only !== undefined && only < 0x80) throw malformed('a byte with a head');
  return { value: bytes.subarray(from, end), end };
}

function items(
  bytes: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
  depth: number,
): readonly Rlp[] {
  if (depth === 0) throw malformed('depth');
  const values: Rlp[] = [];
  let at = from;
  while (at < end) {
    const item = read(bytes.subarray(0, end), at, depth - 1);
    values.push(item.value);
    at = item.end;
  }
  return values;
}

function span(bytes: Uint8Array, at: number, marked: number): { from: number; end: number } {
  const sizeBytes = Math.max(0, marked - shortMax);
  const from = at + 1 + sizeBytes;
  const size = bytes.subarray(at + 1, from);
  if (size.length < sizeBytes || sizeBytes > 3) throw malformed('length');
  const length = sizeBytes === 0 ? marked : size.reduce((sum, byte) => sum * 256 + byte, 0);
  if (sizeBytes > 0 && (size[0] === 0 || length <= shortMax)) throw malformed('length');
  if (from + length > bytes.length) throw malformed('the bytes end early');
  return { from, end: from + length };
}

function malformed(why: string): Fault {
  return new Fault('evm.malformed', { why });
}
