/**
 * The access journal: who asked what, when, from where, why, and how it ended (网络安全法 2025 23, PIPL
 * 51).
 *
 * A row names cases, staff and clients by ids of ours and nothing personal: the address is a keyed
 * digest, a purpose that is a sentence is ciphertext, an id that could be somebody's number is left
 * out. Rows are append-only; what the log committed to can be proved row by row
 * (journal-batches.ts).
 */
import { toBase64, toBase64Url, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import type { Clock, Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { AddressMarks } from './address-marks.ts';
import type { Caller } from './caller.ts';
import type { SecretBox } from './machine-ports.ts';

/** One request of somebody, as a door tells it. */
export interface AccessEvent {
  readonly requestId: string;
  readonly caller: Caller;
  /** As declared: `GET /v1/cases/:id/timeline`. */
  readonly route: string;
  readonly ids: Readonly<Record<string, string>>;
  readonly purpose?: string;
  readonly status: number;
  /** `ok` or the code of the refusal. */
  readonly outcome: string;
  readonly address: string;
}

/** One row of the journal, before it has a number. */
export interface JournalDraft {
  readonly at: Instant;
  readonly kind: Caller['kind'];
  /** A case, a member of staff or a client, by id. */
  readonly caller: string | null;
  readonly session: string | null;
  readonly route: string;
  /** `name=value`, sorted. */
  readonly ids: readonly string[];
  /** A word of a list, `sealed:` and ciphertext of the vault, or nothing. */
  readonly purpose: string | null;
  readonly status: number;
  readonly outcome: string;
  readonly request: string;
  /** The break-glass under which this case stood open. */
  readonly glass: string | null;
  readonly mark: Uint8Array;
}

/** One row of the journal. Numbers of a tenant rise; gaps between them mean nothing. */
export type JournalRow = JournalDraft & { readonly number: number };

/** Rows and batches of one tenant's journal. Append-only. */
export interface JournalStore {
  /** Waits while a batch is being closed, so that no number appears behind one. */
  add(unit: Unit, rows: readonly JournalDraft[]): Promise<void>;
  /** Newest first, from before `before` on; `id` is a `name=value` all of them must hold. */
  page(unit: Unit, query: JournalQuery): Promise<readonly JournalRow[]>;
}

/** Which rows to show. */
export interface JournalQuery {
  readonly before: number | undefined;
  readonly countMax: number;
  readonly id: string | undefined;
  readonly caller: string | undefined;
}

/** At least six months (网络安全法 2025 23); the longest six months there are. The SQL has it too. */
export const journalDaysMin = 184;

const purposeWord = /^[a-z][a-z-]{1,31}$/;
// Names of ours: uuids, case ids, key ids, and words. A long run of digits could be a person's
// number.
const idPatterns = [
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /^[A-Za-z0-9_-]{22}$/,
  /^[0-9a-f]{24}$/,
  /^[a-z](?!.*\d{5})[a-z0-9._-]{0,47}$/,
  // Contract numbers: no province of GB/T 2260 begins with 20, so that these are nobody's number.
  /^HT20\d{16}$/,
];

/** Writes rows; see the top of this file for what a row may hold. */
export class AccessJournal {
  readonly #parts: JournalParts;

  constructor(parts: JournalParts) {
    this.#parts = parts;
  }

  /** Durable when the unit is. */
  write(unit: Unit, event: AccessEvent): Promise<void> {
    return this.writeAll(unit, [event]);
  }

  /** What several asked, in one go. */
  async writeAll(unit: Unit, events: readonly AccessEvent[]): Promise<void> {
    const rows: JournalDraft[] = [];
    for (const event of events) rows.push(await this.#row(unit, event));
    if (rows.length > 0) await this.#parts.store.add(unit, rows);
  }

  async #row(unit: Unit, event: AccessEvent): Promise<JournalDraft> {
    const { marks, clock } = this.#parts;
    const { caller, route, status, outcome, requestId: request } = event;
    return {
      at: clock.now(),
      kind: caller.kind,
      caller: callerId(caller),
      session: caller.kind === 'staff' ? caller.session : null,
      route,
      ids: idsOf(event),
      purpose: await this.#purpose(unit, event),
      status,
      outcome,
      request,
      glass: glassOf(event),
      mark: await marks.of(unit.tenant, event.address),
    };
  }

  page(unit: Unit, query: JournalQuery): Promise<readonly JournalRow[]> {
    return this.#parts.store.page(unit, query);
  }

  async #purpose(unit: Unit, event: AccessEvent): Promise<string | null> {
    const { purpose, requestId } = event;
    if (purpose === undefined || purposeWord.test(purpose)) return purpose ?? null;
    const place = { subject: 'office', field: `purpose:${requestId}` };
    return `sealed:${toBase64Url(await this.#parts.secrets.seal(unit, place, utf8(purpose)))}`;
  }
}

export interface JournalParts {
  readonly store: JournalStore;
  readonly marks: AddressMarks;
  readonly secrets: SecretBox;
  readonly clock: Clock;
}

/** The bytes of a row that the log commits to: RFC 8785 JSON of all it holds. */
export function rowBytes(row: JournalRow): Uint8Array {
  const { number, mark, ...rest } = row;
  return canonicalBytes({ v: 1, ...rest, number: String(number), mark: toBase64(mark) });
}

function callerId(caller: Caller): string | null {
  if (caller.kind === 'borrower') return caller.caseId;
  if (caller.kind === 'staff') return caller.staff.id;
  return caller.kind === 'machine' ? caller.client.id : null;
}

function idsOf({ ids }: AccessEvent): readonly string[] {
  return Object.entries(ids)
    .filter(([, value]) => idPatterns.some((pattern) => pattern.test(value)))
    .map(([name, value]) => `${name}=${value}`)
    .toSorted();
}

/** The open break-glass of the caller that is for a case this request names. */
function glassOf({ caller, ids }: AccessEvent): string | null {
  if (caller.kind !== 'staff') return null;
  const named = new Set(Object.values(ids));
  return caller.staff.glass.find(({ caseId }) => named.has(caseId))?.id ?? null;
}
