/**
 * Keeps every revision of every document, as ciphertext under the key of the person it is about.
 */
import { equal, giveBack } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Outcome, Unit } from '#base/unit';
import { type Beginning, type BegunDigest, beginningOf, type Engine } from '#formats/crypto';
import { MetFiles } from './met-files.ts';
import type { Cipher, CipherPlace, RevisionStore, StoredHead, StoredRevision } from './ports.ts';
import type { TicketState } from './ticket.ts';

/** A revision by its place and its digest. */
export interface RevisionName {
  readonly document: string;
  readonly number: number;
  readonly subject: string;
  readonly sha256: Uint8Array;
}

/** A revision with the whole file. */
export interface Revision extends RevisionName {
  readonly bytes: Uint8Array;
}

/** Of the documents that `heads` opens at once; the first is opened however large it is. */
const headsBytesMax = 64 * 1024 * 1024;

/** The newest revision of a document, ready to be followed by another one. */
export interface DocumentHead {
  readonly base: TicketState;
  readonly newest: Revision;
  /** Its bytes, gone through once for all digests of what will stand behind them. */
  readonly beginning: Beginning;
}

/** A revision to be kept. */
export interface NextRevision {
  readonly document: string;
  readonly subject: string;
  readonly number: number;
  /** One behind the other they are the file. */
  readonly pieces: readonly Uint8Array[];
  /** Of the file, where it is known. */
  readonly sha256?: Uint8Array;
  /** How far SM3 has come with the file, for who signs it next. */
  readonly met?: BegunDigest;
}

export class RevisionShelf {
  readonly #store: RevisionStore;
  readonly #cipher: Cipher;
  readonly #engine: Engine;
  readonly #met = new MetFiles();

  constructor(parts: { revisions: RevisionStore; cipher: Cipher; engine: Engine }) {
    this.#store = parts.revisions;
    this.#cipher = parts.cipher;
    this.#engine = parts.engine;
  }

  /**
   * Keeps the base revision. The same bytes again are no error, others signing.document_known. Who
   * has gone through its bytes already says so by their `beginning`: who signs goes on from there.
   */
  async keep(
    unit: Unit,
    { beginning, ...place }: { document: string; subject: string; beginning?: Beginning },
    pdf: Uint8Array,
  ): Promise<void> {
    const known = await this.#store.find(unit, place.document, 0);
    if (known === undefined) {
      const sha256 = await beginning?.digest('sha256');
      const met = beginning?.begun?.('sm3');
      const gone = sha256 === undefined ? {} : { sha256, ...(met === undefined ? {} : { met }) };
      await this.#appendOnly(unit, { ...place, number: 0, pieces: [pdf], ...gone });
      return;
    }
    const { newest } = await this.#open(unit, known);
    if (!equal(newest.bytes, pdf)) {
      throw new Fault('signing.document_known', { document: place.document });
    }
  }

  /** Adds a revision. If another was first, signing.ticket_stale. */
  async append(
    unit: Unit,
    place: { document: string; subject: string; number: number },
    pdf: Uint8Array,
  ): Promise<RevisionName> {
    return this.#appendOnly(unit, { ...place, pieces: [pdf] });
  }

