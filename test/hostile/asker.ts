/**
 * Asks one house as anybody: every byte of the request is the test's to choose, the host too.
 */
import { createHmac } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { toHex } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';

export interface Question {
  readonly method: string;
  readonly path: string;
  /** A bearer token, or a key of `signingToken` by which the request is signed. */
  readonly token?: string | undefined;
  readonly key?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; bytes are sent as they are. */
  readonly body?: Json | Uint8Array | undefined;
}

export interface Heard {
  readonly status: number;
  /** Of a refusal; empty otherwise. */
  readonly code: string;
  readonly media: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: { readonly [name: string]: Json };
  readonly text: string;
}

export interface House {
  readonly port: number;
  readonly host: string;
}

const answerMsMax = 60_000;
let keys = 0;

/** One request on a connection of its own; throws when there is no HTTP answer. */
export function ask(house: House, question: Question): Promise<Heard> {
  const { method, path, token, body } = question;
  const bytes = body instanceof Uint8Array ? body : Buffer.from(canonical(body ?? null));
  const isSent = body !== undefined;
  keys += 1;
  const headers: Record<string, string> = {
    host: house.host,
    ...(token === undefined || isSigning(token) ? {} : { authorization: `Bearer ${token}` }),
    ...(method === 'GET' ? {} : { 'idempotency-key': question.key ?? freshKey() }),
    ...(isSent ? { 'content-type': 'application/json', 'content-length': `${bytes.length}` } : {}),
    ...question.headers,
  };
  if (isSigning(token)) Object.assign(headers, signed({ method, path, token, headers }));
  return new Promise((resolve, reject) => {
    const asked = httpRequest({
      host: '127.0.0.1',
      port: house.port,
      method,
      path,
      headers,
      agent: false,
      timeout: answerMsMax,
    });
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error(`no answer to ${method} ${path}`)));
    asked.once('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.once('error', reject);
      answer.once('end', () => resolve(heardOf(answer, Buffer.concat(parts))));
    });
    asked.end(isSent ? bytes : undefined);
  });
}

function heardOf(
  answer: { statusCode?: number | undefined; headers: Heard['headers'] },
  bytes: Buffer,
): Heard {
  const media = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  // Every byte keeps its place, so that a value of another tenant is found in a PDF, too.
  const text = media.includes('json') ? bytes.toString('utf8') : bytes.toString('latin1');
  const body = media.includes('json') ? (JSON.parse(text) as Heard['body']) : {};
  const code = typeof body['code'] === 'string' && body['detail'] ? body['code'] : '';
  return { status: answer.statusCode ?? 0, code, media, headers: answer.headers, body, text };
}

const signingMark = 'sign:' as const;
type SigningToken = `${typeof signingMark}${string}`;
/** For whom a purpose is asked of: a word of the supervisors' list and a number. */
const lookPurpose = encodeURIComponent('off-site-supervision 示监〔2026〕1号');

/** A token with which `ask` signs (RFC 9421, HMAC) and says why, as supervisors' programs do. */
export function signingToken(key: { readonly id: string; readonly secret: string }): string {
  return `${signingMark}${key.id}:${key.secret}`;
}

function isSigning(token: string | undefined): token is SigningToken {
  return token?.startsWith(signingMark) === true;
}

function signed(of: {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
}): Record<string, string> {
  const [, keyId, secret = ''] = of.token.split(':');
  const [path = '', query] = of.path.split('?', 2);
  const purpose = of.headers['x-fubie-purpose'] ?? lookPurpose;
  const values = {
    '@method': of.method,
    '@authority': of.headers['host'] ?? '',
    '@path': path,
    '@query': `?${query ?? ''}`,
    'x-fubie-purpose': purpose,
  };
  const covered = Object.keys(values).map((name) => `"${name}"`);
  const stated = [
    `(${covered.join(' ')})`,
    `created=${Math.floor(systemClock.now() / 1_000)}`,
    `nonce="${toHex(systemRandom.bytes(16))}"`,
    `keyid="${keyId}"`,
    'tag="fubie"',
  ].join(';');
  const lines = Object.entries(values).map(([name, value]) => `"${name}": ${value}`);
  const base = [...lines, `"@signature-params": ${stated}`].join('\n');
  const key = Buffer.from(secret, 'base64url');
  const signature = createHmac('sha256', key).update(base).digest('base64');
  return {
    'x-fubie-purpose': purpose,
    'signature-input': `sig=${stated}`,
    signature: `sig=:${signature}:`,
  };
}

function freshKey(): string {
  return `key-of-a-question-${keys}-${process.pid}`;
}

/** A loopback port whose requests reach the house under its host: for clients with no choice. */
export async function openAlias(house: House): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, host: house.host };
    const { method, url: path } = incoming;
    const place = { host: '127.0.0.1', port: house.port };
    const passed = httpRequest({ ...place, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
