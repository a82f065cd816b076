/**
 * Separate consents as separate acts: which text, in which version, decided how and when.
 *
 * PIPL 14–16, 23, 29 and requirements C.11. A decision names the SHA-256 of the text as shown, so
 * that nobody can say later that another text was meant. The newest decision of a kind (and, where
 * the kind is bound to one, of a recipient) counts, and it is asked at the moment of use: what
 * leaned on a withdrawn consent refuses, whatever was accepted when the case was opened.
 */
import { toHex, utf8 } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type Evidence, namedSubjects } from '#trust/evidence';
import type {
  ConsentDecision,
  ConsentMethod,
  ConsentParties,
  ConsentShelf,
  ConsentStore,
} from './ports.ts';
import {
  type Ask,
  decisionOn,
  isStillMeant,
  type Screen,
  type ShownConsent,
  screensOf,
} from './screens.ts';

const law = 'personal-rights';

export interface ConsentParts {
  readonly store: ConsentStore;
  readonly shelf: ConsentShelf;
  readonly parties: ConsentParties;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** One kind in one case; `recipient` where the kind is bound to one. */
export interface ConsentKey {
  readonly caseId: string;
  readonly kind: string;
  readonly recipient?: string | undefined;
}

/** One decision as she makes it. */
export interface ConsentAct extends ConsentKey {
  readonly subject: string;
  /** Of the text she read. */
  readonly sha256: string;
  readonly accepted: boolean;
  /** `tick` where nothing is said. */
  readonly method?: ConsentMethod;
}

export class Consents {
  readonly #parts: ConsentParts;

  constructor(parts: ConsentParts) {
    this.#parts = parts;
  }

  /** What a page shows before it asks: the text and the digest it will be decided by. */
  async shown(tenant: TenantId, kind: string, recipient = ''): Promise<ShownConsent> {
    const { shelf, clock, engine, parties } = this.#parts;
    const handler = await parties.handlerOf(tenant);
    const named = recipient === '' ? undefined : await parties.recipientOf(tenant, recipient);
    if (recipient !== '' && named === undefined) {
      throw new Fault('consent.recipient_unknown', { kind, recipient });
    }
    const names = named === undefined ? { handler } : { handler, recipient: named };
    const text = shelf.text(kind, clock.now(), names);
    if (text === undefined) throw new Fault('consent.kind_unknown', { kind });
    if (named !== undefined && !text.recipientBound) {
      throw new Fault('consent.recipient_unknown', { kind, recipient });
    }
    return { ...text, recipient, sha256: toHex(await engine.digest('sha256', utf8(text.text))) };
  }

  /** The screens still to be shown for one stage; what she refused lately is not among them. */
  async screens(
    unit: Unit,
    asked: { caseId: string; asks: readonly Ask[]; stage: string; recipients?: readonly string[] },
  ): Promise<readonly Screen[]> {
    const { clock, shelf, store } = this.#parts;
    const texts: ShownConsent[] = [];
    for (const { kind, stage } of asked.asks) {
      if (stage !== asked.stage) continue;
      const text = await this.shown(unit.tenant, kind);
      if (!text.recipientBound) texts.push(text);
      else {
        for (const recipient of asked.recipients ?? []) {
          texts.push(await this.shown(unit.tenant, kind, recipient));
        }
      }
    }
    const now = clock.now();
    const askAgainDaysMin = shelf.law(law, now).whole('askAgainDaysMin');
    return screensOf(texts, await store.ofCase(unit, asked.caseId), { now, askAgainDaysMin });
  }

