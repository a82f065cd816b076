/**
 * The public files of a log as anybody reads them: over HTTP, or in a folder.
 */
import { join } from 'node:path';
import { readIfThere } from '#adapters/objects';
import { Fault } from '#base/fault';
import type { FileReader } from '#formats/tiles';

const fileMsMax = 30_000;
/** A bundle of 256 entries of 65,535 bytes each, and their lengths. */
const fileBytesMax = 256 * 65_537;
const absentStatus = 404;

/** `address` is `http://…`, `https://…` or a folder; below it stand `checkpoint` and `tile/…`. */
export function publicFiles(address: string): FileReader {
  if (!/^https?:\/\//.test(address)) return (path) => readIfThere(join(address, path));
  const base = address.endsWith('/') ? address : `${address}/`;
  return async (path) => fetched(new URL(path, base));
}

async function fetched(url: URL): Promise<Uint8Array | undefined> {
  const answer = await asked(url);
  if (answer.status === absentStatus) return undefined;
  if (!answer.ok) throw new Fault('witness.log_unreachable', { status: answer.status });
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of answer.body ?? []) {
    total += part.length;
    if (total > fileBytesMax) throw new Fault('witness.log_unreachable', { why: 'too long' });
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

async function asked(url: URL): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fileMsMax) });
  } catch (cause) {
    const details = { host: url.host };
    throw new Fault('witness.log_unreachable', details, { cause, retryable: true });
  }
}
