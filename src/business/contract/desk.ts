/**
 * Drafts documents, shows them page by page, and says when they have been read.
 *
 * A document is printed before the unit that adds it, for setting type takes time and writes
 * nothing: a crash in between leaves a file nobody names, never a row without its file.
 */
import { toBase64, toHex } from '#base/bytes';
import { type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import { beginningOf, type Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';
import type { DocumentRecord } from './document.ts';
import { clausesLeft } from './intent.ts';
import type { DocumentStore, Originals, Press, PrintOrder } from './ports.ts';
import { type Reading, readingSoFar } from './reading.ts';

export interface DraftOrder extends PrintOrder {
  readonly caseId: string;
  readonly subject: string;
  /** From the document's length in characters. */
  readonly secondsMin: (characters: number) => number;
}

/** A printed document that is not yet part of its case; `add` makes it so. */
export interface Drafted {
  readonly document: DocumentRecord;
  readonly add: Commit<DocumentRecord>;
}

/** Far more page turns than a person makes in one document; a program may not fill the table. */
const readingEventsMax = 2_000;

export class ContractDesk {
  readonly #parts: ContractParts;

  constructor(parts: ContractParts) {
    this.#parts = parts;
  }

  /** Refuses, before anything is printed, what a later document of the case would refuse. */
  requireSettable(texts: { readonly [field: string]: string }): void {
    this.#parts.press.requireSettable(texts);
  }

  /** Prints the document now; the commit adds its row, its base revision and its entry. */
  async draft(order: DraftOrder): Promise<Drafted> {
    const { press, engine, clock } = this.#parts;
    const printed = await press.print(order);
    // Gone through once, for its row, its entry and whoever signs it.
    const beginning = beginningOf(engine, printed.pdf);
    const [sha256, sm3] = [await beginning.digest('sha256'), await beginning.digest('sm3')];
    const document: DocumentRecord = {
      id: uuidv7(this.#parts),
      caseId: order.caseId,
      kind: order.kind,
      title: printed.title,
      template: printed.template,
      templateSha256: printed.templateSha256,
      pages: printed.pages,
      secondsMin: order.secondsMin(printed.characters),
      base: {
        bytes: printed.pdf.length,
        sha256: toHex(sha256),
        sm3: toHex(sm3),
      },
      slots: printed.slots,
      clauses: printed.clauses,
      draftedAt: clock.now(),
      readAt: undefined,
    };
    const add: Commit<DocumentRecord> = async (unit) => {
      await this.#parts.documents.add(unit, document);
      await this.#parts.originals.keep(
        unit,
        { document: document.id, subject: order.subject, beginning },
        printed.pdf,
      );
      await this.#parts.evidence.record(unit, {
        caseId: order.caseId,
        subject: order.subject,
        type: 'document.drafted',
        disclosures: [
          { name: 'document', value: document.kind },
          { name: 'template', value: `${document.template} ${document.templateSha256}` },
        ],
        of: [
          {
            name: document.kind,
            bytes: printed.pdf.length,
            sha256: toBase64(sha256),
            sm3: toBase64(sm3),
          },
        ],
      });
      return document;
    };
    return { document, add };
  }

  async document(unit: Unit, id: string): Promise<DocumentRecord> {
    const document = await this.#parts.documents.find(unit, id);
    if (document === undefined) throw new Fault('contract.document_unknown', { document: id });
    return document;
  }

  async documentsOf(unit: Unit, caseId: string): Promise<readonly DocumentRecord[]> {
    return this.#parts.documents.ofCase(unit, caseId);
  }

  /**
   * Takes "page n is on the screen now" at the server's time. When the rule is met for the first
   * time, that is recorded with the time each document took.
   */
  async shown(
    unit: Unit,
    shown: { document: string; page: number; subject: string; aloud?: boolean },
  ) {
    const { documents, clock } = this.#parts;
    const document = await this.document(unit, shown.document);
    const now = clock.now();
    if (document.readAt !== undefined) return { document, reading: readAlready(document) };
    const { page, aloud = false } = shown;
    await documents.shown(unit, document.id, { page, at: now, aloud });
    const events = await documents.readingsOf(unit, document.caseId);
    if (events.filter((event) => event.document === document.id).length > readingEventsMax) {
      throw new Fault('contract.reading_limit', { document: document.id });
    }
    const reading = readingSoFar(document, events, now);
    if (reading.met) {
      await this.#completeReading(unit, { document, reading, subject: shown.subject });
    }
    return { document, reading };
  }

  /** How far each document of a case has been read and confirmed, without writing anything. */
  async readingsOf(unit: Unit, caseId: string): Promise<readonly ReadDocument[]> {
    const { documents, clock } = this.#parts;
    const now = clock.now();
    const events = await documents.readingsOf(unit, caseId);
    const confirmed = await documents.confirmedClauses(unit, caseId);
    return (await documents.ofCase(unit, caseId)).map((document) => ({
      document,
      reading:
        document.readAt === undefined ? readingSoFar(document, events, now) : readAlready(document),
      clausesLeft: clausesLeft(document, confirmed),
    }));
  }

  /** She confirms one clause of what she was shown; again is no error. Answers what is left. */
  async confirmClause(
    unit: Unit,
    act: { document: DocumentRecord; clause: string; sha256: string; subject: string },
  ): Promise<readonly string[]> {
    const { documents, evidence, clock } = this.#parts;
    const { document, subject } = act;
    const clause = document.clauses.find(({ id }) => id === act.clause);
    if (clause === undefined) throw new Fault('contract.clause_unknown', { clause: act.clause });
    if (document.base.sha256 !== act.sha256) throw new Fault('contract.digest_differs');
    const place = { document: document.id, clause: clause.id, at: clock.now() };
    if (await documents.confirmClause(unit, place)) {
      await evidence.record(unit, {
        caseId: document.caseId,
        subject,
        type: 'clause.confirmed',
        disclosures: [
          { name: 'document', value: document.kind },
          { name: 'base', value: document.base.sha256 },
          { name: 'clause', value: clause.id },
          { name: 'title', value: clause.title },
        ],
        of: [],
      });
    }
    return clausesLeft(document, await documents.confirmedClauses(unit, document.caseId));
  }

  async #completeReading(
    unit: Unit,
    done: { document: DocumentRecord; reading: Reading; subject: string },
  ): Promise<void> {
    const now = this.#parts.clock.now();
    await this.#parts.documents.markRead(unit, done.document.id, now);
    await this.#parts.evidence.record(unit, {
      caseId: done.document.caseId,
      subject: done.subject,
      type: 'reading.completed',
      disclosures: [
        { name: 'document', value: done.document.kind },
        { name: 'base', value: done.document.base.sha256 },
        { name: 'pages', value: done.document.pages },
        { name: 'secondsRead', value: done.reading.secondsRead },
        { name: 'secondsAloud', value: done.reading.secondsAloud },
        { name: 'secondsMin', value: done.document.secondsMin },
        { name: 'completedAt', value: formatInstant(now) },
      ],
      of: [],
    });
  }
}

/** What was read once stays read; showing it again writes nothing. */
function readAlready(document: DocumentRecord): Reading {
  const secondsRead = document.secondsMin;
  return { met: true, secondsRead, secondsAloud: 0, secondsLeft: 0, pagesUnseen: [] };
}

/** A document, how far it has been read, and which of its clauses are still to be confirmed. */
export interface ReadDocument {
  readonly document: DocumentRecord;
  readonly reading: Reading;
  readonly clausesLeft: readonly string[];
}

export interface ContractParts {
  readonly documents: DocumentStore;
  readonly originals: Originals;
  readonly press: Press;
  readonly evidence: Evidence;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}
