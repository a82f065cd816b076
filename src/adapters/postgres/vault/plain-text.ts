/**
 * Looks through every row of every table for words that must not stand there readable (law 7).
 *
 * A word is looked for as it is and as its UTF-8 bytes in hex and base64, the ways PostgreSQL's own
 * text of a row would show it. A journey ends with this search over the persons it played.
 */
import { type Kysely, sql } from 'kysely';

import { toBase64, toHex, utf8 } from '#base/bytes';
import type { Database } from '../database.ts';

export interface PlainText {
  readonly table: string;
  readonly word: string;
}

const wordCharactersMin = 2; // one character is found everywhere

/** As the owner, whom the policies show one tenant at a time. */
export async function findPlainText(
  owner: Database,
  search: { readonly tenants: readonly string[]; readonly words: readonly string[] },
): Promise<readonly PlainText[]> {
  const words = search.words.filter((word) => word.length >= wordCharactersMin);
  const found: PlainText[] = [];
  for (const tenant of search.tenants) {
    await owner.transaction(async (tx) => {
      await sql`select set_config('fubie.tenant', ${tenant}, true)`.execute(tx);
      for (const table of await tablesOf(tx)) {
        for (const word of words) {
          if (await standsIn(tx, { table, word })) found.push({ table, word });
        }
      }
    });
  }
  return found;
}

async function tablesOf(tx: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^(pg_|information_schema)'
    order by 1`.execute(tx);
  return rows.map((row) => row.name);
}

async function standsIn(tx: Kysely<unknown>, given: PlainText): Promise<boolean> {
  const spellings = spellingsOf(given.word);
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select from ${sql.raw(given.table)} as row
      where ${sql.join(
        spellings.map((spelling) => sql`position(${spelling} in row::text) > 0`),
        sql` or `,
      )}) as found`.execute(tx);
  return rows[0]?.found ?? false;
}

/** Base64 shifts with what stands before: the inner letters of all three shifts are looked for. */
function spellingsOf(word: string): readonly string[] {
  const bytes = utf8(word);
  const shifted = [0, 1, 2].map((shift) => {
    const padded = new Uint8Array(bytes.length + shift);
    padded.set(bytes, shift);
    const text = toBase64(padded).replace(/=+$/, '');
    return text.slice(Math.ceil((shift * 4) / 3), -2);
  });
  return [word, toHex(bytes), ...shifted.filter((text) => text.length >= 6)];
}
