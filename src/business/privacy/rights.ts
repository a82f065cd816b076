/**
 * What a person asks about her own information, and the answer with its reasons and its day.
 *
 * PIPL 44–50. What law and table decide is answered at once: access, deletion, restriction. What
 * needs a person's judgement goes into a queue with the last day to answer on it. Whoever refuses
 * says why (PIPL 50); near relatives of the dead are heard too (PIPL 49), by staff.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { type Clock, chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Commit, Unit } from '#base/unit';
import { type DecisionReview, parseDate } from '#business/lending';
import { type CaseFacts, deletionOf, isRunning } from './case-facts.ts';
import { type CorrectionParts, correct, parseChanges } from './correction.ts';
import type { Erasure } from './erasure.ts';
import type {
  Asking,
  FourEyes,
  PrivacyShelf,
  PrivacyStore,
  RequestKind,
  RequestStanding,
  RightsRequest,
} from './ports.ts';
import { parseRequestWords, printRequestWords } from './request-words.ts';
import { workingDaysAfter } from './working-days.ts';

const openRequestsMax = 500;
const openOfCaseMax = 10;
/** What is answered at once is in the log for ever, so that even an answer has its price. */
const perDayMax = 20;
/** Of one case in all; as many as the rows of one are read. */
const everOfCaseMax = 200;
const dayMs = 86_400_000;
const wordsMax = 1_000;
const wordsMin = 4;
/** The kind of approval that erasing somebody at the counter spends. */
const eraseApproval = 'erase.order';

export interface RightsParts extends CorrectionParts {
  readonly clock: Clock;
  readonly shelf: PrivacyShelf;
  readonly store: PrivacyStore;
  readonly erasure: Erasure;
  readonly fourEyes: FourEyes;
  readonly review: Pick<DecisionReview, 'request'>;
}

/** A request as it comes in; `changes` for a correction. */
export interface NewRequest extends Asking {
  readonly kind: RequestKind;
  readonly words: string;
  readonly changes?: Readonly<Record<string, string>>;
  /** What a second person said, where staff ask in her name that she be erased. */
  readonly approval?: string | undefined;
}

/** A request and what became of it. */
export interface AnsweredRequest {
  readonly request: RightsRequest;
  /** Whose request it is, by the vault's name. */
  readonly subject: string;
  /** Article, reason or date, in words; empty while it is open. */
  readonly because: string;
  /** The day until which a restricted record is kept. */
  readonly until: string | null;
}

type Outcome = Omit<AnsweredRequest, 'request' | 'subject'> & {
  readonly standing: RequestStanding;
};

export class RightsDesk {
  readonly #parts: RightsParts;

  constructor(parts: RightsParts) {
    this.#parts = parts;
  }

