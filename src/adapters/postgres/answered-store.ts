/**
 * Stored answers to requests with an Idempotency-Key: one effect, one answer, however often asked.
 *
 * `claim` is called first in the unit that makes the effect; of two equal requests at once the
 * second waits there for the first one's commit and then gets its answer. Keys belong to a caller,
 * so that nobody reads another's answer by guessing a key.
 */
import { type Kysely, sql } from 'kysely';

import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Outcome, Unit } from '#base/unit';
import { bytesArray, intsArray, textsArray } from './binary-array.ts';
import { txOf } from './database.ts';

export interface AnsweredQuestion {
  readonly caller: string;
  readonly key: string;
  /** Method and path. */
  readonly route: string;
}

export interface StoredAnswer {
  readonly status: number;
  /** Whose key in the vault opens `answer`; absent when the answer names nobody. */
  readonly subject?: string;
  readonly answer: Uint8Array;
}

/** What is kept of an answer. */
export type GivenAnswer = StoredAnswer & { readonly at: Instant };

interface ClaimRow {
  readonly free: boolean;
  readonly route: string | null;
  readonly status: number | null;
  readonly subject: string | null;
  readonly answer: Uint8Array | null;
}

interface Tables {
  answered: {
    tenant: string;
    caller: string;
    key: string;
    route: string;
    status: number;
    subject: string | null;
    answer: Uint8Array;
    at: bigint;
  };
}

export class Answered {
  /**
   * The answer given before, or undefined: then this unit answers and calls `keep`. The same key
   * on another route is access.idempotency_key_reused; whether the body is the same one, only who
   * opens the answer can tell.
   */
  async claim(unit: Unit, question: AnsweredQuestion): Promise<StoredAnswer | undefined> {
    const tx = txOf<Tables>(unit);
    await lockKey(tx, [unit.tenant, question.caller, question.key]);
    const row = await tx
      .selectFrom('answered')
      .select(['route', 'status', 'subject', 'answer'])
      .where('tenant', '=', unit.tenant)
      .where('caller', '=', question.caller)
      .where('key', '=', question.key)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    if (row.route !== question.route) throw new Fault('access.idempotency_key_reused');
    const { status, answer, subject } = row;
    return subject === null ? { status, answer } : { status, answer, subject };
  }

  /**
   * The same for many at once, without waiting: a key that another unit holds, or that stands twice
   * in the list, is to be claimed alone.
   */
  async claimAll(
    unit: Unit,
    questions: readonly AnsweredQuestion[],
  ): Promise<readonly Outcome<StoredAnswer | undefined>[]> {
    const names = questions.map(({ caller, key }) => lockName([unit.tenant, caller, key]));
    const { rows } = await sql<ClaimRow>`select a.route, a.status, a.subject, a.answer,
        pg_try_advisory_xact_lock(hashtextextended(n.name, 0)) as free
      from unnest(${textsArray(names)}::text[],
        ${textsArray(questions.map(({ caller }) => caller))}::text[],
        ${textsArray(questions.map(({ key }) => key))}::text[])
        with ordinality as n (name, caller, key, place)
      left join answered a
        on a.tenant = ${unit.tenant} and a.caller = n.caller and a.key = n.key
      order by n.place`.execute(txOf(unit));
    return questions.map((question, at) => {
      const row = rows[at];
      const isFirst = names.indexOf(names[at] ?? '') === at;
      if (row === undefined || !row.free || !isFirst) return { is: 'alone' };
      const { route, status, subject, answer } = row;
      if (route === null || answer === null) return { is: 'ok', value: undefined };
      if (route !== question.route) {
        return { is: 'refused', because: new Fault('access.idempotency_key_reused') };
      }
      const stored = { status: status ?? 0, answer };
      return { is: 'ok', value: subject === null ? stored : { ...stored, subject } };
    });
  }

  keep(unit: Unit, question: AnsweredQuestion, given: GivenAnswer): Promise<void> {
    return this.keepAll(unit, [{ question, given }]);
  }

  /** Fails as a whole where one of the keys was answered meanwhile. */
  async keepAll(
    unit: Unit,
    rows: readonly { readonly question: AnsweredQuestion; readonly given: GivenAnswer }[],
  ): Promise<void> {
    const texts = (column: (row: (typeof rows)[number]) => string) => textsArray(rows.map(column));
    await sql`insert into answered (tenant, caller, key, route, status, subject, answer, at)
      select ${unit.tenant}, n.caller, n.key, n.route, n.status, nullif(n.subject, ''), n.answer,
        n.at
      from unnest(${texts(({ question }) => question.caller)}::text[],
        ${texts(({ question }) => question.key)}::text[],
        ${texts(({ question }) => question.route)}::text[],
        ${intsArray(rows.map(({ given }) => given.status))}::integer[],
        ${texts(({ given }) => given.subject ?? '')}::text[],
        ${bytesArray(rows.map(({ given }) => given.answer))}::bytea[],
        ${intsArray(rows.map(({ given }) => given.at))}::bigint[])
        as n (caller, key, route, status, subject, answer, at)`.execute(txOf(unit));
  }

  /** Forgets answers given before an instant; their keys may then be used again. */
  async forget(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('answered')
      .where('tenant', '=', unit.tenant)
      .where('at', '<', BigInt(before))
      .execute();
  }
}

/** Held until the unit ends. Equal hashes of different keys only wait for each other. */
async function lockKey(tx: Kysely<Tables>, parts: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${lockName(parts)}, 0))`.execute(tx);
}

function lockName(parts: readonly string[]): string {
  return JSON.stringify(parts);
}
