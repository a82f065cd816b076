/**
 * The trust folder a verifier is handed: whose signatures count, and who runs which key.
 *
 * `ca.pem tsa.pem logs/<tenant>.vkey twins/<tenant>.vkey witnesses/<name>.vkey gateways/<name>.pem
 * policy.json operators.json anchor.json registers/[<tenant>/]NNNN.note shards/<tenant>/NNNN.close`
 * (docs/specs/verification.md). A file that cannot be read is a finding; what it would have said is
 * then simply not trusted.
 */
import { equal, fromBase64, fromHex, fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, SignatureAlgorithm } from '#formats/crypto';
import type { Validators } from '#formats/evm';
import { keyIdText, type LevelPolicy, type NoteKey, parseVkey } from '#formats/tlog';
import { parseTwinVkey, type TwinKey, twinOrigin } from '#formats/twin';
import { type Certificate, publicKeyKind, readOnePem } from '#formats/x509';
import { pemCertificates, type TrustFiles } from './anchors.ts';
import { arrayIn, type JsonObject, objectOf, readJson, textIn, wholeIn } from './json.ts';
import type { Findings } from './report/findings.ts';
import type { Independence, KeyReport } from './report/report.ts';

/** A log and the institution whose facts it holds. */
export interface TenantLog {
  readonly tenant: string;
  readonly key: NoteKey;
}

/** A key of operators.json. Actors and seals are trusted through this list. */
export interface OperatedKey extends KeyReport {
  /** The institution it belongs to, where it belongs to one: a seal does. */
  readonly tenant: string | undefined;
  /** DER SubjectPublicKeyInfo, where the list gives the key. */
  readonly publicKey: Uint8Array | undefined;
  /** `serve+0a1b2c3d`, how an entry names its actor. */
  readonly id: string | undefined;
}

/** A contract on a chain, and what people call that chain. */
export interface TrustedChain {
  readonly chain: bigint;
  readonly contract: Uint8Array;
  readonly name: string;
  /** Who seals its blocks; without them a block's place in its chain is not judged. */
  readonly validators: Validators | undefined;
}

export interface VerifyingKey {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

export class Trust {
  /** Certification authorities. */
  readonly roots: readonly Certificate[];
  readonly stampers: readonly Certificate[];
  /** One for each institution; none is preferred. */
  readonly logs: readonly TenantLog[];
  /** Keys of the logs' twins under SM3. */
  readonly twins: readonly TwinKey[];
  readonly witnesses: readonly NoteKey[];
  readonly policyBytes: Uint8Array | undefined;
  readonly policy: LevelPolicy | undefined;
  readonly keys: readonly OperatedKey[];
  /** The contract whose storage anchors heads. */
  readonly chain: TrustedChain | undefined;
  readonly #gateways: ReadonlyMap<string, VerifyingKey>;
  readonly #registers: (tenant: string) => readonly Uint8Array[];

  constructor(parts: TrustParts) {
    this.roots = parts.roots;
    this.stampers = parts.stampers;
    this.logs = parts.logs;
    this.twins = parts.twins;
    this.#registers = parts.registers;
    this.witnesses = parts.witnesses;
    this.policyBytes = parts.policyBytes;
    this.policy = parts.policy;
    this.keys = parts.keys;
    this.chain = parts.chain;
    this.#gateways = parts.gateways;
  }

