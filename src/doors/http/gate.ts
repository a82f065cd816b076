/**
 * The way of every request: host, limit, caller, right, parts, act, journal, answer. In this order.
 *
 * The tenant follows from the host alone. Nothing of the body is parsed before the caller may ask
 * at all. An answer leaves only when it fits its declared schema and the journal has its line.
 */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { type TenantId, Together, type Unit, type Units } from '#base/unit';
import type { AccessEvent, AccessJournal, Caller, RequestFacts } from '#business/access';
import { type Answer, type Answers, officeSubject, type Question } from './answers.ts';
import { jsonOf } from './body.ts';
import { type Authorise, callerName, type Identify } from './identity.ts';
import { JointLines } from './joint-lines.ts';
import { anyonePerMinuteMax, purposeCharactersMax } from './limits.ts';
import { statusOf } from './problem.ts';
import type { RateLimit } from './rate.ts';
import type { JsonAnswer, KeptAnswer } from './route.ts';
import type { Declared, RawAsked } from './route-book.ts';

const keyPattern = /^[A-Za-z0-9_-]{16,64}$/;
const keyShape = '16–64 A–Z a–z 0–9 _ -';
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/;
/** The house's own socket: only this user reaches it, so nobody is kept out by a count. */
export const ownAddress = 'socket';
const jsonMedia = 'application/json; charset=utf-8';
/** Of one unit. */
const journalLinesMax = 200;

/** Whose host was asked, and which pages that institution lets frame its documents. */
export interface Hosted {
  readonly tenant: TenantId;
  readonly frameOrigins: readonly string[];
}

export interface GateParts {
  readonly units: Units;
  /** The institution whose domain was asked; undefined for a host nobody owns. */
  readonly hostOf: (host: string) => Promise<Hosted | undefined>;
  readonly identify: Identify;
  readonly authorise: Authorise;
  readonly rate: RateLimit;
  /** Law 5: what nobody can see later is not answered. */
  readonly journal: Pick<AccessJournal, 'writeAll'>;
  readonly answers: Answers;
  /** How long the first of those who share a unit waits for others. */
  readonly gather?: () => Promise<void>;
}

/** A request as it arrived. */
export interface Arrived {
  readonly host: string;
  readonly facts: RequestFacts;
  readonly params: unknown;
  readonly query: unknown;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly requestId: string;
}

/** What is sent back; bytes only for a document. */
export interface Answered {
  readonly status: number;
  readonly body: Json | Uint8Array;
  readonly media: string;
  readonly frameOrigins: readonly string[];
}

export class Gate {
  readonly #parts: GateParts;
  readonly #joint: JointLines;
  readonly #lines = new Map<TenantId, Together<AccessEvent, void>>();

  constructor(parts: GateParts) {
    this.#parts = parts;
    this.#joint = new JointLines(parts);
  }

  async answer(route: Declared, arrived: Arrived): Promise<Answered> {
    const hosted = await this.#parts.hostOf(arrived.host);
    if (hosted === undefined) throw new Fault('http.host_unknown');
    const { tenant, frameOrigins } = hosted;
    await this.#limit(route, tenant, arrived.facts.address);
    const caller = await this.#callerOf(route, tenant, arrived.facts);
    let raw: RawAsked = { tenant, caller, ...plainParts(arrived), body: undefined };
    try {
      await this.#admit(route, raw);
      raw = { ...raw, body: bodyFor(route, arrived.facts) };
      return { ...(await this.#perform(route, raw, arrived)), frameOrigins };
    } catch (thrown) {
      const outcome = thrown instanceof Fault ? thrown.code : 'access.internal_error';
      const status = statusOf(outcome, thrown instanceof Fault && thrown.retryable);
      await this.#note(tenant, eventOf(route, raw, { status, outcome }));
      throw thrown;
    }
  }

  /** Routes for anyone have nobody to hold to account, so they count addresses. */
  async #limit({ head }: Declared, tenant: TenantId, address: string): Promise<void> {
    const open = head.who.includes('anyone');
    if (address === ownAddress || (!open && head.perMinuteMax === undefined)) return;
    const perMinuteMax = head.perMinuteMax ?? anyonePerMinuteMax;
    const route = `${head.method} ${head.path}`;
    const wait = await this.#parts.rate.take({ tenant, route, address, perMinuteMax });
    if (wait === undefined) return;
    throw new Fault('access.rate_exceeded', { retryAfterSeconds: wait }, { retryable: true });
  }

  async #callerOf({ head }: Declared, tenant: TenantId, facts: RequestFacts): Promise<Caller> {
    if (head.who.every((who) => who === 'anyone')) return { kind: 'nobody' };
    const caller = await this.#parts.identify(tenant, facts);
    if (caller.kind === 'nobody' && !head.who.includes('anyone')) {
      throw new Fault('access.unauthenticated');
    }
    return caller;
  }

