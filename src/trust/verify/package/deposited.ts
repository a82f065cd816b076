/**
 * Step 7a: what other systems deposited: records under their schemas, and files.
 *
 * A record must name a schema of the package and commit to every field of it, no more and no less,
 * so that no field was dropped or slipped in, opened or closed. A file lies under the number of the
 * entry that commits to both of its digests.
 */
import { toBase64, toHex } from '#base/bytes';
import { type Json, parseCanonical } from '#base/canonical';
import { digestName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import type { JsonObject } from '../json.ts';
import type { Findings } from '../report/findings.ts';
import type { Notice } from '../report/report.ts';
import type { PackageFiles } from './container.ts';
import type { Recorded } from './entries.ts';
import { isReadAsGiven } from './given.ts';
import { SourceWords } from './source-words.ts';

interface Parts {
  readonly engine: Engine;
  readonly findings: Findings;
}

/** What an entry of a record commits to beside the fields of its schema. */
const beside = ['@item', '@source', '@flags'];
const depositTypes = ['deposit.opened', 'deposit.item', 'deposit.file'];
/** Kinds of entries that a loan has and a deposit never. */
const loanTypes = /^(?:application|identity|credit|risk|intent|certificate|seal|note|payment)\./;

/** Is this the chain of another system, without contracts of this house? */
export function isDeposit(recorded: readonly Recorded[]): boolean {
  return recorded[0]?.entry.type === 'deposit.opened';
}

/** Answers what of the sources' own signatures could not be judged. */
export async function judgeDeposited(
  files: PackageFiles,
  recorded: readonly Recorded[],
  parts: Parts,
): Promise<readonly Notice[]> {
  judgePlaces(recorded, parts.findings);
  const schemas = await schemasOf(files, recorded, parts);
  const deposit = recorded[0]?.values.get('deposit');
  const sources = new SourceWords(parts);
  for (const one of recorded) {
    if (one.entry.type === 'deposit.item') judgeRecord(one, schemas, parts.findings);
    if (one.entry.type === 'deposit.file') await judgeFile(one, files, parts);
    await sources.judge(one, deposit);
  }
  for (const { name } of files.at('file')) {
    const seq = Number(/\d{4}/.exec(name)?.[0]);
    const isOne = recorded.some(({ entry }) => entry.seq === seq && entry.type === 'deposit.file');
    if (!isOne)
      parts.findings.addUnstated(
        'file_not_committed',
        name,
        'no entry deposit.file of this number',
      );
  }
  await judgeEnvironments(files, recorded, parts);
  return sources.notices;
}

/** One chain is a loan of this house or a deposit of another system, never something of both. */
function judgePlaces(recorded: readonly Recorded[], findings: Findings): void {
  const deposit = isDeposit(recorded);
  for (const { entry, part } of recorded) {
    const opens = entry.type === 'deposit.opened' || entry.type === 'case.opened';
    const isAlien = deposit ? loanTypes.test(entry.type) : depositTypes.includes(entry.type);
    if (isAlien || opens !== (entry.seq === 0))
      findings.addUnstated('entry_out_of_place', part, entry.type);
  }
}

/** By base64 SHA-256. A file that nobody names has no place here. */
async function schemasOf(
  files: PackageFiles,
  recorded: readonly Recorded[],
  { engine, findings }: Parts,
): Promise<ReadonlyMap<string, JsonObject>> {
  const named = new Set(recorded.flatMap(({ entry }) => entry.of.map(({ sha256 }) => sha256)));
  const schemas = new Map<string, JsonObject>();
  for (const { name, bytes } of files.at('schema')) {
    const digest = await engine.digest('sha256', bytes);
    const sha256 = toBase64(digest);
    if (!named.has(sha256) || name !== digestName('schema', toHex(digest))) {
      findings.addUnstated('file_not_committed', name, 'no entry names it');
      continue;
    }
    const json = findings.tried({ code: 'file_not_committed', part: name }, () =>
      parseCanonical(bytes),
    );
    if (isObject(json)) schemas.set(sha256, json);
  }
  return schemas;
}

/** Every field of the schema is committed to, opened or not, and nothing else is. */
function judgeRecord(
  one: Recorded,
  schemas: ReadonlyMap<string, JsonObject>,
  findings: Findings,
): void {
  const { entry, part, values } = one;
  const named = entry.of.find(({ name }) => name.startsWith('schema/'));
  const schema = named === undefined ? undefined : schemas.get(named.sha256);
  if (schema === undefined) {
    findings.add('file_missing', part, 'the schema that the record names');
    return;
  }
  const properties = schema['properties'];
  const fields = isObject(properties) ? Object.keys(properties) : [];
  const known = new Set([...fields, ...beside]);
  for (const name of values.keys()) {
    if (!known.has(name)) findings.add('disclosure_unlisted', part, `${name} is no field`);
  }
  for (const [name, value] of values) {
    if (isReadAsGiven(value)) continue;
    const opened = part.replace('entries/', 'disclosures/');
    findings.add('disclosure_malformed', opened, `${name} is not what was given`);
  }
  if (entry.sd.length !== known.size) {
    findings.add('disclosure_unlisted', part, `${entry.sd.length} commitments, not ${known.size}`);
  }
}

async function judgeFile(one: Recorded, files: PackageFiles, parts: Parts): Promise<void> {
  const name = `files/${String(one.entry.seq).padStart(4, '0')}.bin`;
  const bytes = files.named(name);
  // A file too large for a package is handed in beside it.
  if (bytes === undefined) return;
  const wrong = async (hash: 'sha256' | 'sm3'): Promise<boolean> =>
    one.values.get(hash) !== toHex(await parts.engine.digest(hash, bytes));
  const length = one.values.get('bytes') ?? bytes.length;
  if ((await wrong('sha256')) || (await wrong('sm3')) || length !== bytes.length) {
    parts.findings.add('file_not_committed', name, 'not the file that the entry commits to');
  }
}

/** Each record of an environment is one that some entry was stated in. */
async function judgeEnvironments(
  files: PackageFiles,
  recorded: readonly Recorded[],
  { engine, findings }: Parts,
): Promise<void> {
  const stated = new Set(recorded.map(({ entry }) => entry.env));
  for (const { name, bytes } of files.at('environment')) {
    const digest = await engine.digest('sha256', bytes);
    const isIts = name === digestName('environment', toHex(digest));
    if (!isIts || !stated.has(toBase64(digest))) {
      findings.addUnstated('file_not_committed', name, 'no entry was stated there');
    }
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
