/**
 * Keeps every revision of every document, as ciphertext under the key of the person it is about.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { Cipher, CipherPlace, RevisionStore, StoredRevision } from './ports.ts';

export interface Revision {
  readonly document: string;
  readonly number: number;
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly sha256: Uint8Array;
}

export class RevisionShelf {
  readonly #store: RevisionStore;
  readonly #cipher: Cipher;
  readonly #engine: Engine;

  constructor(parts: { revisions: RevisionStore; cipher: Cipher; engine: Engine }) {
    this.#store = parts.revisions;
    this.#cipher = parts.cipher;
    this.#engine = parts.engine;
  }

  /** Keeps the base revision. The same bytes again are no error, others signing.document_known. */
  async keep(
    unit: Unit,
    place: { document: string; subject: string },
    pdf: Uint8Array,
  ): Promise<void> {
    const known = await this.#store.find(unit, place.document, 0);
    if (known === undefined) {
      await this.append(unit, { ...place, number: 0 }, pdf);
      return;
    }
    const { bytes } = await this.#open(unit, known);
    if (bytes.length !== pdf.length || bytes.some((byte, at) => byte !== pdf[at])) {
      throw new Fault('signing.document_known', { document: place.document });
    }
  }

  /** Adds a revision. If another was first, signing.ticket_stale. */
  async append(
    unit: Unit,
    place: { document: string; subject: string; number: number },
    pdf: Uint8Array,
  ): Promise<Revision> {
    const { document, subject, number } = place;
    const sha256 = await this.#engine.digest('sha256', pdf);
    const sealed = await this.#cipher.seal(unit, cipherPlace(place), pdf);
    const row = { document, number, subject, bytes: pdf.length, sha256, sealed };
    await this.#store.append(unit, row);
    return { document, number, subject, bytes: pdf, sha256 };
  }

  /** A revision by number, the newest without one. */
  async read(unit: Unit, document: string, number?: number): Promise<Revision> {
    const row = await this.#store.find(unit, document, number);
    if (row === undefined) {
      throw new Fault('signing.document_unknown', { document, revision: number ?? null });
    }
    return this.#open(unit, row);
  }

  /** The number of the newest revision, without opening it. */
  async newest(unit: Unit, document: string): Promise<number> {
    const number = await this.#store.newest(unit, document);
    if (number === undefined) throw new Fault('signing.document_unknown', { document });
    return number;
  }

  async #open(unit: Unit, row: StoredRevision): Promise<Revision> {
    const bytes = await this.#cipher.open(unit, cipherPlace(row), row.sealed);
    const { document, number, subject, sha256 } = row;
    // A thief of the database cannot move a ciphertext, but could set an older row's back.
    const found = await this.#engine.digest('sha256', bytes);
    if (bytes.length !== row.bytes || !equal(found, sha256)) {
      throw new Fault('signing.revision_differs', { document, revision: number });
    }
    return { document, number, subject, bytes, sha256 };
  }
}

/** One revision's ciphertext cannot stand in for another's, not even of the same person. */
function cipherPlace(row: { document: string; number: number; subject: string }): CipherPlace {
  return { subject: row.subject, field: `revision:${row.document}:${row.number}` };
}
