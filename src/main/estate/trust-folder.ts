/**
 * Reads keys out of the public trust folder, as every process of the house may.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { readIfThere } from '#adapters/objects';
import { fromBase64, fromUtf8, utf8 } from '#base/bytes';
import { canonicalBytes, isObject, parseCanonical } from '#base/canonical';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { keyIdText, type NoteKey, parseVkey } from '#formats/tlog';
import { parseTwinVkey, type TwinKey } from '#formats/twin';
import { type Certificate, parseCertificate, readOnePem, readPem } from '#formats/x509';
import type { Shard } from '#trust/evidence';
import type { TrustFiles } from '#trust/verify';

const logsFolder = 'logs';
const twinsFolder = 'twins';
/** Folders with one key for each tenant, named by it; those of later shards below its name. */
const keyFolders = [logsFolder, twinsFolder];
/** What proves the keys of later shards: the last leaves of those before. */
export const bordersFolder = 'shards';
const vkeySuffix = '.vkey';
const operatorsFile = 'operators.json';
/** What the members of the logs have voted, `0001.note` and on; a log's own below its tenant. */
export const registersFolder = 'registers';
/** What is put into the folder by hand is seen this much later at most. */
const heldMsMax = 10_000;

/** Which shard of a log: the first one has no folder of its own. */
type ShardPlace = Pick<Shard, 'number' | 'name'>;

/**
 * The public files of a tenant's log (C2SP tlog-tiles), beside the trust folder; those of a later
 * shard in a folder below, named by its half-year.
 */
export function logFolder(trust: string, tenant: TenantId, shard?: ShardPlace): string {
  return belowShard(join(dirname(trust), 'log', tenant), shard);
}

/** Those of its twin under SM3, beside them. */
export function twinFolder(trust: string, tenant: TenantId, shard?: ShardPlace): string {
  return belowShard(`${logFolder(trust, tenant)}-sm3`, shard);
}

/** What the operator of the anchor hands to the house: `SIZE.anchor` files of this log. */
export function anchorFolder(trust: string, tenant: TenantId, shard?: ShardPlace): string {
  return belowShard(join(dirname(trust), 'anchors', tenant), shard);
}

function belowShard(folder: string, shard: ShardPlace | undefined): string {
  return shard === undefined || shard.number === 1 ? folder : join(folder, shard.name);
}

/** The key with which a gateway signs, DER SubjectPublicKeyInfo. */
export async function gatewayKey(trust: string, name: string): Promise<Uint8Array> {
  return readOnePem('PUBLIC KEY', await read(join(trust, 'gateways', `${name}.pem`)));
}

/** The first one of the file: of the stamping keys the oldest. */
export async function trustedCertificate(trust: string, name: 'ca' | 'tsa'): Promise<Certificate> {
  const [first = new Uint8Array()] = readPem('CERTIFICATE', await read(join(trust, `${name}.pem`)));
  return parseCertificate(first);
}

/** Of every key of the house's time-stamping authority so far, the oldest first. */
export async function trustedStampers(trust: string): Promise<readonly Certificate[]> {
  const ders = readPem('CERTIFICATE', await read(join(trust, 'tsa.pem')));
  return ders.map((der) => parseCertificate(der));
}

/** The tenants that have or had a log in this house; who comes later is seen later. */
export async function logTenants(trust: string): Promise<readonly TenantId[]> {
  const names = await readdir(join(trust, logsFolder));
  return names
    .filter((name) => name.endsWith(vkeySuffix))
    .map((name) => name.slice(0, -vkeySuffix.length) as TenantId)
    .toSorted();
}

/** The key of a log's first shard, by which the whole log is known. */
export async function logKey(trust: string, tenant: TenantId, engine: Engine): Promise<NoteKey> {
  const path = join(trust, logsFolder, `${tenant}${vkeySuffix}`);
  return vkeyIn(path, engine);
}

/** The key of a shard's twin; undefined where the folder names none. */
export async function twinKeyIfThere(
  trust: string,
  tenant: TenantId,
  of: { readonly shard: ShardPlace; readonly engine: Engine },
): Promise<TwinKey | undefined> {
  const path = belowShard(join(trust, twinsFolder, tenant), of.shard);
  const text = await readIfThere(`${path}${vkeySuffix}`);
  return text && parseTwinVkey(fromUtf8(text).trimEnd(), of.engine);
}

export async function witnessKey(trust: string, role: string, engine: Engine): Promise<NoteKey> {
  return vkeyIn(join(trust, 'witnesses', `${role}${vkeySuffix}`), engine);
}

