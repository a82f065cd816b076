/**
 * The header fields every answer carries: nothing may frame, sniff, cache or phone home with it.
 *
 * CSP Level 3, RFC 6797 (HSTS, over TLS only), Fetch's CORP and HTML's COOP. No CORS header is ever
 * sent: another origin's page cannot read an answer. A document may be framed by the origins that
 * the institution registered as its own, and by nobody else.
 */
import type { FastifyReply } from 'fastify';

const hstsSeconds = 31_536_000;
/** A browser remembers HSTS per name, and on this computer plain `localhost` is a door, too. */
const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What decides an answer's header fields. */
export interface Sent {
  readonly isTls: boolean;
  readonly host: string;
  /** Bytes that a page shows, such as a PDF; everything else is data. */
  readonly isDocument: boolean;
  readonly frameOrigins: readonly string[];
}

const always: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-permitted-cross-domain-policies': 'none',
};

export function secure(reply: FastifyReply, sent: Sent): void {
  const framers = sent.isDocument ? sent.frameOrigins : [];
  reply.headers({ ...always, 'content-security-policy': policyOf(sent.isDocument, framers) });
  if (framers.length === 0) reply.header('x-frame-options', 'DENY');
  else reply.removeHeader('x-frame-options');
  if (sent.isTls && !loopbackNames.has(sent.host)) {
    reply.header('strict-transport-security', `max-age=${hstsSeconds}; includeSubDomains`);
  }
}

function policyOf(isDocument: boolean, framers: readonly string[]): string {
  const ancestors = `frame-ancestors ${framers.length === 0 ? "'none'" : framers.join(' ')}`;
  const connect = isDocument ? "; connect-src 'self'" : '';
  return `default-src 'none'${connect}; base-uri 'none'; form-action 'none'; ${ancestors}`;
}
