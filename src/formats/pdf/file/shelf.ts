/**
 * What the states of one file have read, so that it is not read for each of them.
 *
 * States that come from one opening share a shelf and one count of work. A state that is opened by
 * itself counts by itself: what it borrows it pays for as if it had read it, so that every limit
 * falls where it would have fallen, and only the reading is saved.
 */
import type { Price, Work } from './limits.ts';
import type { ObjectContainer } from './object-streams.ts';
import type { PdfValue } from './value.ts';

export interface Shelf {
  /** By where they start. */
  readonly parsed: Map<number, ReadObject>;
  readonly containers: Map<number, ObjectContainer>;
  readonly oddities: Set<string>;
  readonly loans: Loans;
}

export function emptyShelf(loans = new Loans()): Shelf {
  return { parsed: new Map(), containers: new Map(), oddities: new Set(), loans };
}

export interface ReadObject {
  readonly value: PdfValue;
  /** One more than the last byte that was looked at: a state that ends earlier reads otherwise. */
  readonly end: number;
}

interface Place {
  readonly number: number;
  readonly generation: number;
  readonly offset: number;
}

interface Loan extends Place, ReadObject {
  readonly price: Price;
}

/** Objects of files that are read strictly and not encrypted: they read alike in every state. */
export class Loans {
  readonly #loans = new Map<number, Loan>();

  lend(place: Place, read: ReadObject, price: Price): void {
    this.#loans.set(place.offset, { ...place, ...read, price });
  }

  borrow(
    place: Place,
    { bytes, work }: { readonly bytes: Uint8Array; readonly work: Work },
  ): ReadObject | undefined {
    const loan = this.#loans.get(place.offset);
    if (loan === undefined || loan.end > bytes.length) return undefined;
    if (loan.number !== place.number || loan.generation !== place.generation) return undefined;
    work.pay(loan.price);
    return loan;
  }
}
