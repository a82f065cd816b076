/**
 * Reads keys out of the public trust folder, as every process of the house may.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { fromBase64, fromUtf8, utf8 } from '#base/bytes';
import { canonicalBytes, isObject, parseCanonical } from '#base/canonical';
import type { Clock, Instant } from '#base/clock';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { keyIdText, type NoteKey, parseVkey } from '#formats/tlog';
import { type Certificate, parseCertificate, readOnePem, readPem } from '#formats/x509';
import type { TrustFiles } from '#trust/verify';

/** The key of a tenant's log; its name is the log's origin. */
export interface TenantLog {
  readonly tenant: TenantId;
  readonly key: NoteKey;
}

const logsFolder = 'logs';
/** Folders with one key for each tenant, named by it. */
const keyFolders = [logsFolder, 'twins'];
const vkeySuffix = '.vkey';
const operatorsFile = 'operators.json';
/** What the members of the logs have voted, `0001.note` and on; a log's own below its tenant. */
export const registersFolder = 'registers';
/** What is put into the folder by hand is seen this much later at most. */
const heldMsMax = 10_000;

/** The public files of a tenant's log (C2SP tlog-tiles), beside the trust folder. */
export function logFolder(trust: string, tenant: TenantId): string {
  return join(dirname(trust), 'log', tenant);
}

/** Those of its twin under SM3, beside them. */
export function twinFolder(trust: string, tenant: TenantId): string {
  return `${logFolder(trust, tenant)}-sm3`;
}

/** What the operator of the anchor hands to the house: `SIZE.anchor` files of this log. */
export function anchorFolder(trust: string, tenant: TenantId): string {
  return join(dirname(trust), 'anchors', tenant);
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

export async function logKey(trust: string, tenant: TenantId, engine: Engine): Promise<NoteKey> {
  const path = join(trust, logsFolder, `${tenant}${vkeySuffix}`);
  return parseVkey((await read(path)).trimEnd(), engine);
}

/** The logs of the trust folder by origin. An origin once known keeps its key until the end. */
export class TrustedLogs {
  readonly #trust: string;
  readonly #engine: Engine;
  readonly #known = new Map<string, TenantLog>();

  constructor(trust: string, engine: Engine) {
    this.#trust = trust;
    this.#engine = engine;
  }

  /** Reads the folder again for an origin that is not known: a tenant may have come. */
  async of(origin: string): Promise<NoteKey | undefined> {
    if (!this.#known.has(origin)) await this.all();
    return this.#known.get(origin)?.key;
  }

  async all(): Promise<readonly TenantLog[]> {
    for (const tenant of await logTenants(this.#trust)) {
      const key = await logKey(this.#trust, tenant, this.#engine);
      if (!this.#known.has(key.name)) this.#known.set(key.name, { tenant, key });
    }
    return [...this.#known.values()];
  }
}

export async function witnessKey(trust: string, role: string, engine: Engine): Promise<NoteKey> {
  return parseVkey((await read(join(trust, 'witnesses', `${role}.vkey`))).trimEnd(), engine);
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
  return Promise.all(
    names.toSorted().map(async (name) => {
      return parseVkey((await read(join(folder, name))).trimEnd(), engine);
    }),
  );
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
    if (folder !== undefined && path !== `${folder}/${tenant}${vkeySuffix}`) files.delete(path);
    const isOfLog = path.startsWith(`${registersFolder}/`) && path.split('/').length > 2;
    if (isOfLog && !path.startsWith(`${registersFolder}/${tenant}/`)) files.delete(path);
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
