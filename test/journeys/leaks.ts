/**
 * Where a person can be read although law 7 says nowhere: rows of the database, files under var/.
 *
 * The SMS gateway and the bank's core system are the outside world: a carrier knows its numbers and
 * a bank its cards, so their folders are theirs. Everybody else is looked through, PostgreSQL's own
 * files with their write-ahead log included.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { findPlainText, openDatabase } from '#adapters/postgres';
import { postgresSocketFolder } from '../../src/main/estate/database-access.ts';
import { processFolder } from '../../src/main/estate/estate.ts';
import { firstDemoTenant } from '../../src/main/estate/tenant-orders.ts';
import type { World } from '../world.ts';
import type { Person } from './people.ts';

const outsiders = ['sms', 'core-banking'];

/** Whether a finding lies in the folder of somebody who is not the house. */
export function isOutside(finding: string): boolean {
  return outsiders.includes(finding.split('/')[0] ?? '');
}

/** Rows that show one of the words, as `table word`. */
export async function rowsThatName(world: World, persons: readonly Person[]): Promise<string[]> {
  const { estate } = world.house;
  const secret = join(processFolder(estate, 'database'), 'fubie_owner.password');
  const password = (await readFile(secret, 'utf8')).trim();
  const host = encodeURIComponent(postgresSocketFolder(estate));
  const owner = openDatabase(`postgres://fubie_owner:${password}@/fubie?host=${host}`);
  try {
    const search = { tenants: [firstDemoTenant], words: wordsOf(persons) };
    return (await findPlainText(owner, search)).map(({ table, word }) => `${table} ${word}`);
  } finally {
    await owner.close();
  }
}

/** Files under var/ that show one of the words, as `path word`. */
export async function filesThatName(world: World, persons: readonly Person[]): Promise<string[]> {
  const { root } = world.house.estate;
  const spelt = wordsOf(persons).flatMap(spellings).map(escaped);
  const needles = new RegExp([...new Set(spelt)].join('|'));
  const found: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const inside = path.slice(root.length + 1);
    if (!entry.isFile()) continue;
    // One pass over the file's bytes as letters; a needle of several bytes is as many letters.
    // What went away between the two looks holds nothing any more.
    const letters = await readFile(path, 'latin1').catch(() => '');
    const [named] = needles.exec(letters) ?? [];
    if (named !== undefined) found.push(`${inside} ${named}`);
  }
  return found;
}

/** The word's bytes as they are, and as text that carries bytes would show them. */
function spellings(word: string): string[] {
  const bytes = Buffer.from(word);
  const base64 = bytes.toString('base64').replace(/.=*$/, '');
  return [bytes.toString('latin1'), bytes.toString('hex'), base64];
}

function escaped(text: string): string {
  return text.replaceAll(/[+/.]/g, String.raw`\$&`);
}

function wordsOf(persons: readonly Person[]): string[] {
  return persons.flatMap((person) => [
    person.name,
    person.idNumber,
    person.card,
    person.phone,
    person.address,
  ]);
}
