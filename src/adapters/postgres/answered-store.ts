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
import type { Unit } from '#base/unit';
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

  async keep(
    unit: Unit,
    question: AnsweredQuestion,
    given: StoredAnswer & { readonly at: Instant },
  ): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('answered')
      .values({
        tenant: unit.tenant,
        caller: question.caller,
        key: question.key,
        route: question.route,
        status: given.status,
        subject: given.subject ?? null,
        answer: given.answer,
        at: BigInt(given.at),
      })
      .execute();
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
  const text = JSON.stringify(parts);
  await sql`select pg_advisory_xact_lock(hashtextextended(${text}, 0))`.execute(tx);
}
