/**
 * Reads from a Fastify request what a room may know of it, before anything is parsed.
 */
import type { FastifyRequest } from 'fastify';
import { Fault } from '#base/fault';
import type { RequestFacts } from '#business/access';
import type { Arrived } from './gate.ts';
import { headersMax } from './limits.ts';

/** Fields that decide who asks whom for what: two of them are two opinions, and one is a trick. */
const single = new Set(['authorization', 'content-length', 'content-type', 'host', 'x-api-key']);

/** Refuses header fields that two readers could read differently, or that are too many. */
export function checkHeaders(request: FastifyRequest): void {
  const { rawHeaders } = request.raw;
  if (rawHeaders.length > 2 * headersMax) throw new Fault('http.headers_too_large');
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    if (seen.has(name) && single.has(name)) {
      const details = { part: 'header', at: name, why: 'twice' };
      throw new Fault('access.request_malformed', details);
    }
    seen.add(name);
  }
}

export function arrivedOf(request: FastifyRequest): Arrived {
  const { host, hostname, id, method, params, protocol, query, url } = request;
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array(0);
  const facts: RequestFacts = {
    method,
    targetUri: `${protocol}://${host}${url}`,
    authority: authorityOf(host, protocol),
    headers: headersOf(request),
    body,
    address: request.ip,
  };
  return { host: hostname.toLowerCase(), facts, params, query, target: url, requestId: id };
}

/** RFC 9421 section 2.2.3: lower case, without the port that the scheme implies. */
function authorityOf(host: string, protocol: string): string {
  return host.toLowerCase().replace(protocol === 'https' ? /:443$/ : /:80$/, '');
}

/** All lines of one name in their order: Node itself would drop some of them. */
function headersOf(request: FastifyRequest): Record<string, string> {
  const { rawHeaders } = request.raw;
  const lines = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const held = lines.get(name);
    const value = rawHeaders[at + 1] ?? '';
    lines.set(name, held === undefined ? value : `${held}, ${value}`);
  }
  return Object.fromEntries(lines);
}