  /** Takes a request down and, where law decides alone, answers it in the same unit. */
  open(order: NewRequest): Commit<AnsweredRequest> {
    if ([...order.words].length > wordsMax) throw new Fault('privacy.request_malformed');
    if (order.kind === 'correction') parseChanges(order.changes ?? {});
    return async (unit) => {
      const { clock, shelf, store, evidence, records, erasure } = this.#parts;
      const facts = await erasure.living(unit, order.caseId);
      await this.#refuseFlood(unit, order.caseId);
      const now = clock.now();
      const days = shelf.law('personal-rights', now).whole('requestWorkingDaysMax');
      const request: RightsRequest = {
        id: uuidv7(this.#parts),
        caseId: facts.caseId,
        kind: order.kind,
        by: order.by,
        standing: 'open',
        receivedAt: now,
        dueOn: workingDaysAfter(parseDate(chinaDate(now)), days),
        answeredAt: undefined,
      };
      records.under(unit, 'subject');
      await records.putAll(unit, facts.subject, {
        [`request.${request.id}`]: printRequestWords({
          words: order.words,
          changes: order.changes ?? {},
        }),
      });
      await store.putRequest(unit, request);
      await evidence.record(unit, {
        caseId: facts.caseId,
        subject: facts.subject,
        type: 'rights.requested',
        disclosures: [
          { name: 'request', value: request.id },
          { name: 'kind', value: request.kind },
          { name: 'by', value: request.by },
          { name: 'dueOn', value: request.dueOn },
        ],
        of: [],
      });
      const outcome = await this.#atOnce(unit, facts, request);
      const { subject } = facts;
      if (outcome === undefined) return { request, subject, because: '', until: null };
      if (outcome.standing === 'erased') await this.#requireWish(unit, order);
      return this.#close(unit, facts, { request, outcome, by: 'law' });
    };
  }

  /** A member of staff answers what stands in the queue; a correction granted is carried out. */
  answer(order: {
    id: string;
    granted: boolean;
    because: string;
    by: string;
  }): Commit<AnsweredRequest> {
    const { length } = [...order.because.trim()];
    if (length < wordsMin || length > wordsMax) {
      throw new Fault('privacy.request_malformed', { why: 'because' });
    }
    return async (unit) => {
      const { erasure } = this.#parts;
      const request = await this.byId(unit, order.id);
      if (request.standing !== 'open') {
        throw new Fault('privacy.request_answered', { request: order.id });
      }
      // A person's decision on a decision is made where decisions are made, not with a tick here.
      if (request.kind === 'review')
        throw new Fault('privacy.request_malformed', { why: 'review' });
      const facts = await erasure.living(unit, request.caseId);
      if (request.kind === 'correction' && order.granted) {
        // Who wrote down at the counter what is to be changed does not also find it right.
        if (request.by === order.by) throw new Fault('access.own_matter');
        await this.#correct(unit, facts, { request, by: order.by });
      }
      const standing = order.granted ? 'fulfilled' : 'refused';
      const outcome: Outcome = { standing, because: order.because, until: null };
      return this.#close(unit, facts, { request, outcome, by: order.by });
    };
  }

  /** Closes what asked for a person, once the person has decided. */
  async reviewed(unit: Unit, done: { caseId: string; outcome: string; by: string }): Promise<void> {
    const { store, erasure } = this.#parts;
    const facts = await erasure.living(unit, done.caseId);
    for (const request of await store.requests(unit, { caseId: done.caseId })) {
      if (request.kind !== 'review' || request.standing !== 'open') continue;
      const outcome: Outcome = { standing: 'fulfilled', because: done.outcome, until: null };
      await this.#close(unit, facts, { request, outcome, by: done.by });
    }
  }

  ofCase(unit: Unit, caseId: string): Promise<readonly RightsRequest[]> {
    return this.#parts.store.requests(unit, { caseId });
  }

  /** Refuses with privacy.request_unknown. */
  async byId(unit: Unit, id: string): Promise<RightsRequest> {
    const request = await this.#parts.store.request(unit, id);
    if (request === undefined) throw new Fault('privacy.request_unknown', { request: id });
    return request;
  }

  /**
   * Staff read her record to her when she asked for that, up to the last day of the answer; any
   * other request is no way around unmasking. Otherwise privacy.reading_over.
   */
  requireReading({ kind, standing, dueOn }: RightsRequest): void {
    const isAsked = kind === 'access' || (kind === 'relative' && standing === 'fulfilled');
    if (!isAsked || this.#parts.erasure.today() > dueOn) throw new Fault('privacy.reading_over');
  }

  /** What waits for staff, the earliest day first. */
  queue(unit: Unit): Promise<readonly RightsRequest[]> {
    return this.#parts.store.requests(unit, { openMax: openRequestsMax });
  }

  /** Her words and the answer, as she may read them. */
  async words(unit: Unit, request: RightsRequest): Promise<{ asked: string; answered: string }> {
    const { records, erasure } = this.#parts;
    const { subject } = await erasure.living(unit, request.caseId);
    records.under(unit, 'subject');
    const [asked, answered] = [`request.${request.id}`, `answer.${request.id}`];
    const held = await records.getAll(unit, subject, [asked, answered]);
    const words = held[asked];
    return {
      asked: words === undefined ? '' : parseRequestWords(words).words,
      answered: textIn(held[answered]),
    };
  }

  async #atOnce(
    unit: Unit,
    facts: CaseFacts,
    request: RightsRequest,
  ): Promise<Outcome | undefined> {
    switch (request.kind) {
      case 'access':
        return { standing: 'fulfilled', because: '个人信息保护法 45', until: null };
      case 'deletion':
        return this.#forget(unit, facts);
      case 'restriction':
        return this.#restrict(unit, facts);
      case 'review':
        await this.#parts.review.request(unit, facts.caseId);
        return undefined;
      case 'correction':
      case 'explanation':
      case 'relative':
        return undefined;
    }
  }

  async #forget(unit: Unit, facts: CaseFacts): Promise<Outcome> {
    const { erasure } = this.#parts;
    const binding = await erasure.binding(unit, facts.caseId);
    const outcome = deletionOf(facts, binding, erasure.today());
    if (outcome.is === 'erased') {
      return { standing: 'erased', because: '个人信息保护法 47', until: null };
    }
    if (outcome.is === 'refused') {
      return { standing: 'refused', because: outcome.because, until: null };
    }
    await erasure.restrict(unit, facts, outcome);
    const { because, until } = outcome;
    return { standing: 'restricted', because, until: until ?? null };
  }