  /** Records one decision about exactly the text in force. */
  async decide(unit: Unit, act: ConsentAct): Promise<void> {
    const { store, evidence, clock } = this.#parts;
    const { caseId, subject, kind, accepted, recipient = '', method = 'tick' } = act;
    const shown = await this.shown(unit.tenant, kind, recipient);
    if (!shown.asked) throw new Fault('consent.notice_only', { kind });
    if (shown.recipientBound && recipient === '') {
      throw new Fault('consent.recipient_missing', { kind });
    }
    if (shown.sha256 !== act.sha256) throw new Fault('consent.text_differs', { kind });
    const { version, sha256, purpose } = shown;
    await store.put(unit, {
      caseId,
      kind,
      recipient,
      version,
      sha256,
      method,
      accepted,
      at: clock.now(),
      withdrawnAt: undefined,
    });
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'consent.signed',
      disclosures: [
        { name: 'kind', value: kind },
        { name: 'version', value: version },
        { name: 'text', value: sha256 },
        { name: 'decision', value: accepted ? 'accepted' : 'refused' },
        { name: 'method', value: method },
        { name: 'recipient', value: recipient },
        { name: 'purpose', value: purpose },
      ],
      of: [],
    });
  }

  /**
   * Takes a consent back in one call, as easily as it was given (PIPL 15). Answers what the
   * withdrawal does, in the words she was shown; what was done before stays lawful.
   */
  async withdraw(
    unit: Unit,
    act: ConsentKey & {
      readonly subject: string;
      readonly method?: ConsentMethod;
      /** Portions of her record that end with it; the entry names them (see `portionOf`). */
      readonly ended?: readonly string[];
    },
  ): Promise<{ readonly effect: string }> {
    const { store, evidence, clock } = this.#parts;
    const { caseId, subject, kind, recipient = '', method = 'tick', ended = [] } = act;
    const held = decisionOn({ kind, recipient }, await store.ofCase(unit, caseId));
    if (held === undefined || !held.accepted) throw new Fault('consent.not_given', { kind });
    const effect = await this.#effectOf(unit.tenant, kind);
    await store.put(unit, { ...held, accepted: false, withdrawnAt: clock.now() });
    await evidence.record(unit, {
      caseId,
      subject,
      type: 'consent.withdrawn',
      disclosures: [
        { name: 'kind', value: kind },
        { name: 'version', value: held.version },
        { name: 'text', value: held.sha256 },
        { name: 'method', value: method },
        { name: 'recipient', value: recipient },
        { name: 'effect', value: effect },
      ],
      of: namedSubjects(ended),
    });
    return { effect };
  }

  /**
   * At the moment of use: consent.withdrawn, consent.missing (never decided, or refused) or
   * consent.outdated (the text has changed since), with the kinds.
   */
  async requireAccepted(unit: Unit, caseId: string, kinds: readonly string[]): Promise<void> {
    const decisions = await this.#parts.store.ofCase(unit, caseId);
    const standings = new Map<string, string[]>();
    for (const kind of kinds) {
      const standing = await this.#standing(unit, { kind, recipient: '' }, decisions);
      if (standing === 'holds') continue;
      standings.set(standing, [...(standings.get(standing) ?? []), kind]);
    }
    for (const standing of ['withdrawn', 'missing', 'outdated'] as const) {
      const found = standings.get(standing);
      if (found !== undefined) throw new Fault(`consent.${standing}`, { kinds: found.join(' ') });
    }
  }

  /** May this optional processing happen now? Marketing and handing on to partners ask it. */
  async allows(unit: Unit, { caseId, kind, recipient = '' }: ConsentKey): Promise<boolean> {
    const decisions = await this.#parts.store.ofCase(unit, caseId);
    return (await this.#standing(unit, { kind, recipient }, decisions)) === 'holds';
  }

  /**
   * By which way the case goes on: `agreed`, or the alternative that refusing leaves open, such as
   * `four-element-and-code` instead of a face. Where none is left it is the refusal itself.
   */
  async wayOf(unit: Unit, key: ConsentKey): Promise<string> {
    if (await this.allows(unit, key)) return 'agreed';
    const { alternative } = await this.shown(unit.tenant, key.kind, key.recipient);
    if (alternative === null) await this.requireAccepted(unit, key.caseId, [key.kind]);
    return alternative ?? 'agreed';
  }

  /**
   * What has to be true to go on here, online: a kind without a way, or with the counter as its
   * only one, is accepted; every other has been decided, however.
   */
  async requireDecided(unit: Unit, caseId: string, kinds: readonly string[]): Promise<void> {
    const decisions = await this.#parts.store.ofCase(unit, caseId);
    const needed: string[] = [];
    for (const kind of kinds) {
      const { alternative } = await this.shown(unit.tenant, kind);
      const isNeeded = alternative === null || alternative === 'branch';
      const decided = decisionOn({ kind, recipient: '' }, decisions) !== undefined;
      if (isNeeded || !decided) needed.push(kind);
    }
    await this.requireAccepted(unit, caseId, needed);
  }

  decisionsOf(unit: Unit, caseId: string): Promise<readonly ConsentDecision[]> {
    return this.#parts.store.ofCase(unit, caseId);
  }

  /** PIPL 31: who is under fourteen cannot consent alone; a guardian comes to the counter. */
  refuseChild(ageYears: number): void {
    const { shelf, clock } = this.#parts;
    const below = shelf.law(law, clock.now()).whole('guardianAgeBelow');
    if (ageYears < below) throw new Fault('consent.guardian_needed', { below });
  }

  /** A partner who is gone, or a text that is out of force, keeps nobody from withdrawing. */
  async #effectOf(tenant: TenantId, kind: string): Promise<string> {
    try {
      return (await this.shown(tenant, kind)).withdrawal;
    } catch (thrown) {
      if (faultCode(thrown) === 'consent.kind_unknown') return '';
      throw thrown;
    }
  }

  async #standing(
    unit: Unit,
    about: { kind: string; recipient: string },
    decisions: readonly ConsentDecision[],
  ): Promise<'holds' | 'withdrawn' | 'missing' | 'outdated'> {
    const held = decisionOn(about, decisions);
    if (held === undefined) return 'missing';
    if (!held.accepted) return held.withdrawnAt === undefined ? 'missing' : 'withdrawn';
    const shown = await this.shown(unit.tenant, about.kind, about.recipient);
    return isStillMeant(held, shown) ? 'holds' : 'outdated';
  }
}
