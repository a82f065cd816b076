/**
 * What a person who signs alone asks of a time-stamping authority over HTTP (RFC 3161 §3.4).
 */
import { Fault } from '#base/fault';
import type { TimestampLine } from '#trust/timestamp';

const answerBytesMax = 16 * 1024 * 1024;
const tooLong = `more than ${answerBytesMax} bytes`;

/** One authority by its address. */
export function httpTimestampLine(address: string): TimestampLine {
  const url = webAddress(address);
  return {
    name: url.host,
    ask: (request, timeoutMs) =>
      fetched(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: request.slice(),
        signal: AbortSignal.timeout(timeoutMs),
      }),
  };
}

function webAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Fault('main.usage', { needs: '--tsa http://…', given: address });
}

async function fetched(url: URL, init: RequestInit): Promise<Uint8Array> {
  const answer = await fetch(url, { redirect: 'error', ...init });
  const length = Number(answer.headers.get('content-length') ?? 0);
  if (!answer.ok) throw broken(`HTTP ${answer.status}`);
  if (length > answerBytesMax) throw broken(tooLong);
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of answer.body ?? []) {
    total += part.length;
    if (total > answerBytesMax) throw broken(tooLong);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** An error that says in its code what came instead of an answer. */
function broken(code: string): Error {
  return Object.assign(new Error(code), { code });
}
