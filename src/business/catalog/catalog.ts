/**
 * The catalogue of one installation: what it lends, in which words, under which law, all as data.
 *
 * Everything is read and checked once, at the start: a process whose catalogue is incomplete does
 * not come up. A case keeps the product version it was opened with; the limits of the signing
 * channel are asked of the law of the day, for they bind the act of signing (law 9).
 */
import type { Json } from '#base/canonical';
import { type Clock, chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { type Fen, parseFen, parseRate, type Rate } from '#base/money';
import type { Engine } from '#formats/crypto';
import { type ImpactAssessment, loadAssessments, refuseUnassessed } from './assessment.ts';
import type { NoticeNames } from './consent-notice.ts';
import { type ConsentTexts, type ConsentWords, loadConsentTexts } from './consent-texts.ts';
import { loadRequiredEvidence, type RequiredEvidence } from './evidence-list.ts';
import { holdsOn, type LawOfDay, type LawTable, loadLaw, ruleAt } from './law.ts';
import { loadMinimisations, type Minimisation, refuseOverCollection } from './minimisation.ts';
import {
  type EnglishWords,
  loadProductVersions,
  markupWords,
  type ProductVersion,
  refuseUnlawful,
  secondsToRead,
} from './product.ts';
import type { CatalogReader } from './reader.ts';
import { type DocumentTemplate, loadTemplates } from './template.ts';

/** The words of a product that stand in its documents, approved with it. */
export interface ProductWords {
  readonly label: string | undefined;
  readonly version: string;
  readonly method: string;
  readonly guarantee: string;
  readonly forbiddenUses: readonly string[];
  readonly cap: string;
  readonly overdueMarkup: string;
  readonly misuseMarkup: string;
  readonly retentionYears: number;
  readonly consents: readonly ConsentRow[];
  readonly creditQuery: { readonly [name: string]: Json };
  readonly creditQueryMonthsAfterEnd: number;
  readonly evidenceList: { readonly id: string; readonly version: string };
  readonly purposes: Readonly<Record<string, string>>;
  /** For who reads English on a screen; no document is set with it. */
  readonly english: EnglishWords;
}

/** A consent as it stands in the printed authorisation. */
export interface ConsentRow {
  readonly [name: string]: string;
  readonly code: string;
  readonly status: string;
}

/** A lending product in one version, ready to be lent from. */
export interface CatalogProduct {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly annualRate: Rate;
  readonly method: 'EQUAL_INSTALMENT' | 'EQUAL_PRINCIPAL';
  readonly firstPeriod: 'FULL_MONTH' | 'ACTUAL_DAYS';
  readonly repaymentDay: number;
  readonly firstDueDaysMin: number;
  readonly overdueMultiplier: Rate;
  readonly misuseMultiplier: Rate;
  readonly amountMin: Fen;
  readonly amountMax: Fen;
  readonly termMonths: readonly number[];
  readonly consentsToApply: readonly string[];
  /** What may be collected for it, on which basis, and when it is asked (S4-02). */
  readonly minimisation: Minimisation;
  readonly disbursementLevel: 'L1' | 'L2';
  readonly scoreMin: number;
  /** Who says the last word on what the score would approve. */
  readonly review: 'automatic' | 'staff';
  readonly requiredEvidence: Uint8Array;
  readonly channelLimits: {
    readonly ageMin: number;
    readonly remoteAmountMax: Fen;
    readonly consumerLineMax: Fen;
    readonly consumerMonthsMax: number;
    readonly businessMonthsMax: number;
  };
  readonly words: ProductWords;
  secondsMin(kind: string, characters: number): number;
}

interface Loaded {
  readonly clock: Clock;
  readonly versions: readonly ProductVersion[];
  readonly templates: ReadonlyMap<string, DocumentTemplate>;
  readonly law: ReadonlyMap<string, LawTable>;
  readonly texts: ConsentTexts;
  readonly lists: ReadonlyMap<string, RequiredEvidence>;
  readonly minimisations: ReadonlyMap<string, Minimisation>;
  readonly assessments: ReadonlyMap<string, ImpactAssessment>;
}

const methodWords = { EQUAL_INSTALMENT: '等额本息', EQUAL_PRINCIPAL: '等额本金' } as const;

export class Catalog {
  readonly #loaded: Loaded;

  private constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  static async load(parts: {
    reader: CatalogReader;
    engine: Engine;
    clock: Clock;
  }): Promise<Catalog> {
    const { reader, engine, clock } = parts;
    const catalog = new Catalog({
      clock,
      versions: await loadProductVersions(reader),
      templates: await loadTemplates(reader, engine),
      law: await loadLaw(reader),
      texts: await loadConsentTexts(reader),
      lists: await loadRequiredEvidence(reader),
      minimisations: await loadMinimisations(reader),
      assessments: await loadAssessments(reader),
    });
    catalog.#checkProducts();
    return catalog;
  }

  /** Undefined when no version of the product is in force at that time. */
  product(id: string, at: Instant): CatalogProduct | undefined {
    const day = chinaDate(at);
    return this.#built((version) => version.id === id && holdsOn(version, day));
  }

  /** The product as it was when the case was opened, whatever is in force now. */
  version(id: string, version: string): CatalogProduct | undefined {
    return this.#built((one) => one.id === id && one.version === version);
  }

  /** Ids of the products in force at that time. */
  products(at: Instant): readonly string[] {
    const day = chinaDate(at);
    return this.#loaded.versions.filter((one) => holdsOn(one, day)).map(({ id }) => id);
  }

  /** A consent text in force, or the agreement to use electronic signatures. */
  text(kind: string, at: Instant, names: NoticeNames): ConsentWords | undefined {
    return this.#loaded.texts.text(kind, at, names);
  }

  /** Codes of the separate consents, in the order of the law's list. */
  consentKinds(): readonly string[] {
    return this.#loaded.texts.consents.map(({ code }) => code);
  }

  /** Refuses with catalog.over_collection a product that says of nothing why it is collected. */
  minimisation(base: string): Minimisation {
    const list = this.#loaded.minimisations.get(base);
    if (list === undefined) {
      throw new Fault('catalog.over_collection', { product: base, why: 'no_list' });
    }
    return list;
  }

  /** The `agreement` input of the template esign-agreement. */
  agreement(): Json {
    const { version, notice, clauses } = this.#loaded.texts.agreement;
    return { version, notice, clauses };
  }

  template(kind: string): DocumentTemplate {
    const template = this.#loaded.templates.get(kind);
    if (template === undefined) throw new Fault('catalog.template_unknown', { kind });
    return template;
  }

  /** Kinds of all documents that can be set. */
  templates(): readonly string[] {
    return [...this.#loaded.templates.keys()];
  }

  law(table: string, at: Instant): LawOfDay {
    const found = this.#loaded.law.get(table);
    if (found === undefined) throw new Fault('catalog.rule_missing', { table });
    return ruleAt(found, at);
  }

  requiredEvidence(id: string): RequiredEvidence {
    const list = this.#loaded.lists.get(id);
    if (list === undefined) throw new Fault('catalog.file_missing', { file: `evidence/${id}` });
    return list;
  }

  #built(wanted: (version: ProductVersion) => boolean): CatalogProduct | undefined {
    const version = this.#loaded.versions.findLast(wanted);
    return version === undefined ? undefined : this.#build(version);
  }

  #build(version: ProductVersion): CatalogProduct {
    const limits = (): CatalogProduct['channelLimits'] => this.#channelLimits();
    return {
      ...version,
      annualRate: parseRate(version.annualRate),
      overdueMultiplier: parseRate(version.overdueMultiplier),
      misuseMultiplier: parseRate(version.misuseMultiplier),
      amountMin: parseFen(version.amountFenMin),
      amountMax: parseFen(version.amountFenMax),
      requiredEvidence: this.requiredEvidence(version.requiredEvidence).bytes,
      minimisation: this.minimisation(version.base),
      get channelLimits() {
        return limits();
      },
      words: this.#words(version),
      secondsMin: (kind, characters) => secondsToRead(version.reading, { kind, characters }),
    };
  }

  #words(version: ProductVersion): ProductWords {
    const list = this.requiredEvidence(version.requiredEvidence);
    return {
      label: version.label,
      version: version.version,
      method: methodWords[version.method],
      guarantee: version.guarantee,
      forbiddenUses: version.forbiddenUses,
      cap: version.capWords,
      overdueMarkup: markupWords(parseRate(version.overdueMultiplier)),
      misuseMarkup: markupWords(parseRate(version.misuseMultiplier)),
      retentionYears: version.retentionYears,
      consents: this.#consentRows(version),
      creditQuery: version.creditQuery,
      creditQueryMonthsAfterEnd: version.creditQueryMonthsAfterEnd,
      evidenceList: { id: list.id, version: list.version },
      purposes: version.purposes,
      english: version.english,
    };
  }

  /** Each consent with its state in a case whose applicant has accepted what it takes to apply. */
  #consentRows(version: ProductVersion): ConsentRow[] {
    return this.#loaded.texts.consents.map(({ code, title, text, refusal, withdrawal, basis }) => {
      const asked = version.consentsToApply.includes(code);
      const status = basis === 'contract' ? 'notice' : asked ? 'accepted' : 'not-asked';
      return { code, title, text, refusal, withdrawal, status };
    });
  }

  #channelLimits(): CatalogProduct['channelLimits'] {
    const law = this.law('loan-channel', this.#loaded.clock.now());
    return {
      ageMin: law.whole('ageMin'),
      remoteAmountMax: parseFen(law.value('remoteAmountFenMax')),
      consumerLineMax: parseFen(law.value('consumerLineFenMax')),
      consumerMonthsMax: law.whole('consumerMonthsMax'),
      businessMonthsMax: law.whole('businessMonthsMax'),
    };
  }

  /**
   * What a product names exists; it collects no more than it says, and that was assessed; its
   * penalties are lawful.
   */
  #checkProducts(): void {
    const now = this.#loaded.clock.now();
    const kinds = this.consentKinds();
    const templates = [...this.#loaded.templates.values()];
    for (const version of this.#loaded.versions) {
      this.#build(version);
      refuseUnlawful(version, this.law('loan-cost', now));
      const list = this.minimisation(version.base);
      refuseOverCollection(list, { kinds, templates });
      refuseUnassessed(list, this.#loaded.assessments.get(list.product));
      for (const kind of version.consentsToApply) {
        if (!kinds.includes(kind)) {
          throw new Fault('catalog.file_malformed', { file: version.id, consent: kind });
        }
      }
    }
  }
}
