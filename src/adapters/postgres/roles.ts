/**
 * The five roles of the database and the one who makes them.
 *
 * fubie_owner owns the tables and runs migrations; fubie_app is what rooms connect as; it neither
 * owns nor bypasses row security (law 11); fubie_sequencer reads entries of every tenant;
 * fubie_backup reads every row, all of them ciphertext where they are personal, and writes none.
 */
import pg from 'pg';

import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { scramVerifier } from './scram.ts';

export const databaseName = 'fubie';
export const roleNames = ['fubie_owner', 'fubie_app', 'fubie_sequencer', 'fubie_backup'] as const;
export type RoleName = (typeof roleNames)[number];

/** Generated secrets; letters, digits, `-` and `_` only. */
export interface RolePasswords {
  readonly fubie_app: string;
  readonly fubie_sequencer: string;
  readonly fubie_backup: string;
}

/** As the superuser: the owner role, who may make the others, and an empty database of his. */
export async function ensureOwner(superuser: pg.Client, password: string): Promise<void> {
  await ensureRole(superuser, { name: 'fubie_owner', password, attributes: 'CREATEROLE' });
  const held = await superuser.query('select 1 from pg_database where datname = $1', [
    databaseName,
  ]);
  if (held.rowCount === 0) {
    await superuser.query(`create database ${databaseName} owner fubie_owner`);
    await superuser.query(`revoke all on database ${databaseName} from public`);
  }
}

/**
 * As the owner: the roles that rooms connect as. Without passwords (a database whose roles its own
 * administrators made) they only have to exist.
 */
export async function ensureRoles(owner: pg.Client, passwords?: RolePasswords): Promise<void> {
  for (const name of ['fubie_app', 'fubie_sequencer', 'fubie_backup'] as const) {
    if (passwords === undefined) {
      if (!(await roleExists(owner, name))) throw new Fault('postgres.role_absent', { role: name });
    } else {
      await ensureRole(owner, { name, password: passwords[name], attributes: '' });
    }
    await owner.query(`grant connect on database ${await currentDatabase(owner)} to ${name}`);
  }
}

async function ensureRole(
  client: pg.Client,
  role: { readonly name: RoleName; readonly password: string; readonly attributes: string },
): Promise<void> {
  const verb = (await roleExists(client, role.name)) ? 'alter' : 'create';
  const verifier = client.escapeLiteral(scramVerifier(role.password, systemRandom));
  // The defaults of CREATE ROLE are nosuperuser, nobypassrls, nocreatedb: what the rooms need.
  await client.query(
    `${verb} role ${role.name} with login ${role.attributes} password ${verifier}`,
  );
}

async function roleExists(client: pg.Client, name: RoleName): Promise<boolean> {
  return (await client.query('select 1 from pg_roles where rolname = $1', [name])).rowCount === 1;
}

async function currentDatabase(client: pg.Client): Promise<string> {
  const found = await client.query<{ name: string }>(
    'select quote_ident(current_database()) as name',
  );
  return found.rows[0]?.name ?? databaseName;
}
