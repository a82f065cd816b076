/**
 * Two institutions on real PostgreSQL with real logs, vault and journal, behind the real door: one
 * is the provincial union of the other. Supervisors ask as programs do, by signed requests.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cipherSuites, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { SoftWrapKeys } from '#adapters/keystores';
import { toBase64Url, utf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { uuidv7 } from '#base/id';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import {
  AccessBook,
  AccessJournal,
  AddressMarks,
  ClientDesk,
  JournalBatches,
  MachineDoor,
  type Permission,
  Rights,
} from '#business/access';
import { RegulatorDesk } from '#business/regulator';
import {
  Metering,
  OrganisationTypes,
  parsePrices,
  parseTenantRecord,
  Tenants,
} from '#business/tenancy';
import { Vault } from '#business/vault';
import {
  type AllDesks,
  Answers,
  buildServer,
  declareRoutes,
  identifyBy,
  MemoryRate,
} from '#doors/http';
import type { Signer } from '#formats/crypto';
import { printParameters, printSignatureFields, signatureBase } from '#formats/httpsig';
import { Answered } from '../answered-store.ts';
import { PostgresDocuments } from '../lending/contract-store.ts';
import { LogWorld } from '../log/log-world.fixture.ts';
import { bankA, bankB } from '../scratch.ts';
import { PostgresVaultIndex } from '../vault/vault-index-store.ts';
import { PostgresVault } from '../vault/vault-store.ts';
import { PostgresClients, PostgresNonces } from './client-store.ts';
import { PostgresJournal } from './journal-store.ts';
import { PostgresRates } from './rate-store.ts';
import { PostgresRegulatorRows } from './regulator-store.ts';
import { PostgresTenantDirectory, PostgresTenants } from './tenant-store.ts';
import { PostgresUsage } from './usage-store.ts';

const catalog = new URL('../../../../catalog/', import.meta.url);
const read = async (path: string) => new Uint8Array(await readFile(new URL(path, catalog)));
const hosts: Readonly<Record<string, TenantId>> = { 'a.example': bankA, 'b.example': bankB };
const administrator = '01900000-0000-7000-8000-000000000001';
export const purpose = 'on-site-inspection 示监检〔2026〕12号';

/** A program of somebody, with both kinds of credential. */
export interface Program {
  readonly id: string;
  readonly apiKey: string;
  readonly keyId: string;
  readonly signer: Signer;
}

/** What was answered. */
export interface Heard {
  readonly status: number;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

export interface Asking {
  readonly host?: string;
  /** Left out: no purpose; `signed: false`: by the API key only. */
  readonly purpose?: string | undefined;
  readonly signed?: boolean;
  /** Sent instead of the purpose that was signed. */
  readonly sentPurpose?: string;
}

export class RegulatorWorld {
  readonly log: LogWorld;
  readonly vault: Vault;
  readonly rooms: Awaited<ReturnType<typeof openRooms>>;
  /** Everything that anybody was answered. */
  readonly heard: string[] = [];
  readonly bugs: unknown[] = [];
  readonly #folder: string;
  readonly #server: ReturnType<typeof buildServer>;
  #nonces = 0;

  private constructor(log: LogWorld, folder: string, rooms: RegulatorWorld['rooms']) {
    this.log = log;
    this.#folder = folder;
    this.rooms = rooms;
    this.vault = rooms.vault;
    this.#server = doorOf(log, rooms, this.bugs);
  }

  static async open(): Promise<RegulatorWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'fubie-regulator-'));
    const log = await LogWorld.open();
    return new RegulatorWorld(log, folder, await openRooms(log, folder));
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.log.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  run<T>(action: (unit: Unit) => Promise<T>, tenant = bankA): Promise<T> {
    return this.log.scratch.units.run(tenant, action);
  }

  /** Registered with `optional`: what a supervisor's scope asks for is not left to a setting. */
  async program(scopes: Permission[], tenant = bankA): Promise<Program> {
    const { clients } = this.rooms;
    const terms = { name: '监管系统', scopes, signature: 'optional', rate: 'bulk' } as const;
    const order = { ...terms, addresses: [] };
    const id = await this.run(clients.register(administrator, order), tenant);
    const signer = softSigner(generateSoftKey('ed25519'));
    const keyed = { kind: 'ed25519', publicKey: signer.publicKey } as const;
    const key = await this.run(clients.addKey(administrator, id, keyed), tenant);
    const api = await this.run(clients.addKey(administrator, id, { kind: 'api-key' }), tenant);
    return { id, signer, keyId: key.id, apiKey: api.secret ?? '' };
  }

  async ask(by: Program | undefined, path: string, asking: Asking = {}): Promise<Heard> {
    const { host = 'a.example', signed = true } = asking;
    const why = 'purpose' in asking ? asking.purpose : purpose;
    const headers: Record<string, string> = {
      host,
      ...(why === undefined ? {} : { 'x-fubie-purpose': encodeURIComponent(why) }),
    };
    const shown = by && (signed ? await this.#sign(by, path, headers) : bearer(by));
    const sent = asking.sentPurpose && {
      'x-fubie-purpose': encodeURIComponent(asking.sentPurpose),
    };
    const answer = await this.#server.inject({
      method: 'GET',
      url: path,
      headers: { ...headers, ...shown, ...sent },
      remoteAddress: '192.0.2.7',
    });
    this.heard.push(answer.payload);
    return { status: answer.statusCode, text: answer.payload, body: answer.json() };
  }

  async #sign(by: Program, path: string, headers: Record<string, string>) {
    const { host = '' } = headers;
    this.#nonces += 1;
    const carried = 'x-fubie-purpose' in headers ? ['x-fubie-purpose'] : [];
    const input = {
      label: 'sig',
      components: ['@method', '@authority', '@path', '@query', ...carried],
      created: Math.floor(systemClock.now() / 1_000),
      nonce: `nonce-${String(this.#nonces).padStart(12, '0')}`,
      keyid: by.keyId,
      tag: 'fubie',
    };
    const facts = { method: 'GET', targetUri: `http://${host}${path}`, authority: host, headers };
    const base = signatureBase(facts, input.components, printParameters(input));
    return printSignatureFields(input, await by.signer.sign(base));
  }
}