/** A key line that cannot be read is told with its file: somebody has to mend it there. */
async function vkeyIn(path: string, engine: Engine): Promise<NoteKey> {
  const text = (await read(path)).trimEnd();
  try {
    return await parseVkey(text, engine);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault(cause.code, { ...cause.details, file: path }, { cause });
  }
}

/** The keys of all witnesses the folder names. */
export async function witnessKeys(trust: string, engine: Engine): Promise<readonly NoteKey[]> {
  const names = (await readdir(join(trust, 'witnesses'))).filter((name) =>
    name.endsWith(vkeySuffix),
  );
  return Promise.all(
    names.toSorted().map((name) => witnessKey(trust, name.slice(0, -vkeySuffix.length), engine)),
  );
}

/** Public keys (SPKI) of the processes that state entries, by the id entries name them with. */
export async function actorKeys(trust: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const held: unknown = JSON.parse(await read(join(trust, operatorsFile)));
  const keys = new Map<string, Uint8Array>();
  for (const key of listIn(held, 'keys')) {
    if (textIn(key, 'role') !== 'actor') continue;
    const vkey = textIn(key, 'vkey');
    // A vkey is `name+id+key`; entries name their actor by the first two parts.
    keys.set(vkey.split('+').slice(0, 2).join('+'), fromBase64(textIn(key, 'spki')));
  }
  return keys;
}

/**
 * Keys of third parties that state entries of their own, by the same ids: `parties/NAME.vkey`, put
 * there by whoever runs the house; the next start lists them in operators.json.
 */
export async function partyKeys(trust: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const keys = await partyVkeys(trust, nodeEngine);
  return new Map(keys.map((key) => [keyIdText(key), key.publicKey]));
}

export async function partyVkeys(trust: string, engine: Engine): Promise<readonly NoteKey[]> {
  const folder = join(trust, 'parties');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(vkeySuffix));
  return Promise.all(names.toSorted().map((name) => vkeyIn(join(folder, name), engine)));
}

/** Every file of the trust folder by its path in it: what a verifier is handed. */
export async function trustFiles(trust: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(trust, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(relative(trust, path), new Uint8Array(await readFile(path)));
  }
  return files;
}

/** Those files as they were read a little while ago: a receipt needs them, and so does the next. */
export class HeldTrust {
  readonly #trust: string;
  readonly #clock: Clock;
  #read: { readonly at: Instant; readonly files: Promise<TrustFiles> } | undefined;

  constructor(trust: string, clock: Clock) {
    this.#trust = trust;
    this.#clock = clock;
  }

  files(): Promise<TrustFiles> {
    const now = this.#clock.now();
    const age = this.#read === undefined ? undefined : now - this.#read.at;
    // A clock that was set back must not keep a copy for ever.
    if (this.#read !== undefined && age !== undefined && age >= 0 && age < heldMsMax) {
      return this.#read.files;
    }
    const files = trustFiles(this.#trust);
    this.#read = { at: now, files };
    files.catch(() => {
      this.#read = undefined;
    });
    return files;
  }
}

/** The same for one institution's readers: nothing in it tells which others are in this house. */
export async function trustFilesOf(
  trust: string,
  tenant: TenantId,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map(await trustFiles(trust));
  for (const path of files.keys()) {
    const folder = keyFolders.find((name) => path.startsWith(`${name}/`));
    const isOwnKey = path === `${folder}/${tenant}${vkeySuffix}`;
    const isOwnShard = path.startsWith(`${folder}/${tenant}/`);
    if (folder !== undefined && !isOwnKey && !isOwnShard) files.delete(path);
    for (const shared of [registersFolder, bordersFolder]) {
      const isOfLog = path.startsWith(`${shared}/`) && path.split('/').length > 2;
      if (isOfLog && !path.startsWith(`${shared}/${tenant}/`)) files.delete(path);
    }
  }
  const operators = parseCanonical(files.get(operatorsFile) ?? utf8('{}'));
  if (!isObject(operators) || !Array.isArray(operators['keys'])) return files;
  const keys = operators['keys'].filter((key) => ['', tenant].includes(textIn(key, 'tenant')));
  return files.set(operatorsFile, canonicalBytes({ ...operators, keys }));
}

function listIn(held: unknown, name: string): readonly unknown[] {
  const value = memberOf(held, name);
  return Array.isArray(value) ? value : [];
}

function textIn(held: unknown, name: string): string {
  const value = memberOf(held, name);
  return typeof value === 'string' ? value : '';
}

function memberOf(held: unknown, name: string): unknown {
  return typeof held === 'object' && held !== null
    ? new Map(Object.entries(held)).get(name)
    : undefined;
}

async function read(path: string): Promise<string> {
  return fromUtf8(new Uint8Array(await readFile(path)));
}
