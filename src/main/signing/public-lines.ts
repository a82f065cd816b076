/**
 * What a person who signs alone asks of others over plain HTTP: a time stamp (RFC 3161 §3.4), a
 * certificate's revocation list (RFC 5280 §4.2.1.13).
 */
import { Fault } from '#base/fault';
import { type Certificate, certificateIfReadable } from '#formats/x509';
import type { TimestampLine } from '#trust/timestamp';
import { listsFrom } from './given-files.ts';

const answerBytesMax = 16 * 1024 * 1024;
const listMsMax = 10_000;
const listsMax = 16;

/** One authority by its address. */
export function httpTimestampLine(address: string): TimestampLine {
  const url = webAddress(address);
  return {
    ask: (request, timeoutMs) =>
      fetched(url, {
        method: 'POST',
        headers: { 'content-type': 'application/timestamp-query' },
        body: request.slice(),
        signal: AbortSignal.timeout(timeoutMs),
      }),
  };
}

/** The lists that these certificates name; what does not answer is left out, and then missed. */
export async function fetchedLists(ders: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const addresses = new Set(ders.flatMap(listAddresses));
  const lists = [...addresses]
    .slice(0, listsMax)
    .map((address) =>
      fetched(new URL(address), { signal: AbortSignal.timeout(listMsMax) }).catch(() => undefined),
    );
  const found = await Promise.all(lists);
  return found.flatMap((list) => (list === undefined ? [] : listsFrom(list)));
}

function listAddresses(der: Uint8Array): readonly string[] {
  const certificate: Certificate | undefined = certificateIfReadable(der);
  const points = certificate?.extensions.crlDistributionPoints ?? [];
  const names = points.flatMap(({ name }) => name?.full ?? []);
  return names.flatMap((name) =>
    'uri' in name && URL.canParse(name.uri) && name.uri.startsWith('http:') ? [name.uri] : [],
  );
}

function webAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new Fault('main.usage', { needs: '--tsa http://…', given: address });
}

async function fetched(url: URL, init: RequestInit): Promise<Uint8Array> {
  const answer = await fetch(url, { redirect: 'error', ...init });
  const length = Number(answer.headers.get('content-length') ?? 0);
  if (!answer.ok || length > answerBytesMax) throw new Error(`${url.host}: ${answer.status}`);
  const parts: Uint8Array[] = [];
  let total = 0;
  for await (const part of answer.body ?? []) {
    total += part.length;
    if (total > answerBytesMax) throw new Error(`${url.host}: more than ${answerBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
