/**
 * The header fields every answer carries: nothing may frame, sniff, cache or phone home with it.
 *
 * CSP Level 3, RFC 6797 (HSTS, over TLS only), Fetch's CORP and HTML's COOP. No CORS header is ever
 * sent: another origin's page cannot read an answer. A document may be framed by the origins that
 * the institution registered as its own, and by nobody else.
 */
import type { FastifyReply } from 'fastify';
import type { PageName } from './pages.ts';

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

/** What decides a page's header fields, beside those that every answer carries. */
export interface SentPage {
  readonly page: PageName;
  /** Lets the page's own styles in; without it nothing inline is. */
  readonly nonce: string;
  readonly frameOrigins: readonly string[];
}

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "worker-src 'self' blob:",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];
/** What a page may ask of the device it runs on; nobody else's page may ask anything. */
const rightsOfPage: Readonly<Record<PageName, string>> = {
  start: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  sign: 'camera=(self), geolocation=(self), screen-wake-lock=(self), microphone=(), payment=(), usb=()',
  verify: 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()',
  desk: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** After `secure`: a page runs the build's own programs and talks to its own origin only. */
export function securePage(reply: FastifyReply, { page, nonce, frameOrigins }: SentPage): void {
  // An institution may set the signer's page into its own; nobody frames a desk.
  const framers = page === 'sign' ? frameOrigins : [];
  const style = `style-src 'self' 'nonce-${nonce}'`;
  const policy = [...pagePolicy, style, ancestorsOf(framers)].join('; ');
  reply.headers({ 'content-security-policy': policy, 'permissions-policy': rightsOfPage[page] });
  if (framers.length > 0) reply.removeHeader('x-frame-options');
}

function policyOf(isDocument: boolean, framers: readonly string[]): string {
  const connect = isDocument ? "; connect-src 'self'" : '';
  const ancestors = ancestorsOf(framers);
  return `default-src 'none'${connect}; base-uri 'none'; form-action 'none'; ${ancestors}`;
}

function ancestorsOf(framers: readonly string[]): string {
  return `frame-ancestors ${framers.length === 0 ? "'none'" : framers.join(' ')}`;
}
