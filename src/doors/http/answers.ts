/**
 * One key, one effect: how every POST becomes safe to repeat.
 *
 * The outside half of a use case runs first and can be repeated; the commit and the stored answer
 * are one unit, so a crash leaves either both or neither. Stored answers are ciphertext (law 7).
 *
 * What was asked is bound inside that ciphertext, by its digest: beside it, a six-digit password
 * could be tried out against the digest, and under a key that turns it would change with the key.
 */
import { hash } from 'node:crypto';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Commit, Outcome, TenantId, Unit, Units } from '#base/unit';

/** Seals stored answers that are about no person. */
export const officeSubject = 'office';
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
  /** `claim` for many without waiting; whoever would have to wait is to be answered alone. */
  claimAll(
    unit: Unit,
    questions: readonly AnswerKey[],
  ): Promise<readonly Outcome<Stored | undefined>[]>;
  /** Fails as a whole where one of the keys was answered meanwhile. */
  keepAll(
    unit: Unit,
    rows: readonly {
      readonly question: AnswerKey;
      readonly given: Stored & { at: ReturnType<Clock['now']> };
    }[],
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
  /** Says beforehand under which subjects this unit will seal or open; only the price changes. */
  ready(unit: Unit, subjects: readonly string[]): void;
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

/** What else is written in the unit that answers: the journal's line, once the answer is known. */
export type Noted = (unit: Unit, answer: Answer) => Promise<void>;

/** The effects of many questions in one unit: of each wholly or not at all. */
export interface JointEffect<Member> {
  commit(unit: Unit, members: readonly Member[]): Promise<readonly Outcome<Answer>[]>;
  note(
    unit: Unit,
    answered: readonly { readonly member: Member; readonly answer: Answer }[],
  ): Promise<void>;
}

export class Answers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /**
   * The stored answer for this key, or the effect and its answer in one unit. A unit that the
   * database gave up for another's sake is asked again, as its caller would have to otherwise.
   */
  async once(question: Question, effect: Effect, noted: Noted): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#tryOnce(question, effect, noted);
      } catch (thrown) {
        const isConflict = faultCode(thrown) === 'postgres.conflict';
        if (!isConflict || attempt === conflictAttemptsMax) throw thrown;
      }
    }
  }

  /**
   * Many questions of one tenant in one unit. Nobody in it waits for another unit: who would have
   * to is to be asked alone, and so are all when the unit fails.
   */
  joint<Member extends { readonly question: Question }>(
    tenant: TenantId,
    members: readonly Member[],
    effect: JointEffect<Member>,
  ): Promise<readonly Outcome<Answer>[]> {
    const { units, store, seal, clock } = this.#parts;
    return units.run(tenant, async (unit) => {
      const keys = members.map(({ question }) => keyOf(question));
      seal.ready(unit, [officeSubject]);
      const claims = await store.claimAll(unit, keys);
      const told = await Promise.all(
        members.map(({ question }, at) => this.#claimed(unit, question, claims[at])),
      );
      const fresh = members.filter((_, at) => told[at] === undefined);
      const effects = fresh.length === 0 ? [] : await effect.commit(unit, fresh);
      const rows: Parameters<AnswerStore['keepAll']>[1][number][] = [];
      const outcomes = new Map<Member, Outcome<Answer>>();
      for (const [at, member] of fresh.entries()) {
        const outcome = effects[at] ?? { is: 'alone' };
        outcomes.set(member, outcome);
        if (outcome.is !== 'ok') continue;
        const kept = await this.#kept(unit, member.question, outcome.value);
        rows.push({ question: keyOf(member.question), given: { ...kept.row, at: clock.now() } });
        outcomes.set(member, { is: 'ok', value: kept.answer });
      }
      if (rows.length > 0) await store.keepAll(unit, rows);
      const all = members.map(
        (member, at) => told[at] ?? outcomes.get(member) ?? ({ is: 'alone' } as const),
      );
      const answered = members.flatMap((member, at) => {
        const outcome = all[at];
        return outcome?.is === 'ok' ? [{ member, answer: outcome.value }] : [];
      });
      await effect.note(unit, answered);
      return all;
    });
  }

  async #tryOnce(question: Question, effect: Effect, noted: Noted): Promise<Answer> {
    const { units, clock, store } = this.#parts;
    const earlier = async (unit: Unit): Promise<Answer | undefined> => {
      const answer = await this.#earlier(unit, question);
      if (answer !== undefined) await noted(unit, answer);
      return answer;
    };
    const before = await units.run(question.tenant, earlier);
    if (before !== undefined) return before;
    const commit = await effect();
    return units.run(question.tenant, async (unit) => {
      const meanwhile = await earlier(unit);
      if (meanwhile !== undefined) return meanwhile;
      const { row, answer } = await this.#kept(unit, question, await commit(unit));
      await store.keep(unit, keyOf(question), { ...row, at: clock.now() });
      await noted(unit, answer);
      return answer;
    });
  }

  async #earlier(unit: Unit, question: Question): Promise<Answer | undefined> {
    const stored = await this.#parts.store.claim(unit, keyOf(question));
    return stored && this.#opened(unit, question, stored);
  }

  /** Undefined where the question is free to be answered now. */
  async #claimed(
    unit: Unit,
    question: Question,
    claim: Outcome<Stored | undefined> | undefined,
  ): Promise<Outcome<Answer> | undefined> {
    if (claim?.is !== 'ok') return claim ?? { is: 'alone' };
    if (claim.value === undefined) return undefined;
    try {
      return { is: 'ok', value: await this.#opened(unit, question, claim.value) };
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.retryable) throw thrown;
      return { is: 'refused', because: thrown };
    }
  }

  async #opened(unit: Unit, question: Question, stored: Stored): Promise<Answer> {
    const { status, subject, answer } = stored;
    if (subject === undefined) throw new Fault('access.internal_error', { why: 'subject' });
    const place = answerPlace(keyOf(question), subject);
    const kept = keptIn(fromUtf8(await this.#parts.seal.open(unit, place, answer)));
    if (kept.asked !== askedIn(question)) throw new Fault('access.idempotency_key_reused');
    return { status, subject, body: kept.body };
  }

  /** The row to be kept, and the answer in the spelling it is kept in: both are the same bytes. */
  async #kept(
    unit: Unit,
    question: Question,
    { status, subject, body }: Answer,
  ): Promise<{ readonly row: Stored; readonly answer: Answer }> {
    const text = canonical({ asked: askedIn(question), body });
    const place = answerPlace(keyOf(question), subject);
    const sealed = await this.#parts.seal.seal(unit, place, utf8(text));
    const answer = { status, subject, body: keptIn(text).body };
    return { row: { status, subject, answer: sealed }, answer };
  }
}

function keyOf({ caller, key, route }: Question): AnswerKey {
  return { caller, key, route };
}

/** What was asked, as it is bound into the stored answer. */
function askedIn({ body }: Question): string {
  return digestOf(canonicalBytes(body));
}

function keptIn(text: string): { readonly asked: string; readonly body: Json } {
  return JSON.parse(text) as { asked: string; body: Json };
}

/** No answer stands in for another one of the same person. */
function answerPlace(key: AnswerKey, subject: string): AnswerPlace {
  return { subject, field: `answer:${digestOf(utf8(`${key.caller}\n${key.key}`))}` };
}

/** SHA-256 in hex. */
function digestOf(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}
