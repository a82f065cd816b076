/**
 * The page's line to the house: patient with what passes, and every act safe to repeat.
 *
 * One act keeps one idempotency key from the first try to its final answer, also when the person
 * presses the button again after a cut; so nothing happens twice. Keys live as long as the page:
 * a page that was killed reads from the house what has happened.
 */
import { Refusal, refusalIn, unanswered } from './refusal.ts';

export type Send = (path: string, init: RequestInit) => Promise<Response>;

export interface LineParts {
  readonly send: Send;
  readonly sleep: (ms: number) => Promise<void>;
  readonly freshKey: () => string;
  /** Monotonic, in milliseconds. */
  readonly now: () => number;
  /** How long an outage is waited for before the person is told, in milliseconds. */
  readonly patienceMs: number;
}

const pauseMsMin = 300;
const pauseMsMax = 4_000;
const answerMsMax = 30_000;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export class Line {
  readonly #parts: LineParts;
  readonly #keys = new Map<string, string>();
  #token: string | undefined;
  #onTrouble: (isTrouble: boolean) => void = () => {};

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  hold(token: string | undefined): void {
    this.#token = token;
  }

  /** Told `true` while something is asked again and again, `false` when an answer came. */
  listen(onTrouble: (isTrouble: boolean) => void): void {
    this.#onTrouble = onTrouble;
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#patiently(path, { method: 'GET' })).json()) as T;
  }

  async bytes(path: string): Promise<Uint8Array> {
    const answer = await this.#patiently(path, { method: 'GET' });
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Does one act; the same path and body are the same act until the house has answered. */
  async act<T>(path: string, body: unknown, method: Method = 'POST'): Promise<T> {
    const text = JSON.stringify(body);
    const act = `${method} ${path} ${text}`;
    const key = this.#keys.get(act) ?? this.#parts.freshKey();
    this.#keys.set(act, key);
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    try {
      const answer = await this.#patiently(path, { method, headers, body: text });
      this.#keys.delete(act);
      return (await answer.json()) as T;
    } catch (thrown) {
      if (thrown instanceof Refusal && !thrown.retryable) this.#keys.delete(act);
      throw thrown;
    }
  }

  /** Says something while the page is going away; nobody waits for the answer. */
  leave(path: string, body: unknown): void {
    const headers = { ...this.#own(), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body), keepalive: true };
    this.#parts.send(path, init).catch(() => {});
  }

  async #patiently(path: string, init: RequestInit): Promise<Response> {
    const until = this.#parts.now() + this.#parts.patienceMs;
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.#once(path, init);
      if (!(outcome instanceof Refusal)) {
        if (tries > 0) this.#onTrouble(false);
        return outcome;
      }
      const over = !outcome.retryable || this.#parts.now() >= until;
      this.#onTrouble(!over);
      if (over) throw outcome;
      await this.#parts.sleep(Math.min(pauseMsMax, pauseMsMin * 2 ** Math.min(tries, 5)));
    }
  }

  async #once(path: string, init: RequestInit): Promise<Response | Refusal> {
    const enough = new AbortController();
    const timer = setTimeout(() => enough.abort(), answerMsMax);
    try {
      const headers = { ...this.#own(), ...init.headers };
      const answer = await this.#parts.send(path, { ...init, headers, signal: enough.signal });
      if (answer.ok) return answer;
      return refusalIn(answer.status, await answer.text());
    } catch {
      return unanswered();
    } finally {
      clearTimeout(timer);
    }
  }

  #own(): Record<string, string> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }
}
