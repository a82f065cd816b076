/**
 * What is known of a person, as she may see it and take it with her (PIPL 45).
 *
 * Every field its product may collect is named, with value or the words that it was not collected,
 * its lawful basis, who else got it, and the day until which it is kept. One JSON document in the
 * form `fubie/personal-data/v1`, so that another handler can read it (网络数据安全管理条例 25).
 */
import { fromUtf8 } from '#base/bytes';
import { formatInstant, type Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { CollectedField, Minimisation } from '#business/catalog';
import type { ConsentParty, Consents } from '#business/consent';
import type { ContractDesk } from '#business/contract';
import { type CaseState, decisionReasonsField } from '#business/lending';
import { type CaseFacts, recordFacts } from './case-facts.ts';
import type { Binding, Erasure } from './erasure.ts';
import type { PersonalRecords, PrivacyShelf, PrivacyStore, RightsRequest } from './ports.ts';
import { retentionOf } from './retention.ts';
import { becauseOf, untilOf } from './retention-run.ts';

/** The form of the document; another one gets another name. */
export const reportFormat = 'fubie/personal-data/v1';

/** One field of her record. */
export interface KnownField {
  readonly field: string;
  readonly title: string;
  /** Null where `status` says that it was not collected. */
  readonly value: string | null;
  readonly status: 'held' | 'not collected';
  readonly source: 'the person herself';
  readonly basis: string;
  readonly article: string;
  readonly class: string;
  readonly recipients: readonly string[];
  readonly keptUntil: string | null;
  readonly keptBecause: string;
}

/** All that is known of a person in one case. */
export interface KnownOfPerson {
  readonly format: typeof reportFormat;
  readonly asOf: string;
  readonly handler: ConsentParty;
  readonly case: { readonly id: string; readonly product: string; readonly state: CaseState };
  readonly standing: CaseFacts['standing'];
  readonly fields: readonly KnownField[];
  readonly recipients: readonly {
    readonly name: string;
    readonly purpose: string;
    readonly basis: string;
  }[];
  readonly consents: readonly {
    readonly kind: string;
    readonly recipient: string;
    readonly version: string;
    readonly decision: 'accepted' | 'refused' | 'withdrawn';
    readonly at: string;
  }[];
  readonly documents: readonly {
    readonly kind: string;
    readonly title: string;
    readonly sha256: string;
  }[];
  /** Why it was decided as it was; codes that phrases explain (PIPL 24). */
  readonly decisionReasons: readonly string[];
  readonly requests: readonly Pick<RightsRequest, 'id' | 'kind' | 'standing' | 'dueOn'>[];
}

export interface ReportParts {
  readonly shelf: PrivacyShelf;
  readonly store: PrivacyStore;
  readonly records: PersonalRecords;
  readonly erasure: Erasure;
  readonly consents: Pick<Consents, 'decisionsOf'>;
  readonly contracts: Pick<ContractDesk, 'documentsOf'>;
  readonly handlerOf: (tenant: Unit['tenant']) => Promise<ConsentParty>;
  readonly now: () => Instant;
}

export class PersonalReport {
  readonly #parts: ReportParts;

  constructor(parts: ReportParts) {
    this.#parts = parts;
  }

  /** Refuses with privacy.erased where nothing is left to tell. */
  async of(unit: Unit, caseId: string): Promise<KnownOfPerson> {
    const { records, erasure, store, now, handlerOf } = this.#parts;
    const facts = await erasure.living(unit, caseId);
    // Her own request is what restriction leaves room for (PIPL 47).
    records.under(unit, 'subject');
    const values = await records.getAll(unit, facts.subject);
    const list = this.#listOf(facts);
    const law = await erasure.binding(unit, caseId);
    const requests = await store.requests(unit, { caseId });
    return {
      format: reportFormat,
      asOf: formatInstant(now()),
      handler: await handlerOf(unit.tenant),
      case: { id: caseId, product: facts.product, state: facts.state },
      standing: facts.standing,
      fields: list.fields.map((one) => knownField(one, { facts, list, law, values })),
      recipients: list.recipients.map(({ name, purpose, basis }) => ({ name, purpose, basis })),
      consents: await this.#consents(unit, caseId),
      documents: await this.#documents(unit, caseId),
      decisionReasons: reasonsIn(values[decisionReasonsField]),
      requests: requests.map(({ id, kind, standing, dueOn }) => ({ id, kind, standing, dueOn })),
    };
  }

  #listOf({ product, productVersion }: CaseFacts): Minimisation {
    const found = this.#parts.shelf.version(product, productVersion)?.minimisation;
    if (found === undefined) throw new Error(`assertion: ${product} has a minimisation list`);
    return found;
  }

  async #consents(unit: Unit, caseId: string): Promise<KnownOfPerson['consents']> {
    const decisions = await this.#parts.consents.decisionsOf(unit, caseId);
    return decisions.map(({ kind, recipient, version, accepted, at, withdrawnAt }) => ({
      kind,
      recipient,
      version,
      decision: accepted ? 'accepted' : withdrawnAt === undefined ? 'refused' : 'withdrawn',
      at: formatInstant(withdrawnAt ?? at),
    }));
  }

  async #documents(unit: Unit, caseId: string): Promise<KnownOfPerson['documents']> {
    const documents = await this.#parts.contracts.documentsOf(unit, caseId);
    return documents.map(({ kind, title, base }) => ({ kind, title, sha256: base.sha256 }));
  }
}

function knownField(
  { field, title, basis, article, class: level, group }: CollectedField,
  about: {
    facts: CaseFacts;
    list: Minimisation;
    law: Binding;
    values: Readonly<Record<string, Uint8Array>>;
  },
): KnownField {
  const held = about.values[field];
  const term = retentionOf(recordFacts(about.facts, group), about.law.rules, about.law.holds);
  return {
    field,
    title,
    value: held === undefined ? null : fromUtf8(held),
    status: held === undefined ? 'not collected' : 'held',
    source: 'the person herself',
    basis,
    article,
    class: level,
    recipients: about.list.recipients
      .filter(({ fields }) => fields.includes(field))
      .map(({ name }) => name),
    keptUntil: untilOf(term),
    keptBecause: becauseOf(term),
  };
}

function reasonsIn(bytes: Uint8Array | undefined): readonly string[] {
  if (bytes === undefined) return [];
  const parsed: unknown = JSON.parse(fromUtf8(bytes));
  return Array.isArray(parsed) ? parsed.map(String) : [];
}
