/**
 * When the faces an institution keeps are so many that it must file with the authority (L-PI-15).
 *
 * 人脸识别技术应用安全管理办法 15: who stores face information of 100,000 persons files within 30
 * working days of reaching that number. Counted are persons of whom a photo that shows the face is
 * kept and opens, also where no face is compared. The filing itself is the institution's act.
 */
import { chinaDate, type Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import { faceFields } from '#business/catalog';
import { type CalendarDate, parseDate } from '#business/lending';
import type { PrivacyShelf } from './ports.ts';
import { workingDaysAfter } from './working-days.ts';

const law = 'personal-rights';

/** Photos by whose they are. */
export interface FaceBook {
  /** Living persons with a stored photo of these kinds, and when the `nth` of them came. */
  persons(
    unit: Unit,
    asked: { readonly kinds: readonly string[]; readonly nth: number },
  ): Promise<{ readonly count: number; readonly nthAt: Instant | undefined }>;
}

/** How many faces are kept, and until when the filing is due once they are enough. */
export interface FaceStanding {
  readonly persons: number;
  readonly filedFrom: number;
  readonly dueOn: CalendarDate | null;
}

export class FaceFiling {
  readonly #parts: { book: FaceBook; shelf: PrivacyShelf; now: () => Instant };

  constructor(parts: { book: FaceBook; shelf: PrivacyShelf; now: () => Instant }) {
    this.#parts = parts;
  }

  async of(unit: Unit): Promise<FaceStanding> {
    const { book, shelf, now } = this.#parts;
    const rules = shelf.law(law, now());
    const filedFrom = rules.whole('faceFilingPersonsMin');
    const kinds = [...faceFields];
    const { count, nthAt } = await book.persons(unit, { kinds, nth: filedFrom });
    const reachedOn = nthAt === undefined ? undefined : parseDate(chinaDate(nthAt));
    const days = rules.whole('faceFilingWorkingDaysMax');
    const dueOn = reachedOn === undefined ? null : workingDaysAfter(reachedOn, days);
    return { persons: count, filedFrom, dueOn };
  }
}