  async #admit({ head }: Declared, raw: Omit<RawAsked, 'body'>): Promise<void> {
    const { caller, tenant } = raw;
    if (caller.kind === 'nobody') return;
    if (!head.who.includes(caller.kind)) throw new Fault('access.not_yours');
    if (caller.kind === 'borrower') return;
    const needs = (caller.kind === 'staff' ? head.staffNeeds : undefined) ?? head.needs;
    if (needs !== undefined) await this.#parts.authorise({ tenant, caller }, needs);
  }

  async #perform(
    route: Declared,
    asked: RawAsked,
    { facts, target }: Arrived,
  ): Promise<Omit<Answered, 'frameOrigins'>> {
    const { deed } = route;
    if (deed.kind === 'once') {
      const question = questionOf(asked, facts, target);
      const { status, body } = await this.#performOnce(route, deed, { asked, question });
      return { status, media: jsonMedia, body };
    }
    const { status } = deed.answer;
    const answered =
      deed.kind === 'file'
        ? { status, media: deed.answer.media, body: await deed.act(asked) }
        : { status, media: jsonMedia, body: fitted(route, deed.answer, await deed.act(asked)) };
    await this.#note(asked.tenant, eventOf(route, asked, { status, outcome: 'ok' }));
    return answered;
  }

  /** Effect, stored answer and journal line are one unit, alone or with others of this moment. */
  #performOnce(
    route: Declared,
    deed: Extract<Declared['deed'], { kind: 'once' }>,
    { asked, question }: { readonly asked: RawAsked; readonly question: Question },
  ): Promise<Answer> {
    // In the unit: an answer that does not fit takes its effect back with it.
    const told = (kept: KeptAnswer<unknown>): Answer => {
      const body = fitted(route, deed.answer, kept.body);
      return { status: deed.answer.status, body, subject: kept.subject ?? subjectOf(asked.caller) };
    };
    const lineOf = ({ status }: Answer) => eventOf(route, asked, { status, outcome: 'ok' });
    if (deed.joint !== undefined) {
      const order = deed.joint.order(asked);
      const { tenant } = asked;
      return this.#joint.ask({ route, tenant }, deed.joint, {
        question,
        order,
        told,
        eventOf: lineOf,
      });
    }
    const { answers, journal } = this.#parts;
    const effect = async () => {
      const commit = await deed.act(asked);
      return async (unit: Unit) => told(await commit(unit));
    };
    return answers.once(question, effect, async (unit, answer) => {
      const line = lineOf(answer);
      if (line !== undefined) await journal.writeAll(unit, [line]);
    });
  }

  async #note(tenant: TenantId, event: AccessEvent | undefined): Promise<void> {
    if (event === undefined) return;
    const line = this.#lines.get(tenant) ?? this.#openLine(tenant);
    this.#lines.set(tenant, line);
    await line.ask(event);
  }

  /** Lines of one moment are one unit: each is durable before its answer leaves. */
  #openLine(tenant: TenantId): Together<AccessEvent, void> {
    const { units, journal } = this.#parts;
    const write = (events: readonly AccessEvent[]): Promise<void> =>
      units.run(tenant, (unit) => journal.writeAll(unit, events));
    return new Together<AccessEvent, void>({
      answer: async (events) => {
        await write(events);
        return events.map(() => ({ is: 'ok', value: undefined }));
      },
      alone: (event) => write([event]),
      weightMax: journalLinesMax,
    });
  }
}

