/**
 * One declaration per route: who may ask, what goes in, what comes out, which refusals it has.
 *
 * The framework behind this face checks caller, schemas and permission before `act` runs, writes
 * the access journal before an answer leaves, and draws docs/api/openapi.json from the same
 * declarations, so that what is documented, what is checked and what is served cannot differ.
 */
import type { z } from 'zod';
import type { Commit, Outcome, TenantId, Unit } from '#base/unit';
import type { Caller, Permission } from '#business/access';

/** Which kinds of caller a route lets in; `anyone` needs no identity at all. */
export type Who = 'anyone' | 'borrower' | 'staff' | 'machine';

/** One checked request as `act` gets it: parsed parts, the caller, and where it came from. */
export interface Asked<P = unknown, Q = unknown, B = unknown> {
  /** Whose host was asked; no header, path or body can choose another tenant. */
  readonly tenant: TenantId;
  readonly caller: Caller;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  /** Where the connection came from, for limits and the journal; never taken as identity. */
  readonly address: string;
  /** Why the caller looks, from the header `x-fubie-purpose`; PIPL 6, 51. */
  readonly purpose?: string;
}

/** What a JSON route answers: the status of success and the schema its body fits. */
export interface JsonAnswer<A> {
  readonly status: number;
  readonly body: z.ZodType<A>;
}

/** What a file route answers: bytes of this media type. */
export interface FileAnswer {
  readonly status: number;
  readonly media: string;
}

/** The declaration of one route; everything the framework, the document and the fuzzer know. */
export interface RouteHead<P = unknown, Q = unknown, B = unknown, A = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With colons for parameters: `/v1/staff/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: { readonly zh: string; readonly en: string };
  readonly who: readonly Who[];
  /** Asked of staff and machines; a borrower's right is her case. */
  readonly needs?: Permission;
  /** Asked of staff instead of `needs`, where a machine takes out what is its own anyway. */
  readonly staffNeeds?: Permission;
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answer: JsonAnswer<A> | FileAnswer;
  /** Fault codes of this route beyond those every route may answer. */
  readonly refusals: readonly string[];
  /** Requests of one address in one minute; routes open to anyone have a limit of their own. */
  readonly perMinuteMax?: number;
  /** Larger bodies are refused with 413; without it, the door's own `bodyBytesMax`. */
  readonly bytesMax?: number;
}

/** What `act` may answer: the schema's output, where lists and members may be read-only. */
export type Told<A> = A extends readonly (infer Each)[]
  ? readonly Told<Each>[]
  : A extends object
    ? { readonly [Name in keyof A]: Told<A[Name]> }
    : A;

/** A kept answer and whose vault key seals it. */
export interface KeptAnswer<A> {
  readonly body: Told<A>;
  /** Without it: the borrower's own subject, and the tenant's `office` for everybody else. */
  readonly subject?: string;
}

/** How a group waits: one that is answered alone waits for others, a group waits for nobody. */
export interface JointManner {
  readonly wait: boolean;
}

/** An act of many callers at once. */
export interface JointAct<P, Q, B, Order, Result> {
  /** What is asked, judged as far as it can be without the house. */
  order(asked: Asked<P, Q, B>): Order;
  /** How much of a unit it fills. */
  weightOf(order: Order): number;
  /** One outcome for each, in their order; what is refused has left nothing in the unit. */
  commit(
    unit: Unit,
    orders: readonly Order[],
    how: JointManner,
  ): Promise<readonly Outcome<Result>[]>;
}

type Act<P, Q, B, Result> = (asked: Asked<P, Q, B>) => Promise<Result>;
type JsonHead<P, Q, B, A> = RouteHead<P, Q, B, A> & { readonly answer: JsonAnswer<A> };

/** What a routes file registers its routes with. */
export interface Doors {
  /** A GET: changes nothing. */
  read<P, Q, B, A>(head: JsonHead<P, Q, B, A>, act: Act<P, Q, B, Told<NoInfer<A>>>): void;
  /**
   * A POST, PUT or DELETE with an Idempotency-Key: the outside half runs, then its commit and the
   * stored answer are one unit. The same key asked again gets the first answer.
   */
  once<P, Q, B, A>(
    head: JsonHead<P, Q, B, A>,
    act: Act<P, Q, B, Commit<KeptAnswer<NoInfer<A>>>>,
  ): void;
  /**
   * The same for an act without an outside half: callers of one moment share a unit, and each has
   * an answer of its own (decision 0049).
   */
  joint<P, Q, B, A, Order>(
    head: JsonHead<P, Q, B, A>,
    act: JointAct<P, Q, B, Order, KeptAnswer<NoInfer<A>>>,
  ): void;
  /** A POST that is not kept, and the sentence that says why it need not be. */
  each<P, Q, B, A>(
    head: JsonHead<P, Q, B, A> & { readonly why: string },
    act: Act<P, Q, B, Told<NoInfer<A>>>,
  ): void;
  /** A GET of bytes. */
  file<P, Q, B>(
    head: RouteHead<P, Q, B> & { readonly answer: FileAnswer },
    act: Act<P, Q, B, Uint8Array>,
  ): void;
}
