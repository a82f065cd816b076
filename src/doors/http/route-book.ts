/**
 * All declared routes: what the server mounts, the document prints and the tests walk.
 *
 * A route's parts are parsed here, where their types are still known; everything behind it sees a
 * deed that takes raw parts. A path's id that does not fit is an address that does not exist.
 */
import type { z } from 'zod';
import { assert, Fault } from '#base/fault';
import type { Commit, Outcome, TenantId, Unit } from '#base/unit';
import type { Caller } from '#business/access';
import { hasOddText } from './body.ts';
import { malformed } from './malformed.ts';
import type {
  Asked,
  Doors,
  FileAnswer,
  JointAct,
  JsonAnswer,
  KeptAnswer,
  RouteHead,
} from './route.ts';

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
      readonly joint?: JointDeed;
    }
  | {
      readonly kind: 'file';
      readonly answer: FileAnswer;
      readonly act: (raw: RawAsked) => Promise<Uint8Array>;
    };

/** An order of a joint route; only the route itself knows what is in it. */
export interface JointOrder {
  readonly weight: number;
}

/** A deed that callers of one moment may share. */
export interface JointDeed {
  order(raw: RawAsked): JointOrder;
  /** In a unit that waits for nobody. */
  together(
    unit: Unit,
    orders: readonly JointOrder[],
  ): Promise<readonly Outcome<KeptAnswer<unknown>>[]>;
  /** In a unit of its own, which waits for others. */
  alone(order: JointOrder): Commit<KeptAnswer<unknown>>;
}

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

  joint: Doors['joint'] = (head, act) => {
    assert(head.method !== 'GET', `${head.path}: a GET keeps no answer`);
    const joint = jointDeed(head, act);
    const deed = async (raw: RawAsked) => joint.alone(joint.order(raw));
    this.#add({ head, deed: { kind: 'once', answer: head.answer, act: deed, joint } });
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

function jointDeed<P, Q, B, Order>(
  head: Parts<P, Q, B>,
  act: JointAct<P, Q, B, Order, KeptAnswer<unknown>>,
): JointDeed {
  const orders = new WeakMap<JointOrder, Order>();
  const orderOf = (name: JointOrder): Order => {
    const order = orders.get(name);
    assert(order !== undefined, 'a route gets its own orders back');
    return order;
  };
  return {
    order(raw) {
      const order = act.order(askedOf(head, raw));
      const name = { weight: act.weightOf(order) };
      orders.set(name, order);
      return name;
    },
    together: (unit, named) => act.commit(unit, named.map(orderOf), { wait: false }),
    alone: (name) => async (unit) => {
      const [outcome] = await act.commit(unit, [orderOf(name)], { wait: true });
      if (outcome?.is === 'ok') return outcome.value;
      assert(outcome?.is === 'refused', 'whoever waits is answered');
      throw outcome.because;
    },
  };
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
  refusal: (at: z.core.$ZodIssue | 'character') => Fault,
): T {
  // Without a schema T is unknown: nobody can read what nobody declared.
  if (schema === undefined) return undefined as T;
  if (hasOddText(value)) throw refusal('character');
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const [first] = outcome.error.issues;
  assert(first !== undefined, 'what does not fit has an issue');
  throw refusal(first);
}

function fits(pattern: string, path: string): boolean {
  const [want, got] = [pattern.split('/'), path.split('/')];
  return (
    want.length === got.length &&
    want.every((part, at) => (part.startsWith(':') ? got[at] !== '' : part === got[at]))
  );
}
