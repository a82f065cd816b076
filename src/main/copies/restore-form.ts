/**
 * Reads the first section of a back-up: the form of the database its rows come from.
 */
import type { SectionHead } from '#adapters/backup';
import type { DatabaseForm } from '#adapters/postgres';
import { Fault } from '#base/fault';

const formVersion = 1;

/** The form and where the counters stood. */
export interface BackupForm extends DatabaseForm {
  readonly sequences: readonly { readonly name: string; readonly value: string }[];
}

/** backup.section_malformed for another section or another version. */
export function parseForm(head: SectionHead): BackupForm {
  if (head.name !== 'form' || head['v'] !== formVersion) {
    throw new Fault('backup.section_malformed', { name: head.name.slice(0, 40) });
  }
  return {
    migrations: listOf(head['migrations']).map((one) => ({
      name: textIn(one, 'name'),
      sha256: textIn(one, 'sha256'),
    })),
    tables: listOf(head['tables']).map((one) => ({
      name: textIn(one, 'name'),
      columns: textsOf(one.get('columns')),
    })),
    sequences: listOf(head['sequences']).map((one) => ({
      name: textIn(one, 'name'),
      value: textIn(one, 'value'),
    })),
  };
}

type Members = ReadonlyMap<string, unknown>;

function listOf(value: unknown): readonly Members[] {
  if (!Array.isArray(value)) throw new Fault('backup.section_malformed');
  return value.map((one: unknown) =>
    typeof one === 'object' && one !== null ? new Map(Object.entries(one)) : new Map(),
  );
}

function textsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Fault('backup.section_malformed');
  return value.filter((one) => typeof one === 'string');
}

function textIn(members: Members, name: string): string {
  const value = members.get(name);
  if (typeof value !== 'string') throw new Fault('backup.section_malformed', { member: name });
  return value;
}