  async #restrict(unit: Unit, facts: CaseFacts): Promise<Outcome> {
    if (isRunning(facts)) {
      const because = '个人信息保护法 13(1)(2)：合同尚在履行';
      return { standing: 'refused', because, until: null };
    }
    const because = '个人信息保护法 44';
    await this.#parts.erasure.restrict(unit, facts, { because, until: undefined });
    return { standing: 'restricted', because, until: null };
  }

  async #correct(
    unit: Unit,
    facts: CaseFacts,
    act: { request: RightsRequest; by: string },
  ): Promise<void> {
    const { records } = this.#parts;
    const { request, by } = act;
    const field = `request.${request.id}`;
    records.under(unit, 'subject');
    const kept = (await records.getAll(unit, facts.subject, [field]))[field];
    if (kept === undefined) throw new Fault('privacy.request_unknown', { request: request.id });
    const changes = parseChanges(parseRequestWords(kept).changes);
    await correct(unit, { facts, changes, request: request.id, by }, this.#parts);
  }

  /** The answer, its entry, and, where she is to be forgotten, the end of her record after both. */
  async #close(
    unit: Unit,
    facts: CaseFacts,
    done: { request: RightsRequest; outcome: Outcome; by: string },
  ): Promise<AnsweredRequest> {
    const { store, evidence, records, erasure, clock } = this.#parts;
    const { standing, because, until } = done.outcome;
    const request: RightsRequest = { ...done.request, standing, answeredAt: clock.now() };
    await store.putRequest(unit, request);
    records.under(unit, 'subject');
    await records.putAll(unit, facts.subject, { [`answer.${request.id}`]: utf8(because) });
    await evidence.record(unit, {
      caseId: facts.caseId,
      subject: facts.subject,
      type: 'rights.answered',
      disclosures: [
        { name: 'request', value: request.id },
        { name: 'outcome', value: standing },
        { name: 'because', value: because },
        { name: 'until', value: until },
        { name: 'by', value: done.by },
      ],
      of: [],
    });
    if (standing === 'erased') await erasure.erase(unit, facts, 'request');
    return { request, subject: facts.subject, because, until };
  }

  /** Her own token is her wish; what staff say she wishes does not destroy evidence alone. */
  async #requireWish(unit: Unit, { caseId, by, approval }: NewRequest): Promise<void> {
    if (by === 'borrower') return;
    const act = { id: approval, kind: eraseApproval, order: { case: caseId }, by };
    await this.#parts.fourEyes.take(unit, act);
  }

  async #refuseFlood(unit: Unit, caseId: string): Promise<void> {
    const all = await this.#parts.store.requests(unit, { caseId });
    const open = all.filter(({ standing }) => standing === 'open');
    const now = this.#parts.clock.now();
    const today = all.filter(({ receivedAt }) => now - receivedAt < dayMs);
    const isFlood = open.length >= openOfCaseMax || today.length >= perDayMax;
    if (isFlood || all.length >= everOfCaseMax) {
      throw new Fault('privacy.request_malformed', { why: 'too_many_open' });
    }
  }
}

function textIn(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : fromUtf8(bytes);
}
