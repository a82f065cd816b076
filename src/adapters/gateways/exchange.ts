/**
 * JSON over the wire between a client and a gateway: read strictly, refused by code.
 *
 * A refusal travels as its code and is thrown again as the same Fault on the other side. Whatever
 * else arrives is gateways.answer_malformed, never a guess.
 */
import { type Answer, type Handler, okBody, type Question, type Request } from '#adapters/wire';
import { fromUtf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';

/** A way to one gateway: the composition binds the socket and the deadline. */
export type GatewayCall = (question: Question) => Promise<Answer>;

export type Members = Readonly<Record<string, unknown>>;

/** Names of intents, requests and orders: also names of files in a simulator's register. */
export const idPattern = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/;
/** Base64 of a SHA-256. */
export const digestPattern = /^[A-Za-z0-9+/]{43}=$/;

const jsonHeaders = { 'content-type': 'application/json' };

/** Asks a gateway for JSON. A Fault of the other side is thrown here under its own code. */
export async function ask(
  call: GatewayCall,
  question: { method: string; path: string; body?: Json; headers?: Record<string, string> },
): Promise<Members> {
  const { method, path, body } = question;
  const answer = await call({
    method,
    path,
    headers: { ...jsonHeaders, ...question.headers },
    ...(body === undefined ? {} : { body: canonicalBytes(body) }),
  });
  return membersOf(parseJson(okBody(answer), 'gateways.answer_malformed'));
}

/** Turns routes that return JSON into a handler of the wire; refusals are labelled as simulated. */
export function serveJson(routes: (request: Request) => Promise<Json>): Handler {
  return async (request) => {
    try {
      return { status: 200, headers: jsonHeaders, body: canonicalBytes(await routes(request)) };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      const { code, details, retryable } = thrown;
      throw new Fault(code, { ...details, simulator: true }, { cause: thrown, retryable });
    }
  };
}

export function bodyOf(request: Request): Members {
  return membersOf(parseJson(request.body, 'gateways.request_malformed'));
}

function parseJson(bytes: Uint8Array, code: string): unknown {
  try {
    return JSON.parse(fromUtf8(bytes)) as unknown;
  } catch (cause) {
    throw new Fault(code, { bytes: bytes.length }, { cause });
  }
}

export function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault('gateways.request_malformed', { why: 'object' });
  }
  return value as Members;
}

/** A member that must be a text of one shape; the name of a wrong one is told, its value never. */
export function textOf(members: Members, name: string, pattern: RegExp): string {
  const value = members[name];
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new Fault('gateways.request_malformed', { member: name });
  }
  return value;
}

/** A member that was read before and is known to be a text. */
export function heldText(members: Members, name: string): string {
  return textOf(members, name, /^/);
}
