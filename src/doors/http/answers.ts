/**
 * One key, one effect: how every POST becomes safe to repeat.
 *
 * The outside half of a use case runs first and can be repeated; the commit and the stored answer
 * are one unit, so a crash leaves either both or neither. Stored answers are ciphertext (law 7).
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';

export interface Question {
  readonly tenant: TenantId;
  /** Keys belong to a caller: the case of a borrower, the login of an operator, or `nobody`. */
  readonly caller: string;
  readonly key: string;
  readonly route: string;
  readonly body: Json;
}

export interface Answer {
  readonly status: number;
  readonly body: Json;
  /** Whose vault key seals the stored answer. */
  readonly subject: string;
}

interface Stored {
  readonly status: number;
  readonly answer: Uint8Array;
  readonly subject?: string;
}

/** Rows of stored answers; see the store for its promises on concurrent claims. */
export interface AnswerStore {
  claim(unit: Unit, question: AnswerKey): Promise<Stored | undefined>;
  keep(
    unit: Unit,
    question: AnswerKey,
    given: Stored & { at: ReturnType<Clock['now']> },
  ): Promise<void>;
}

interface AnswerKey {
  readonly caller: string;
  readonly key: string;
  readonly route: string;
  readonly bodySha256: Uint8Array;
}

/** Seals and opens a stored answer under a subject's key. */
export interface AnswerSeal {
  seal(unit: Unit, subject: string, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, subject: string, bytes: Uint8Array): Promise<Uint8Array>;
}

export interface AnswerParts {
  readonly units: Units;
  readonly store: AnswerStore;
  readonly seal: AnswerSeal;
  /**
   * Binds a body to its key: a keyed digest whose key is not in the database, for a plain one of a
   * six-digit password could be turned back into the password by trying.
   */
  readonly bind: (tenant: TenantId, body: Uint8Array) => Promise<Uint8Array>;
  readonly clock: Clock;
}

export type Effect = () => Promise<Commit<Answer>>;

export class Answers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** The stored answer for this key, or the effect and its answer in one unit. */
  async once(question: Question, effect: Effect): Promise<Answer> {
    const { units, bind, clock, store, seal } = this.#parts;
    const key: AnswerKey = {
      caller: question.caller,
      key: question.key,
      route: question.route,
      bodySha256: await bind(question.tenant, canonicalBytes(question.body)),
    };
    const earlier = await units.run(question.tenant, (unit) => this.#earlier(unit, key));
    if (earlier !== undefined) return earlier;
    const commit = await effect();
    return units.run(question.tenant, async (unit) => {
      const meanwhile = await this.#earlier(unit, key);
      if (meanwhile !== undefined) return meanwhile;
      const { status, subject, body } = await commit(unit);
      const text = canonical(body);
      const sealed = await seal.seal(unit, subject, utf8(text));
      await store.keep(unit, key, { status, subject, answer: sealed, at: clock.now() });
      // In the spelling it is kept in: the first answer and its repetition are the same bytes.
      return { status, subject, body: JSON.parse(text) as Json };
    });
  }

  async #earlier(unit: Unit, key: AnswerKey): Promise<Answer | undefined> {
    const stored = await this.#parts.store.claim(unit, key);
    if (stored === undefined) return undefined;
    const { status, subject, answer } = stored;
    if (subject === undefined) throw new Fault('access.internal_error', { why: 'subject' });
    const bytes = await this.#parts.seal.open(unit, subject, answer);
    return { status, subject, body: JSON.parse(fromUtf8(bytes)) as Json };
  }
}
