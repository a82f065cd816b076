/**
 * How she comes in, goes on at another device, and leaves: tokens that end, and hand-overs.
 *
 * A case is opened with a token that lives for a month. A device may take a fresh one before its
 * own ends, and another device gets in by a secret that works once within minutes. Only digests are
 * kept; that a case went to another device is an entry of the case (S2-05: one chain of evidence).
 */
import { toBase64Url, utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { freshToken } from '#business/access';
import type { Entrance, Loan, LoanFile, LoanStore } from '#business/lending';
import type { Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';
import type { CaseTokenStore, HandoverStore } from './ports.ts';

const daySeconds = 86_400;
/** Of the token a case is opened with, and of every later one, from the time it is made. */
export const tokenSecondsMax = 30 * daySeconds;
/** With less than this left a page takes a fresh token. */
export const refreshSecondsMin = 7 * daySeconds;
/** A token that was replaced: the answer with its successor may have been lost. */
const overlapSeconds = 600;
/** A secret on one screen, scanned by another. */
export const handoverSecondsMax = 300;
const handoverBytes = 16;

export interface VisitParts {
  readonly loans: Pick<LoanStore, 'byToken'>;
  readonly file: Pick<LoanFile, 'read'>;
  readonly tokens: CaseTokenStore;
  readonly handovers: HandoverStore;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** A case that a token opens, and until when. */
export interface Visit {
  readonly loan: Loan;
  readonly until: Instant;
}

/** A token as it is told, once. */
export interface GivenToken {
  readonly loan: Loan;
  readonly token: string;
  readonly until: Instant;
}

/** A secret for another device, told once, and until when it works. */
export interface GivenSecret {
  readonly secret: string;
  readonly until: Instant;
}

export class Visits {
  readonly #parts: VisitParts;

  constructor(parts: VisitParts) {
    this.#parts = parts;
  }

  /** Whose case a token opens now; undefined for one that is nobody's or over. */
  async ofToken(unit: Unit, token: string): Promise<Visit | undefined> {
    const { tokens, loans, file, clock } = this.#parts;
    const sha256 = await this.#digest(token);
    const held = await tokens.find(unit, sha256);
    const now = clock.now();
    if (held !== undefined) {
      if (held.until <= now) return undefined;
      return { loan: await file.read(unit, held.caseId), until: held.until };
    }
    const loan = await loans.byToken(unit, sha256);
    if (loan === undefined) return undefined;
    const until = addSeconds(loan.openedAt, tokenSecondsMax);
    return until <= now ? undefined : { loan, until };
  }

  /** A fresh token for this device; its old one lives on for minutes only. */
  async refresh(unit: Unit, asked: { caseId: string; token: string }): Promise<GivenToken> {
    const given = await this.#give(unit, asked.caseId);
    await this.#end(unit, asked, overlapSeconds);
    return given;
  }

  /** This device forgets the case. */
  async leave(unit: Unit, asked: { caseId: string; token: string }): Promise<void> {
    await this.#end(unit, asked, 0);
  }

  /** A secret that opens the case once at another device; `staff` issued it at a counter. */
  async handOver(unit: Unit, caseId: string, staff?: string): Promise<GivenSecret> {
    const { random, clock, handovers } = this.#parts;
    const secret = toBase64Url(random.bytes(handoverBytes));
    const until = addSeconds(clock.now(), handoverSecondsMax);
    await handovers.put(unit, { caseId, sha256: await this.#digest(secret), until, staff });
    return { secret, until };
  }

  /**
   * Goes on at the device that shows the secret; signer.handover_refused for one that is wrong,
   * spent, replaced or over. The entry says who handed over and through which door she goes on.
   */
  async redeem(unit: Unit, secret: string, entrance: Entrance = 'web'): Promise<GivenToken> {
    const { handovers, clock, evidence } = this.#parts;
    const taken = await handovers.take(unit, await this.#digest(secret));
    if (taken === undefined || taken.until <= clock.now()) {
      throw new Fault('signer.handover_refused');
    }
    const given = await this.#give(unit, taken.caseId);
    const { id: caseId, subject } = given.loan;
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'session.handed_over',
      disclosures: [
        { name: 'state', value: given.loan.state },
        { name: 'by', value: taken.staff ?? 'borrower' },
        { name: 'entrance', value: entrance },
      ],
      of: [],
    });
    return given;
  }

  async #give(unit: Unit, caseId: string): Promise<GivenToken> {
    const { random, clock, tokens, file } = this.#parts;
    const loan = await file.read(unit, caseId);
    const token = freshToken(random);
    const madeAt = clock.now();
    const until = addSeconds(madeAt, tokenSecondsMax);
    // The row that ended the first token stays until that token would be over by itself.
    await tokens.sweep(unit, caseId, addSeconds(madeAt, -tokenSecondsMax));
    await tokens.put(unit, { sha256: await this.#digest(token), caseId, madeAt, until });
    return { loan, token, until };
  }

  async #end(
    unit: Unit,
    { caseId, token }: { caseId: string; token: string },
    afterSeconds: number,
  ): Promise<void> {
    const { clock, tokens } = this.#parts;
    const visit = await this.ofToken(unit, token);
    if (visit?.loan.id !== caseId) throw new Fault('signer.token_unknown');
    const madeAt = clock.now();
    const soon = addSeconds(madeAt, afterSeconds);
    const until = soon < visit.until ? soon : visit.until;
    await tokens.put(unit, { sha256: await this.#digest(token), caseId, madeAt, until });
  }

  #digest(text: string): Promise<Uint8Array> {
    return this.#parts.engine.digest('sha256', utf8(text));
  }
}
