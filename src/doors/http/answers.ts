/**
 * One key, one effect: how every POST becomes safe to repeat.
 *
 * The outside half of a use case runs first and can be repeated; the commit and the stored answer
 * are one unit, so a crash leaves either both or neither. Stored answers are ciphertext (law 7).
 *
 * What was asked is bound inside that ciphertext, by its digest: beside it, a six-digit password
 * could be tried out against the digest, and under a key that turns it would change with the key.
 */
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';

/** Two persons whose names share characters may wait for each other's rows in a circle. */
const conflictAttemptsMax = 4;

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
}

/** Seals and opens a stored answer under a subject's key, bound to caller and key. */
export interface AnswerSeal {
  seal(unit: Unit, place: AnswerPlace, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, place: AnswerPlace, bytes: Uint8Array): Promise<Uint8Array>;
}

interface AnswerPlace {
  readonly subject: string;
  readonly field: string;
}

export interface AnswerParts {
  readonly units: Units;
  readonly store: AnswerStore;
  readonly seal: AnswerSeal;
  readonly clock: Clock;
}

export type Effect = () => Promise<Commit<Answer>>;

export class Answers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /**
   * The stored answer for this key, or the effect and its answer in one unit. A unit that the
   * database gave up for another's sake is asked again, as its caller would have to otherwise.
   */
  async once(question: Question, effect: Effect): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#tryOnce(question, effect);
      } catch (thrown) {
        const isConflict = faultCode(thrown) === 'postgres.conflict';
        if (!isConflict || attempt === conflictAttemptsMax) throw thrown;
      }
    }
  }

  async #tryOnce(question: Question, effect: Effect): Promise<Answer> {
    const { units, clock, store, seal } = this.#parts;
    const { caller, key: name, route } = question;
    const key: AnswerKey = { caller, key: name, route };
    const asked = await digestOf(canonicalBytes(question.body));
    const earlier = await units.run(question.tenant, (unit) => this.#earlier(unit, key, asked));
    if (earlier !== undefined) return earlier;
    const commit = await effect();
    return units.run(question.tenant, async (unit) => {
      const meanwhile = await this.#earlier(unit, key, asked);
      if (meanwhile !== undefined) return meanwhile;
      const { status, subject, body } = await commit(unit);
      const text = canonical({ asked, body });
      const sealed = await seal.seal(unit, await answerPlace(key, subject), utf8(text));
      await store.keep(unit, key, { status, subject, answer: sealed, at: clock.now() });
      // In the spelling it is kept in: the first answer and its repetition are the same bytes.
      return { status, subject, body: keptIn(text).body };
    });
  }

  async #earlier(unit: Unit, key: AnswerKey, asked: string): Promise<Answer | undefined> {
    const stored = await this.#parts.store.claim(unit, key);
    if (stored === undefined) return undefined;
    const { status, subject, answer } = stored;
    if (subject === undefined) throw new Fault('access.internal_error', { why: 'subject' });
    const place = await answerPlace(key, subject);
    const kept = keptIn(fromUtf8(await this.#parts.seal.open(unit, place, answer)));
    if (kept.asked !== asked) throw new Fault('access.idempotency_key_reused');
    return { status, subject, body: kept.body };
  }
}

function keptIn(text: string): { readonly asked: string; readonly body: Json } {
  return JSON.parse(text) as { asked: string; body: Json };
}

/** No answer stands in for another one of the same person. */
async function answerPlace(key: AnswerKey, subject: string): Promise<AnswerPlace> {
  return { subject, field: `answer:${await digestOf(utf8(`${key.caller}\n${key.key}`))}` };
}

/** SHA-256 in hex. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))));
}