  /** The same for many documents; undefined where another revision was first. */
  async appendAll(
    unit: Unit,
    next: readonly NextRevision[],
  ): Promise<readonly (RevisionName | undefined)[]> {
    const rows = await Promise.all(next.map((one) => this.#sealed(unit, one)));
    const added = await this.#store.append(unit, rows);
    for (const [at, { sealed, sha256 }] of rows.entries()) {
      giveBack(sealed);
      const met = next[at]?.met;
      if (met !== undefined) this.#met.keep(sha256, met);
    }
    return rows.map((row, at) => (added[at] === true ? nameOf(row) : undefined));
  }

  /** A revision by number, the newest without one. */
  async read(unit: Unit, document: string, number?: number): Promise<Revision> {
    const row = await this.#store.find(unit, document, number);
    if (row === undefined) {
      throw new Fault('signing.document_unknown', { document, revision: number ?? null });
    }
    return (await this.#open(unit, row)).newest;
  }

  /** As `read`, for whom another revision comes behind it. */
  async readOn(unit: Unit, document: string, number: number): Promise<Omit<DocumentHead, 'base'>> {
    const row = await this.#store.find(unit, document, number);
    if (row === undefined) {
      throw new Fault('signing.document_unknown', { document, revision: number });
    }
    return this.#open(unit, row);
  }

  /**
   * The newest revisions of these documents, or why one cannot be had; those that are too large to
   * be held beside the others want to be asked for alone.
   */
  async heads(
    unit: Unit,
    documents: readonly string[],
  ): Promise<ReadonlyMap<string, Outcome<DocumentHead>>> {
    const rows = await this.#store.heads(unit, documents);
    // Alone one row is read without holding it; keys of many are asked for in one question.
    if (rows.length > 1) this.#cipher.ready?.(unit, subjectsIn(rows));
    let bytes = 0;
    const heads = rows.map(async (row) => {
      const isFirst = bytes === 0;
      bytes += row.newest.bytes;
      const isHeld = isFirst || bytes <= headsBytesMax;
      const head: Outcome<DocumentHead> = isHeld ? await this.#head(unit, row) : { is: 'alone' };
      return [row.newest.document, head] as const;
    });
    return new Map(await Promise.all(heads));
  }

  /** The number of the newest revision, without opening it. */
  async newest(unit: Unit, document: string): Promise<number> {
    const number = await this.#store.newest(unit, document);
    if (number === undefined) throw new Fault('signing.document_unknown', { document });
    return number;
  }

  async #head(unit: Unit, row: StoredHead): Promise<Outcome<DocumentHead>> {
    const { base, newest } = row;
    try {
      const opened = await this.#open(unit, { ...newest, sealed: await row.sealed() });
      const { bytes } = opened.newest;
      // What was confirmed is what this one begins with: the row's word alone is not believed.
      const isBase = newest.number === 0;
      const first = isBase
        ? newest.sha256
        : await this.#engine.digest('sha256', bytes.subarray(0, base.bytes));
      if (!equal(first, base.sha256)) throw differs(newest);
      return { is: 'ok', value: { base, ...opened } };
    } catch (because) {
      if (because instanceof Fault) return { is: 'refused', because };
      throw because;
    }
  }

  async #appendOnly(unit: Unit, next: NextRevision): Promise<RevisionName> {
    const { document, number } = next;
    const [revision] = await this.appendAll(unit, [next]);
    if (revision === undefined) throw new Fault('signing.ticket_stale', { document, number });
    return revision;
  }

  async #sealed(
    unit: Unit,
    { document, subject, number, pieces, sha256: known }: NextRevision,
  ): Promise<StoredRevision> {
    const place = { document, subject, number };
    const sha256 = known ?? (await this.#engine.digest('sha256', ...pieces));
    const sealed = await this.#cipher.seal(unit, cipherPlace(place), ...pieces);
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    return { ...place, bytes, sha256, sealed };
  }

  async #open(unit: Unit, row: StoredRevision): Promise<Omit<DocumentHead, 'base'>> {
    const bytes = await this.#cipher.open(unit, cipherPlace(row), row.sealed);
    giveBack(row.sealed);
    const { document, number, subject, sha256 } = row;
    // What is found by the row's word counts below, once the bytes have that digest themselves.
    const beginning = beginningOf(this.#engine, bytes, this.#met.find(sha256));
    // A thief of the database cannot move a ciphertext, but could set an older row's back.
    const found = await beginning.digest('sha256');
    if (bytes.length !== row.bytes || !equal(found, sha256)) throw differs(row);
    return { newest: { document, number, subject, bytes, sha256 }, beginning };
  }
}

function nameOf({ document, number, subject, sha256 }: RevisionName): RevisionName {
  return { document, number, subject, sha256 };
}

function subjectsIn(rows: readonly StoredHead[]): string[] {
  return [...new Set(rows.map(({ newest }) => newest.subject))];
}

function differs({ document, number }: Pick<StoredRevision, 'document' | 'number'>): Fault {
  return new Fault('signing.revision_differs', { document, revision: number });
}

/** One revision's ciphertext cannot stand in for another's, not even of the same person. */
function cipherPlace(row: Pick<StoredRevision, 'document' | 'number' | 'subject'>): CipherPlace {
  return { subject: row.subject, field: `revision:${row.document}:${row.number}` };
}
