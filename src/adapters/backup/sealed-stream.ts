/**
 * Seals a stream of any length in chunks, each authenticated before a byte of it is used.
 *
 * The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015) over AES-256-GCM: the
 * nonce is seven random bytes, the chunk's number, and one byte that says whether it is the last.
 * The head's digest is the additional data. So a chunk that was altered, moved, repeated, left out,
 * or taken from another back-up does not open; a file cut off or grown is told from that.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

import { concat } from '#base/bytes';
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import { ByteReader } from './byte-reader.ts';
import {
  type BackupHead,
  checkMagic,
  type DataKeys,
  headBytesMax,
  noncePrefixBytes,
  parseHead,
  printHead,
  purposeOf,
} from './head.ts';

const chunkBytes = 64 * 1024;
const tagBytes = 16;
const keyBytes = 32;
/** The counter of the nonce has 32 bits: 256 TiB in one file. */
const chunksMax = 2 ** 32;

interface Sealing {
  readonly key: Uint8Array;
  readonly prefix: Uint8Array;
  readonly bound: Uint8Array;
}

interface ChunkPlace {
  readonly number: number;
  readonly last: boolean;
}

/** The bytes of a back-up file: its head, then `plain` in sealed chunks. */
export async function* sealBackup(
  what: Pick<BackupHead, 'kind' | 'id' | 'at'>,
  plain: AsyncIterable<Uint8Array>,
  parts: { readonly keys: DataKeys; readonly random: Random },
): AsyncGenerator<Uint8Array> {
  const key = parts.random.bytes(keyBytes);
  const held = await parts.keys.wrap(purposeOf(what), key);
  const head = printHead({ ...what, ...held, nonce: parts.random.bytes(noncePrefixBytes) });
  yield head;
  const prefix = parseHead(head.subarray(head.indexOf(0x0a) + 1, -1)).nonce;
  const sealing = { key, prefix, bound: digest(head) };
  try {
    const reader = new ByteReader(plain);
    for (let number = 0; ; number += 1) {
      const bytes = await reader.take(chunkBytes);
      const last = await reader.ended();
      yield sealChunk(sealing, { number, last }, bytes);
      if (last) return;
    }
  } finally {
    key.fill(0);
  }
}

/** The head at once, the content chunk by chunk, each only after its tag was right. */
export async function openBackup(
  bytes: AsyncIterable<Uint8Array>,
  keys: DataKeys,
): Promise<{ readonly head: BackupHead; readonly plain: AsyncGenerator<Uint8Array> }> {
  const reader = new ByteReader(bytes);
  checkMagic(await reader.line(headBytesMax));
  const head = parseHead(await reader.line(headBytesMax));
  const key = await keys.unwrap(purposeOf(head), head);
  const sealing = { key, prefix: head.nonce, bound: digest(printHead(head)) };
  return { head, plain: openChunks(reader, sealing) };
}

async function* openChunks(reader: ByteReader, sealing: Sealing): AsyncGenerator<Uint8Array> {
  try {
    for (let number = 0; ; number += 1) {
      const sealed = await reader.take(chunkBytes + tagBytes);
      const last = await reader.ended();
      const plain = openChunk(sealing, { number, last }, sealed);
      if (plain === undefined) throw refusal(sealing, { number, last }, sealed);
      yield plain;
      if (last) return;
    }
  } finally {
    sealing.key.fill(0);
    await reader.close();
  }
}

/** Why a chunk did not open: right in itself but not the last, or followed by more, or neither. */
function refusal(sealing: Sealing, place: ChunkPlace, sealed: Uint8Array): Fault {
  const chunk = place.number;
  const otherwise = openChunk(sealing, { ...place, last: !place.last }, sealed);
  if (sealed.length < tagBytes) return new Fault('backup.truncated', { chunk });
  if (otherwise === undefined) return new Fault('backup.altered', { chunk });
  return new Fault(place.last ? 'backup.truncated' : 'backup.extended', { chunk });
}

function sealChunk(sealing: Sealing, place: ChunkPlace, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', sealing.key, nonceOf(sealing, place));
  cipher.setAAD(sealing.bound);
  const body = cipher.update(plain);
  return concat(body, cipher.final(), cipher.getAuthTag());
}

function openChunk(
  sealing: Sealing,
  place: ChunkPlace,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (sealed.length < tagBytes) return undefined;
  const nonce = nonceOf(sealing, place);
  const options = { authTagLength: tagBytes };
  const decipher = createDecipheriv('aes-256-gcm', sealing.key, nonce, options);
  decipher.setAAD(sealing.bound);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const body = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
  try {
    return new Uint8Array(concat(body, decipher.final()));
  } catch {
    return undefined; // The tag is wrong: node:crypto says it without a code.
  }
}

function nonceOf({ prefix }: Sealing, { number, last }: ChunkPlace): Uint8Array {
  assert(number < chunksMax, 'a back-up has at most 2^32 chunks');
  const counter = new Uint8Array(4);
  new DataView(counter.buffer).setUint32(0, number);
  return concat(prefix, counter, Uint8Array.of(last ? 1 : 0));
}

function digest(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
