/**
 * What the consent room leans on: rows of decisions, texts of the catalogue, names of parties.
 */
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';

/** A consent text in force, with the names of handler and recipient filled in. */
export interface ConsentText {
  readonly kind: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
  readonly purpose: string;
  readonly refusal: string;
  readonly withdrawal: string;
  /** What she can do instead of accepting; null where nothing can be done without. */
  readonly alternative: string | null;
  readonly sensitive: boolean;
  /** False for a notice whose basis is the contract (PIPL 13(1)(2)): shown, never decided. */
  readonly asked: boolean;
  /** PIPL 23: one decision for each recipient by name. */
  readonly recipientBound: boolean;
}

/** What she said last about one kind and, where the kind is bound to one, one recipient. */
export interface ConsentDecision {
  readonly caseId: string;
  readonly kind: string;
  /** The recipient's id; empty where the kind is bound to nobody. */
  readonly recipient: string;
  readonly version: string;
  /** Lower-case hex over the text as she read it. */
  readonly sha256: string;
  readonly method: ConsentMethod;
  /** Does it hold now? False after a refusal and after a withdrawal. */
  readonly accepted: boolean;
  readonly at: Instant;
  readonly withdrawnAt: Instant | undefined;
}

/** How she said it: by a tick of her own, by signing, in front of a member of staff. */
export type ConsentMethod = 'tick' | 'signature' | 'counter';

export interface ConsentStore {
  /** Replaces an earlier decision of the same kind and recipient, which stays in the log. */
  put(unit: Unit, decision: ConsentDecision): Promise<void>;
  ofCase(unit: Unit, caseId: string): Promise<readonly ConsentDecision[]>;
}

/** Somebody by name, and how to reach him. */
export interface ConsentParty {
  readonly name: string;
  readonly contact: string;
}

export interface ConsentShelf {
  /** Undefined when no text of that kind is in force at that time. */
  text(
    kind: string,
    at: Instant,
    names: { readonly handler: ConsentParty; readonly recipient?: ConsentParty },
  ): ConsentText | undefined;
  law(table: string, at: Instant): { whole(name: string): number };
}

/** Who handles a tenant's information, and to whom it may be handed. */
export interface ConsentParties {
  handlerOf(tenant: TenantId): Promise<ConsentParty>;
  /** Undefined when the tenant names nobody by that id. */
  recipientOf(tenant: TenantId, id: string): Promise<ConsentParty | undefined>;
}