/** The journal's line about a request; what nobody asks has none. */
function eventOf(
  { head }: Declared,
  raw: RawAsked,
  end: { readonly status: number; readonly outcome: string },
): AccessEvent | undefined {
  const { caller, requestId, address, purpose } = raw;
  if (caller.kind === 'nobody') return undefined;
  return {
    requestId,
    caller,
    route: `${head.method} ${head.path}`,
    ids: { ...idsIn(caseIn(raw.body)), ...idsIn(raw.params) },
    ...(purpose === undefined ? {} : { purpose }),
    ...end,
    address,
  };
}

function plainParts({ facts, params, query, requestId }: Arrived) {
  const purpose = purposeOf(facts);
  const { address } = facts;
  return { params, query, requestId, address, ...(purpose === undefined ? {} : { purpose }) };
}

/** One question however often it is asked: keys belong to who asks, never to where from. */
function questionOf(asked: RawAsked, facts: RequestFacts, target: string) {
  const key = facts.headers['idempotency-key'];
  if (key === undefined || !keyPattern.test(key)) {
    throw new Fault('access.idempotency_key_missing', { needs: keyShape });
  }
  return {
    tenant: asked.tenant,
    caller: callerName(asked.caller),
    key,
    route: `${facts.method} ${target}`,
    body: (asked.body ?? null) as Json,
  };
}

function subjectOf(caller: Caller): string {
  return caller.kind === 'borrower' ? caller.subject : officeSubject;
}

function bodyFor({ head }: Declared, facts: RequestFacts): unknown {
  return head.method === 'GET' ? undefined : bodyOf(facts, head.body !== undefined);
}

/** Whose case a body names: the journal says it, as it does for one in the path. */
function caseIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'case' in body ? { case: body.case } : {};
}

/** The JSON of a body. A route that declares none takes none, or an empty object. */
function bodyOf(facts: RequestFacts, isDeclared: boolean): unknown {
  const coding = facts.headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity') throw new Fault('http.media_type_unsupported', { coding: 'content' });
  return facts.body.length === 0 ? undefined : jsonOf(facts.body, isDeclared);
}

/** Percent-encoded UTF-8, for a header field is ASCII and a purpose is a sentence. */
function purposeOf(facts: RequestFacts): string | undefined {
  const text = facts.headers['x-fubie-purpose'];
  if (text === undefined) return undefined;
  try {
    const purpose = decodeURIComponent(text).trim();
    const isPlain = purpose.length > 0 && !purpose.includes('\u0000');
    if (isPlain && purpose.length <= purposeCharactersMax) return purpose;
  } catch {
    // Not percent-encoded UTF-8: refused below like one that is too long.
  }
  throw new Fault('access.request_malformed', { part: 'header', at: 'x-fubie-purpose', why: '' });
}

/** The answer as its schema says, or a bug of ours; names the place, never the value. */
function fitted({ head }: Declared, answer: JsonAnswer<unknown>, told: unknown): Json {
  // Through JSON first: what would not be sent need not fit.
  const outcome = answer.body.safeParse(JSON.parse(JSON.stringify(told ?? null)));
  if (outcome.success) return outcome.data as Json;
  const places = outcome.error.issues.map(
    ({ path, code }) => `${path.map(String).join('.')} ${code}`,
  );
  throw new Error(`${head.method} ${head.path}: the answer does not fit (${places.join(', ')})`);
}

function idsIn(params: unknown): Record<string, string> {
  if (typeof params !== 'object' || params === null) return {};
  const ids = Object.entries(params).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && idPattern.test(entry[1]),
  );
  return Object.fromEntries(ids);
}
