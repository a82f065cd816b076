/**
 * /v1/journal: who asked what, for those who audit it, and the proof that a line is in the log.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import type { Units } from '#base/unit';
import type { AccessJournal, JournalBatches, JournalRow } from '#business/access';
import type { Doors } from '../route.ts';
import { instant } from '../schemas.ts';

/** What these routes lean on. */
export interface JournalRoutesDesk {
  readonly units: Units;
  readonly journal: AccessJournal;
  readonly batches: JournalBatches;
}

const pageItemsMax = 200;
const pageItemsUsual = 50;
const line = z.strictObject({
  number: z.int(),
  at: instant,
  kind: z.enum(['nobody', 'borrower', 'staff', 'machine']),
  caller: z.string().nullable(),
  session: z.string().nullable(),
  route: z.string(),
  ids: z.array(z.string()),
  /** A word of a list; a sentence is kept apart as ciphertext and shown as `sealed`. */
  purpose: z.string().nullable(),
  status: z.int(),
  outcome: z.string(),
  request: z.string(),
  glass: z.string().nullable(),
  /** The beginning of the keyed digest of the address: enough to see that two are one. */
  mark: z.string(),
});
const number = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const query = z.strictObject({
  before: number.optional(),
  limit: z.coerce.number().int().positive().max(pageItemsMax).optional(),
  /** `name=value`, as lines show it. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9_.=-]{1,100}$/)
    .optional(),
  caller: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
});
const page = z.strictObject({ lines: z.array(line), before: z.int().nullable() });
const proof = z.strictObject({
  number: z.int(),
  /** base64 of the bytes whose RFC 6962 leaf hash the proof begins with. */
  row: z.base64(),
  index: z.int(),
  size: z.int(),
  hashes: z.array(z.base64()),
  root: z.base64(),
  /** base64 of the bytes whose digests stand in the entry. */
  statement: z.base64(),
  entry: z.string(),
});

export function journalRoutes(doors: Doors, desk: JournalRoutesDesk): void {
  pageRoute(doors, desk);
  proofRoute(doors, desk);
}

function pageRoute(doors: Doors, { units, journal }: JournalRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/journal',
      tag: 'journal',
      summary: { zh: '访问记录，由新到旧', en: 'The access journal, newest first' },
      who: ['staff', 'machine'],
      needs: 'audit.read',
      query,
      answer: { status: 200, body: page },
      refusals: [],
    },
    async ({ tenant, query: { before, limit, id, caller } }) => {
      const countMax = limit ?? pageItemsUsual;
      const rows = await units.run(tenant, (unit) =>
        journal.page(unit, { before, countMax, id, caller }),
      );
      const last = rows.length < countMax ? undefined : rows.at(-1);
      return { lines: rows.map(shown), before: last?.number ?? null };
    },
  );
}

function proofRoute(doors: Doors, { units, batches }: JournalRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/journal/:number/proof',
      tag: 'journal',
      summary: { zh: '一条访问记录的存证证明', en: 'That a line of the journal is in the log' },
      who: ['staff', 'machine'],
      needs: 'audit.read',
      params: z.strictObject({ number }),
      answer: { status: 200, body: proof },
      refusals: ['access.journal_unknown'],
    },
    async ({ tenant, params }) => {
      const found = await units.run(tenant, (unit) => batches.prove(unit, params.number));
      const { bytes, index, size, hashes, batch, statement } = found;
      return {
        number: params.number,
        row: toBase64(bytes),
        index,
        size,
        hashes: hashes.map(toBase64),
        root: toBase64(batch.root),
        statement: toBase64(statement),
        entry: batch.entry,
      };
    },
  );
}

const markCharactersShown = 12;

function shown(row: JournalRow) {
  const isSealed = row.purpose?.startsWith('sealed:') === true;
  return {
    ...row,
    at: formatInstant(row.at),
    purpose: isSealed ? 'sealed' : row.purpose,
    mark: toBase64(row.mark).slice(0, markCharactersShown),
  };
}
