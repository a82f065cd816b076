/**
 * The phone's line to the house: HTTP and nothing else, patient, every POST safe to repeat.
 *
 * A request that got no answer, or a retryable refusal, is sent again with the same idempotency key
 * until `patienceMs` is over. What the house refuses for good is a Fault with the house's code.
 */
import { fromUtf8, toBase64Url, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';

export interface LineRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Sends one request; throws whatever the network throws. */
export type Send = (request: LineRequest) => Promise<{ status: number; body: Uint8Array }>;

export interface LineParts {
  readonly send: Send;
  readonly clock: Clock;
  readonly random: Random;
  readonly sleep: (ms: number) => Promise<void>;
  /** How long an outage is waited for before the phone gives up, in milliseconds. */
  readonly patienceMs: number;
}

export type Members = { readonly [name: string]: Json };

const pauseMsMin = 50;
const pauseMsMax = 2_000;

export class Line {
  readonly #parts: LineParts;
  #token = '';

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  /** From now on the phone shows this token: the key to its own case. */
  hold(token: string): void {
    this.#token = token;
  }

  async post(path: string, body: Json, key = this.freshKey()): Promise<Members> {
    const headers = {
      ...this.#headers(),
      'content-type': 'application/json',
      'idempotency-key': key,
    };
    const answer = await this.#patiently({
      method: 'POST',
      path,
      headers,
      body: utf8(canonical(body)),
    });
    return JSON.parse(fromUtf8(answer)) as Members;
  }

  async get(path: string): Promise<Members> {
    return JSON.parse(fromUtf8(await this.bytes(path))) as Members;
  }

  async bytes(path: string): Promise<Uint8Array> {
    const headers = this.#headers();
    return this.#patiently({ method: 'GET', path, headers, body: new Uint8Array(0) });
  }

  freshKey(): string {
    return toBase64Url(this.#parts.random.bytes(18));
  }

  async sleep(ms: number): Promise<void> {
    await this.#parts.sleep(ms);
  }

  #headers(): Record<string, string> {
    return this.#token === '' ? {} : { authorization: `Bearer ${this.#token}` };
  }

  async #patiently(request: LineRequest): Promise<Uint8Array> {
    const { clock, patienceMs } = this.#parts;
    const until = clock.now() + patienceMs;
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.#once(request);
      if (!(outcome instanceof Fault)) return outcome;
      if (!outcome.retryable || clock.now() >= until) throw outcome;
      await this.#parts.sleep(Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(tries, 6)));
    }
  }

  async #once(request: LineRequest): Promise<Uint8Array | Fault> {
    let answer: { status: number; body: Uint8Array };
    try {
      answer = await this.#parts.send(request);
    } catch (cause) {
      return new Fault('phone.no_answer', { path: request.path }, { cause, retryable: true });
    }
    if (answer.status < 300) return answer.body;
    return refusalIn(answer, request.path);
  }
}

function refusalIn(answer: { status: number; body: Uint8Array }, path: string): Fault {
  let problem: Members = {};
  try {
    problem = JSON.parse(fromUtf8(answer.body)) as Members;
  } catch {
    // A proxy's error page is no problem document; the status alone decides.
  }
  const code = typeof problem['code'] === 'string' ? problem['code'] : 'phone.refused';
  const retryable = problem['retryable'] === true || answer.status === 502;
  const context = JSON.stringify(problem['context'] ?? {});
  return new Fault(code, { path, status: answer.status, context }, { retryable });
}

/** A member that must be text. */
export function textIn(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new Fault('phone.answer_malformed', { member: name });
  return value;
}
