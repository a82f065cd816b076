/**
 * Separate consents as separate acts: which text, in which version, decided how and when.
 *
 * PIPL 14, 23, 29 and requirements C.11. A decision names the SHA-256 of the text as shown, so
 * that nobody can say later that another text was meant. The newest decision of a kind counts.
 */
import { toHex, utf8 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';

/** A consent text in force, as the catalogue has it. */
export interface ConsentText {
  readonly kind: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
}

export interface ConsentDecision {
  readonly caseId: string;
  readonly kind: string;
  readonly version: string;
  readonly accepted: boolean;
  readonly at: Instant;
}

export interface ConsentStore {
  /** Replaces an earlier decision of the same kind; the earlier one stays in the log. */
  put(unit: Unit, decision: ConsentDecision): Promise<void>;
  ofCase(unit: Unit, caseId: string): Promise<readonly ConsentDecision[]>;
}

export interface ConsentShelf {
  /** Undefined when no text of that kind is in force at that time. */
  text(kind: string, at: Instant): ConsentText | undefined;
}

export interface ConsentParts {
  readonly store: ConsentStore;
  readonly shelf: ConsentShelf;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
}

export class Consents {
  readonly #parts: ConsentParts;

  constructor(parts: ConsentParts) {
    this.#parts = parts;
  }

  /** What a page shows before it asks: the text and the digest it will be decided by. */
  async shown(kind: string): Promise<ConsentText & { sha256: string }> {
    const { shelf, clock, engine } = this.#parts;
    const text = shelf.text(kind, clock.now());
    if (text === undefined) throw new Fault('consent.kind_unknown', { kind });
    return { ...text, sha256: toHex(await engine.digest('sha256', utf8(text.text))) };
  }

  /** Records one decision about exactly the text in force. */
  async decide(
    unit: Unit,
    act: { caseId: string; subject: string; kind: string; sha256: string; accepted: boolean },
  ): Promise<void> {
    const shown = await this.shown(act.kind);
    if (shown.sha256 !== act.sha256) throw new Fault('consent.text_differs', { kind: act.kind });
    const { store, evidence, clock } = this.#parts;
    await store.put(unit, {
      caseId: act.caseId,
      kind: act.kind,
      version: shown.version,
      accepted: act.accepted,
      at: clock.now(),
    });
    await evidence.record(unit, {
      caseId: act.caseId,
      subject: act.subject,
      type: 'consent.signed',
      disclosures: [
        { name: 'kind', value: act.kind },
        { name: 'version', value: shown.version },
        { name: 'text', value: shown.sha256 },
        { name: 'decision', value: act.accepted ? 'accepted' : 'refused' },
        { name: 'method', value: 'tick' },
      ],
      of: [],
    });
  }

  /** Refuses with consent.missing and the kinds that were not accepted. */
  async requireAccepted(unit: Unit, caseId: string, kinds: readonly string[]): Promise<void> {
    const decisions = await this.#parts.store.ofCase(unit, caseId);
    const accepted = new Set(decisions.filter((one) => one.accepted).map(({ kind }) => kind));
    const missing = kinds.filter((kind) => !accepted.has(kind));
    if (missing.length > 0) throw new Fault('consent.missing', { kinds: missing.join(' ') });
  }
}
