/**
 * What the drills read out of a house afterwards, as an auditor who may see everything would.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';

import { nodeEngine } from '#adapters/engine';
import { openDatabase, PostgresLogAudit, PostgresUnits, txOf } from '#adapters/postgres';
import { type Entry, entryHash, parseEntry } from '#formats/entry';
import { databaseUrlFile } from '../../src/main/estate/database-access.ts';
import { type Estate, processFolder } from '../../src/main/estate/estate.ts';
import { firstDemoTenant } from '../../src/main/estate/tenant-orders.ts';

export const institutionTenant = firstDemoTenant;

const program = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export interface LoggedEntry {
  readonly index: number;
  readonly caseId: string;
  readonly hash: string;
  readonly entry: Entry;
}

/** Every placed entry of a tenant's log, in its order. */
export async function wholeLog(estate: Estate, tenant = institutionTenant): Promise<LoggedEntry[]> {
  const database = openDatabase(await urlOf(estate, 'work'), { connectionsMax: 1 });
  try {
    return await new PostgresUnits({ database }).run(tenant, async (unit) => {
      const audit = new PostgresLogAudit(unit);
      const all: LoggedEntry[] = [];
      for (;;) {
        const batch = await audit.entries(all.length, 500);
        for (const { index, caseId, bytes } of batch) {
          const hash = await entryHash(bytes, nodeEngine);
          // No story brings a loose entry: every one belongs to a case.
          all.push({ index, caseId: caseId ?? '', hash, entry: parseEntry(bytes) });
        }
        if (batch.length === 0) return all;
      }
    });
  } finally {
    await database.close();
  }
}

/** Rows of one tenant, read as the rooms' own role reads them. */
export async function rowsOf<Row>(
  estate: Estate,
  query: string,
  tenant = institutionTenant,
): Promise<readonly Row[]> {
  const database = openDatabase(await urlOf(estate, 'work'), { connectionsMax: 1 });
  try {
    const units = new PostgresUnits({ database });
    return await units.run(tenant, async (unit) => {
      return (await sql.raw<Row>(query).execute(txOf(unit))).rows;
    });
  } finally {
    await database.close();
  }
}

/** Runs `fubie …` as a process of its own. */
export async function fubie(
  args: readonly string[],
): Promise<{ code: number; out: string; words: string }> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let words = '';
  child.stdout.on('data', (part) => {
    out += String(part);
  });
  child.stderr.on('data', (part) => {
    words += String(part);
  });
  const code = await new Promise<number>((resolve) => {
    child.once('close', (ended) => resolve(ended ?? -1));
  });
  return { code, out, words };
}

async function urlOf(estate: Estate, name: string): Promise<string> {
  return (await readFile(join(processFolder(estate, name), databaseUrlFile), 'utf8')).trim();
}