  /** The same folder under the rule of a register: its policy, and every witness of its chain. */
  under(policy: LevelPolicy, witnesses: readonly NoteKey[]): Trust {
    const closed = { gateways: this.#gateways, registers: this.#registers };
    return new Trust({ ...this, ...closed, policy, witnesses });
  }

  /** The same folder with the keys by which a log of it goes on behind a border. */
  goingOn(
    { tenant }: TenantLog,
    next: { readonly key: NoteKey; readonly twin: TwinKey | undefined },
  ): Trust {
    const closed = { gateways: this.#gateways, registers: this.#registers };
    const logs = this.logs.filter(({ key }) => key.name !== next.key.name);
    const twins = this.twins.filter(({ name }) => name !== twinOrigin(next.key.name));
    return new Trust({
      ...this,
      ...closed,
      logs: [...logs, { tenant, key: next.key }],
      twins: next.twin === undefined ? twins : [...twins, next.twin],
    });
  }

  /** The key of the actor that signs entries under this id. */
  actorKey(id: string): Uint8Array | undefined {
    return this.keys.find((key) => key.role === 'actor' && key.id === id)?.publicKey;
  }

  /** Registers of this log's members as they were handed over, from the first one on. */
  registersOf(origin: string): readonly Uint8Array[] {
    return this.#registers(this.logOf(origin)?.tenant ?? '');
  }

  gatewayKey(name: string): VerifyingKey | undefined {
    return this.#gateways.get(name);
  }

  /** Is any party outside the house known by its key? */
  get namesGateways(): boolean {
    return this.#gateways.size > 0;
  }

  /** The log that signs checkpoints of this origin. */
  logOf(origin: string): TenantLog | undefined {
    return this.logs.find(({ key }) => key.name === origin);
  }

  /** The key of this log's twin, where one is trusted. */
  twinOf(origin: string): TwinKey | undefined {
    return this.twins.find(({ name }) => name === twinOrigin(origin));
  }

  /** Who runs this key, if operators.json names it. */
  keyOf(publicKey: Uint8Array): OperatedKey | undefined {
    return this.keys.find((key) => key.publicKey !== undefined && equal(key.publicKey, publicKey));
  }

  /** The institution's seal with this key, if the list names it. */
  sealOf(publicKey: Uint8Array): OperatedKey | undefined {
    return this.keys.find(
      (key) =>
        key.role === 'seal' && key.publicKey !== undefined && equal(key.publicKey, publicKey),
    );
  }
}

interface TrustParts {
  readonly twins: readonly TwinKey[];
  readonly registers: (tenant: string) => readonly Uint8Array[];
  readonly roots: readonly Certificate[];
  readonly stampers: readonly Certificate[];
  readonly logs: readonly TenantLog[];
  readonly witnesses: readonly NoteKey[];
  readonly gateways: ReadonlyMap<string, VerifyingKey>;
  readonly policyBytes: Uint8Array | undefined;
  readonly policy: LevelPolicy | undefined;
  readonly keys: readonly OperatedKey[];
  readonly chain: TrustedChain | undefined;
}

export async function readTrust(
  files: TrustFiles,
  engine: Engine,
  findings: Findings,
): Promise<Trust> {
  const reader = new TrustReader(files, engine, findings);
  const policyBytes = files.get('policy.json');
  return new Trust({
    roots: reader.certificates(/^(?!tsa\.pem$)[^/]+\.pem$/),
    stampers: reader.certificates(/^tsa\.pem$/),
    logs: await reader.vkeys('logs'),
    twins: await reader.twins(),
    registers: (tenant) => reader.registers(tenant),
    witnesses: (await reader.vkeys('witnesses')).map(({ key }) => key),
    gateways: reader.gateways(),
    policyBytes,
    policy: reader.read('policy.json', readPolicy),
    keys: await reader.operators(),
    chain: reader.read('anchor.json', readChain),
  });
}

/** policy.json: `{ v, sentinel, voters, quorum, … }`; further members are for people. */
export function readPolicy(bytes: Uint8Array): LevelPolicy {
  const fields = objectOf(readJson(bytes));
  const voters = arrayIn(fields, 'voters').map((voter) => textIn({ voter }, 'voter'));
  return { sentinel: textIn(fields, 'sentinel'), voters, quorum: wholeIn(fields, 'quorum') };
}

/** anchor.json: `{ v, chain, contract, name, validators? }`; the name stands in the report. */
function readChain(bytes: Uint8Array): TrustedChain {
  const fields = objectOf(readJson(bytes));
  const chain = textIn(fields, 'chain');
  if (!/^[1-9][0-9]{0,18}$/.test(chain)) throw new Fault('verify.json_malformed', { why: 'chain' });
  return {
    chain: BigInt(chain),
    contract: fromHex(textIn(fields, 'contract')),
    name: textIn(fields, 'name'),
    validators: 'validators' in fields ? readValidators(objectOf(fields['validators'])) : undefined,
  };
}

/** `{ kind, addresses }`, 40 hex digits each. */
function readValidators(fields: JsonObject): Validators {
  const kind = textIn(fields, 'kind');
  if (kind !== 'clique' && kind !== 'qbft') {
    throw new Fault('verify.json_malformed', { why: 'validators' });
  }
  const addresses = arrayIn(fields, 'addresses').map((address) =>
    fromHex(textIn({ address }, 'address')),
  );
  return { kind, addresses };
}

class TrustReader {
  readonly #files: TrustFiles;
  readonly #engine: Engine;
  readonly #findings: Findings;

  constructor(files: TrustFiles, engine: Engine, findings: Findings) {
    this.#files = files;
    this.#engine = engine;
    this.#findings = findings;
  }

  read<T>(name: string, parse: (bytes: Uint8Array) => T): T | undefined {
    const bytes = this.#files.get(name);
    if (bytes === undefined) return undefined;
    const flaw = { code: 'trust_malformed', part: `trust/${name}` } as const;
    return this.#findings.tried(flaw, () => parse(bytes));
  }

  certificates(names: RegExp): Certificate[] {
    return this.#names(names).flatMap((name) => this.read(name, pemCertificates) ?? []);
  }

  /** The keys of a folder, each with the name of its file: whose it is. */
  async vkeys(folder: 'logs' | 'witnesses'): Promise<TenantLog[]> {
    const keys: TenantLog[] = [];
    for (const name of this.#names(new RegExp(`^${folder}/[^/]+\\.vkey$`))) {
      const text = this.read(name, fromUtf8)?.trimEnd();
      if (text === undefined) continue;
      const flaw = { code: 'trust_malformed', part: `trust/${name}` } as const;
      const key = await this.#findings.triedLater(flaw, () => parseVkey(text, this.#engine));
      const tenant = name.slice(folder.length + 1, -'.vkey'.length);
      if (key !== undefined) keys.push({ tenant, key });
    }
    return keys;
  }

  /** As many as follow each other from 0001 on: a gap would hide who voted. */
  registers(tenant: string): Uint8Array[] {
    const own = `registers/${tenant}/`;
    const folder = this.#files.has(`${own}0001.note`) ? own : 'registers/';
    const chain: Uint8Array[] = [];
    for (;;) {
      const number = String(chain.length + 1).padStart(4, '0');
      const note = this.#files.get(`${folder}${number}.note`);
      if (note === undefined) return chain;
      chain.push(note);
    }
  }

  async twins(): Promise<TwinKey[]> {
    const keys: TwinKey[] = [];
    for (const name of this.#names(/^twins\/[^/]+\.vkey$/)) {
      const text = this.read(name, fromUtf8)?.trimEnd();
      if (text === undefined) continue;
      const flaw = { code: 'trust_malformed', part: `trust/${name}` } as const;
      const key = await this.#findings.triedLater(flaw, () => parseTwinVkey(text, this.#engine));
      if (key !== undefined) keys.push(key);
    }
    return keys;
  }

  gateways(): Map<string, VerifyingKey> {
    const keys = new Map<string, VerifyingKey>();
    for (const name of this.#names(/^gateways\/[^/]+\.pem$/)) {
      const publicKey = this.read(name, (bytes) => readOnePem('PUBLIC KEY', fromUtf8(bytes)));
      if (publicKey === undefined) continue;
      keys.set(name.slice('gateways/'.length, -'.pem'.length), verifyingKey(publicKey));
    }
    return keys;
  }

  async operators(): Promise<OperatedKey[]> {
    const records = this.read('operators.json', (bytes) =>
      arrayIn(objectOf(readJson(bytes)), 'keys')
        .map(objectOf)
        .map((fields) => ({
          name: textIn(fields, 'name'),
          role: textIn(fields, 'role'),
          operator: textIn(fields, 'operator'),
          independence: independenceOf(textIn(fields, 'independence')),
          spki: 'spki' in fields ? fromBase64(textIn(fields, 'spki')) : undefined,
          vkey: 'vkey' in fields ? textIn(fields, 'vkey') : undefined,
          tenant: 'tenant' in fields ? textIn(fields, 'tenant') : undefined,
        })),
    );
    const keys: OperatedKey[] = [];
    for (const { spki, vkey, ...record } of records ?? []) {
      const flaw = { code: 'trust_malformed', part: 'trust/operators.json' } as const;
      const key = await this.#findings.triedLater(flaw, async () =>
        vkey === undefined ? undefined : parseVkey(vkey, this.#engine),
      );
      const id = key === undefined ? undefined : keyIdText(key);
      keys.push({ ...record, publicKey: key?.publicKey ?? spki, id });
    }
    return keys;
  }

  #names(pattern: RegExp): string[] {
    return [...this.#files.keys()].filter((name) => pattern.test(name)).toSorted();
  }
}

function verifyingKey(publicKey: Uint8Array): VerifyingKey {
  const algorithm = publicKeyKind(publicKey) === 'ed25519' ? 'ed25519' : 'ecdsa-sha256';
  return { algorithm, publicKey };
}

function independenceOf(text: string): Independence {
  // A word this verifier does not know must not make a witness look more independent.
  return text === 'attested' || text === 'declared' ? text : 'own';
}