function bearer({ apiKey }: Program): Record<string, string> {
  return { authorization: `Bearer ${apiKey}` };
}

async function openRooms(log: LogWorld, folder: string) {
  const { scratch, evidence, store: entries } = log;
  const { units } = scratch;
  const base = { units, clock: systemClock, random: systemRandom, engine: nodeEngine };
  const rules = await readFile(new URL('access/roles.json', catalog), 'utf8');
  const book = AccessBook.parse(rules);
  const rights = new Rights({ book, clock: systemClock, demandsStrong: () => false });
  const vault = vaultIn(folder);
  const marks = new AddressMarks({ key: async () => new Uint8Array(32), engine: nodeEngine });
  const machine = { ...base, clients: new PostgresClients(), register: evidence, secrets: vault };
  const tenancy = await openTenancy(log);
  return {
    vault,
    rights,
    ...tenancy,
    clients: new ClientDesk({ ...machine, fourEyes: { take: async () => undefined } }),
    machines: new MachineDoor({
      ...machine,
      nonces: new PostgresNonces(),
      rates: new PostgresRates(),
      marks,
    }),
    journal: new AccessJournal({ store: new PostgresJournal(), marks, secrets: vault, ...base }),
    batches: new JournalBatches({ ...base, store: new PostgresJournal(), register: evidence }),
    regulator: new RegulatorDesk({
      ...base,
      ...tenancy,
      rights,
      entries,
      evidence,
      cases: log.file(),
      rows: new PostgresRegulatorRows(),
      people: {
        async valuesOf(unit, subject, fields) {
          const values = await vault.getAll(unit, subject, fields);
          return Object.fromEntries(
            Object.entries(values).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
          );
        },
        openForLaw: (unit) => vault.under(unit, 'legal'),
      },
      contracts: {
        documentsOf: (unit, caseId) => new PostgresDocuments().ofCase(unit, caseId),
      },
      shelf: { version: () => undefined },
    }),
  };
}

/** Bank B is the union above bank A. */
async function openTenancy({ scratch, evidence: register }: LogWorld) {
  const { units } = scratch;
  const clock = systemClock;
  const store = new PostgresTenants();
  const types = OrganisationTypes.parse(await read('tenancy/organisation-types.json'));
  const prices = parsePrices(await read('tenancy/prices.json'));
  const directory = new PostgresTenantDirectory({ database: scratch.app });
  const tenants = new Tenants({ directory, store, register, types, clock });
  const usage = new PostgresUsage();
  const metering = new Metering({
    units,
    usage,
    tenants: store,
    prices,
    engine: nodeEngine,
    clock,
  });
  const records = [
    [bankB, 'demo-provincial-union', {}],
    [bankA, 'demo-credit-cooperative', { parent: bankB }],
  ] as const;
  for (const [id, file, more] of records) {
    const text = new TextDecoder().decode(await read(`institutions/${file}.json`));
    const record = { ...JSON.parse(text), id, ...more };
    const parsed = parseTenantRecord(utf8(JSON.stringify(record)));
    await units.run(id, (unit) => tenants.open(unit, parsed));
  }
  return { tenants, metering };
}

function vaultIn(folder: string): Vault {
  const limits = { find: 1e9, store: 1e9, change: 1e9 };
  return new Vault({
    store: new PostgresVault(),
    index: new PostgresVaultIndex(),
    keys: new SoftWrapKeys(join(folder, 'vault'), systemRandom, { limits }),
    random: systemRandom,
    suites: cipherSuites,
    suiteOf: async () => 'aes-256-gcm',
    indexed: {},
  });
}

function doorOf(log: LogWorld, rooms: RegulatorWorld['rooms'], bugs: unknown[]) {
  const { units } = log.scratch;
  const { regulator, journal, batches, rights, machines, vault } = rooms;
  // Declaring asks no desk: those that are not here are never reached by these tests.
  const deposits = {};
  const desks = { units, regulator, journal, batches, deposits } as unknown as AllDesks;
  return buildServer(declareRoutes(desks), {
    units,
    journal,
    onBug: (thrown) => void bugs.push(thrown),
    requestId: () => uuidv7({ clock: systemClock, random: systemRandom }),
    hostOf: async (host) => {
      const tenant = hosts[host];
      return tenant && { tenant, frameOrigins: [] };
    },
    identify: identifyBy([
      async (tenant, facts) => {
        const client = await machines.identify(tenant, facts);
        return client && { kind: 'machine', client };
      },
    ]),
    authorise: async ({ caller }, needs) => rights.require(caller, needs),
    rate: new MemoryRate(systemClock),
    answers: new Answers({
      units,
      store: new Answered(),
      seal: vault,
      clock: systemClock,
    }),
  });
}

/** A case id from a number. */
export function caseIdOf(at: number): string {
  return toBase64Url(Uint8Array.from({ length: 16 }, (_, place) => (place === 15 ? at : 7)));
}
