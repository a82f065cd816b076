/**
 * All declared routes: what the server mounts, the document prints and the tests walk.
 *
 * A route's parts are parsed here, where their types are still known; everything behind it sees a
 * deed that takes raw parts. A path's id that does not fit is an address that does not exist.
 */
import type { z } from 'zod';
import { assert, Fault } from '#base/fault';
import type { Commit, TenantId } from '#base/unit';
import type { Caller } from '#business/access';
import type { Asked, Doors, FileAnswer, JsonAnswer, KeptAnswer, RouteHead } from './route.ts';

/** A request whose caller is known and whose parts are not yet parsed. */
export interface RawAsked {
  readonly tenant: TenantId;
  readonly caller: Caller;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly requestId: string;
  readonly address: string;
  readonly purpose?: string;
}

/** What a route does, by how its answer is kept and spelled. */
export type Deed =
  | {
      readonly kind: 'read' | 'each';
      readonly answer: JsonAnswer<unknown>;
      readonly act: (raw: RawAsked) => Promise<unknown>;
    }
  | {
      readonly kind: 'once';
      readonly answer: JsonAnswer<unknown>;
      readonly act: (raw: RawAsked) => Promise<Commit<KeptAnswer<unknown>>>;
    }
  | {
      readonly kind: 'file';
      readonly answer: FileAnswer;
      readonly act: (raw: RawAsked) => Promise<Uint8Array>;
    };

/** A route as it was declared; `why` says why an `each` need not be kept. */
export interface Declared {
  readonly head: RouteHead;
  readonly deed: Deed;
  readonly why?: string;
}

type Parts<P, Q, B> = Pick<RouteHead<P, Q, B>, 'params' | 'query' | 'body'>;

export class RouteBook implements Doors {
  readonly #routes: Declared[] = [];

  get routes(): readonly Declared[] {
    return this.#routes;
  }

  read: Doors['read'] = (head, act) => {
    assert(head.method === 'GET', `${head.path}: a read is a GET`);
    const deed = async (raw: RawAsked) => act(askedOf(head, raw));
    this.#add({ head, deed: { kind: 'read', answer: head.answer, act: deed } });
  };

  once: Doors['once'] = (head, act) => {
    assert(head.method !== 'GET', `${head.path}: a GET keeps no answer`);
    const deed = async (raw: RawAsked) => act(askedOf(head, raw));
    this.#add({ head, deed: { kind: 'once', answer: head.answer, act: deed } });
  };

  each: Doors['each'] = (head, act) => {
    assert(head.method !== 'GET', `${head.path}: a GET is a read`);
    const deed = async (raw: RawAsked) => act(askedOf(head, raw));
    this.#add({ head, why: head.why, deed: { kind: 'each', answer: head.answer, act: deed } });
  };

  file: Doors['file'] = (head, act) => {
    assert(head.method === 'GET', `${head.path}: a file is a GET`);
    const deed = async (raw: RawAsked) => act(askedOf(head, raw));
    this.#add({ head, deed: { kind: 'file', answer: head.answer, act: deed } });
  };

  /** The methods that a path has, if it is the path of some route. */
  methodsAt(path: string): readonly string[] {
    return this.#routes.filter(({ head }) => fits(head.path, path)).map(({ head }) => head.method);
  }

  #add(route: Declared): void {
    const { method, path, who, needs } = route.head;
    const twice = this.#routes.some(({ head }) => head.method === method && head.path === path);
    assert(!twice, `${method} ${path} is declared twice`);
    assert(who.length > 0, `${method} ${path} lets nobody in`);
    assert(needs === undefined || !who.includes('anyone'), `${method} ${path} needs what of whom?`);
    this.#routes.push(route);
  }
}

/** The parsed parts of a request, or access.route_unknown or access.request_malformed. */
function askedOf<P, Q, B>(head: Parts<P, Q, B>, raw: RawAsked): Asked<P, Q, B> {
  return {
    ...raw,
    params: parsed(head.params, raw.params, () => new Fault('access.route_unknown')),
    query: parsed(head.query, raw.query, (at) => malformed('query', at)),
    body: parsed(head.body, raw.body, (at) => malformed('body', at)),
  };
}

function parsed<T>(
  schema: z.ZodType<T> | undefined,
  value: unknown,
  refusal: (at: z.core.$ZodIssue | undefined) => Fault,
): T {
  // Without a schema T is unknown: nobody can read what nobody declared.
  if (schema === undefined) return undefined as T;
  if (hasNul(value)) throw refusal(undefined);
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  throw refusal(outcome.error.issues[0]);
}

/** No text of ours holds U+0000, and PostgreSQL stores none. Without recursion: depth is theirs. */
function hasNul(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string' && next.includes('\u0000')) return true;
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) open.push(name, inner);
  }
  return false;
}

/** Names the place and the kind of the first mistake, never the value. */
function malformed(part: string, issue: z.core.$ZodIssue | undefined): Fault {
  const at = issue?.path.map(String).join('.') ?? '';
  return new Fault('access.request_malformed', { part, at, why: issue?.code ?? part });
}

function fits(pattern: string, path: string): boolean {
  const [want, got] = [pattern.split('/'), path.split('/')];
  return (
    want.length === got.length &&
    want.every((part, at) => (part.startsWith(':') ? got[at] !== '' : part === got[at]))
  );
}
