/**
 * Reads a whole HTTP body and no more than its limit, and its headers as plain text.
 */
import type { IncomingMessage } from 'node:http';

import { concat } from '#base/bytes';
import { Fault } from '#base/fault';

export const wireBodyBytesMax = 64 * 1024 * 1024;

export async function readBody(message: IncomingMessage, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of message as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > bytesMax) throw new Fault('wire.body_too_large', { bytesMax });
    parts.push(part);
  }
  return concat(...parts);
}

export function plainHeaders(message: IncomingMessage): Readonly<Record<string, string>> {
  const plain: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined) plain[name] = values.join(', ');
  }
  return plain;
}
