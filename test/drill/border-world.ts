/**
 * For tests: the log's half of a house in one folder, wired as its processes wire it, with a clock
 * that a test sets: keys, trust folder, witnesses with memories on disk, and one tenant's log.
 *
 * The processes of the house read the computer's clock and nothing else; here the same rooms stand
 * in one process and are told what time it is.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { createKeyFile, nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import {
  logStores,
  openDatabase,
  PostgresEntries,
  PostgresLogAudit,
  PostgresUnits,
} from '#adapters/postgres';
import { FileTiles, treeHash } from '#adapters/tiles';
import { FileWitnessMemory } from '#adapters/witnesses';
import { equal } from '#base/bytes';
import { canonical } from '#base/canonical';
import { type Clock, type Instant, instantFromMs, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { shardOfOrigin } from '#formats/shard';
import { type NoteKey, noteKey, printVkey } from '#formats/tlog';
import { printTwinVkey, twinKey, twinOrigin } from '#formats/twin';
import { printWitnessRequest } from '#formats/witness';
import {
  type AuditedShard,
  Bell,
  CaseFile,
  Evidence,
  Explorer,
  fsck,
  type SequencerStep,
  type TilesOf,
  type WitnessLine,
} from '#trust/evidence';
import { Mirror, Witness } from '#trust/witness';
import {
  logKeyFile,
  quorum,
  sentinelName,
  twinKeyFile,
  voterNames,
  witnessNames,
} from '../../src/main/estate/plan.ts';
import { logFolder } from '../../src/main/estate/trust-folder.ts';
import { shardsIn, TrustedLogs } from '../../src/main/estate/trusted-logs.ts';
import type { BorderStep } from '../../src/main/log/borders.ts';
import { LogHands } from '../../src/main/log/hand.ts';
import { LogHost } from '../../src/main/log/host.ts';
import { openLog } from '../../src/main/log/hosted-log.ts';
import { LogRules } from '../../src/main/rooms/log-rules.ts';
import { openNoteJudge } from '../../src/main/rooms/note-judge.ts';

export const borderTenant = 'border-bank' as TenantId;
const firstOrigin = 'fubie.test/log/border-bank/0123456789abcdef';
const looks = 400;
const lookMs = 25;

/** A clock that stands as far from the computer's as it is told, and goes on from there. */
export class SetClock implements Clock {
  readonly source = 'TEST_CLOCK';
  #ahead = 0;

  now(): Instant {
    return instantFromMs(systemClock.now() + this.#ahead);
  }

  set(to: string): void {
    this.#ahead = Date.parse(to) - systemClock.now();
  }
}

export interface BorderUrls {
  readonly app: string;
  readonly sequencer: string;
}

interface Party {
  readonly key: NoteKey;
  readonly line: { -readonly [Name in keyof WitnessLine]: WitnessLine[Name] };
  readonly memory: FileWitnessMemory;
  readonly logs: TrustedLogs;
}

export class BorderWorld {
  readonly root: string;
  readonly trust: string;
  readonly clock = new SetClock();
  readonly units: PostgresUnits;
  readonly entries = new PostgresEntries();
  readonly evidence: Evidence;
  readonly cases: CaseFile;
  readonly explorer: Explorer;
  readonly hands: LogHands;
  readonly witnesses = new Map<string, Party>();
  readonly tilesOf: TilesOf;
  readonly troubles: unknown[] = [];
  /** How often the log was opened: with the next shard, or under the next rule. */
  opened = 0;
  observe: (step: SequencerStep | BorderStep) => void = () => undefined;
  readonly #url: string;
  readonly #app: ReturnType<typeof openDatabase>;
  readonly #arrivals = new Bell();

  private constructor(
    root: string,
    urls: BorderUrls,
    actor: { signer: ReturnType<typeof softSigner> },
  ) {
    this.root = root;
    this.trust = join(root, 'trust');
    this.#url = urls.sequencer;
    this.#app = openDatabase(urls.app, { connectionsMax: 6 });
    this.units = new PostgresUnits({ database: this.#app });
    const { clock, trust } = this;
    this.hands = new LogHands({ settings: { trust }, url: urls.sequencer, clock });
    this.tilesOf = (tenant, shard) => new FileTiles(logFolder(trust, tenant, shard));
    const keeper = {
      seal: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes,
      open: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes,
    };
    this.evidence = new Evidence({
      judge: openNoteJudge(trust),
      store: this.entries,
      keeper,
      signer: actor.signer,
      actor: 'serve',
      environment: 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=',
      engine: nodeEngine,
      clock,
      random: systemRandom,
    });
    const { tilesOf } = this;
    const store = this.entries;
    this.cases = new CaseFile({ store, keeper, tilesOf, engine: nodeEngine });
    this.explorer = new Explorer({ store: logStores().explorer, tilesOf, engine: nodeEngine });
  }

  /** Takes up the folder, which is filled where it is empty: as a start of the house does. */
  static async open(root: string, urls: BorderUrls): Promise<BorderWorld> {
    await provision(root);
    const actor = { signer: softSigner(await openKeyFile(join(root, 'serve', 'key.pem'))) };
    const world = new BorderWorld(root, urls, actor);
    for (const name of witnessNames) await world.#witness(name);
    return world;
  }

  async close(): Promise<void> {
    await this.hands.close();
    await this.#app.close();
  }

  /** Keeps the log running, as the sequencer's process does, until what it answers is called. */
  run(): () => Promise<void> {
    const stop = new AbortController();
    const { clock, hands, trust } = this;
    const settings = { folder: join(this.root, 'sequencer'), trust, sockets: {} };
    const host = new LogHost({
      known: async () => [borderTenant],
      open: async (tenant) => {
        const log = await openLog({
          settings,
          tenant,
          url: this.#url,
          hands,
          rules: new LogRules(trust),
          arrivals: this.#arrivals,
          clock,
          lineTo: (key) => this.witness(key.name).line,
          observe: (step) => this.observe(step),
          look: pausedBriefly,
        });
        this.opened += 1;
        return log;
      },
      onTrouble: (thrown) => this.troubles.push(thrown),
      pause: (ms, signal) => pausedBriefly(ms, signal),
    });
    const running = host.run(stop.signal);
    return async () => {
      stop.abort();
      await running;
    };
  }

  witness(name: string): Party {
    const found = this.witnesses.get(name);
    if (found === undefined) throw new Error(name);
    return found;
  }

  async record(caseId: string, count = 1): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      await this.units.run(borderTenant, async (unit) => {
        const isFirst = (await this.entries.ofCase(unit, caseId)).length === 0;
        return this.evidence.record(unit, {
          caseId,
          type: isFirst ? 'case.opened' : 'consent.signed',
          subject: 's1',
          disclosures: [{ name: 'document', value: 'pi-authorisation' }],
          of: [],
        });
      });
      this.#arrivals.ring();
    }
  }

  /** Until `found` answers something; fails after ten seconds. */
  async until<T>(found: () => Promise<T | undefined>): Promise<T> {
    for (let tries = 0; tries < looks; tries += 1) {
      const answer = await found();
      if (answer !== undefined) return answer;
      await new Promise((resume) => setTimeout(resume, lookMs));
    }
    throw new Error(`waited in vain; ${this.troubles.map(String).join('; ')}`);
  }

  /** Until everything recorded of the case is under a quorum's cosignatures. */
  async untilWitnessed(caseId: string): Promise<void> {
    await this.until(async () => {
      const done = await this.units.run(borderTenant, (unit) =>
        this.evidence.caseHasLevel(unit, caseId, 'L2'),
      );
      return done ? true : undefined;
    });
  }

  shards() {
    return this.units.run(borderTenant, (unit) => this.entries.shards(unit));
  }

  /** What a party outside copies of every shard, and how many leaves each copy has. */
  async mirrored(logs: TrustedLogs): Promise<readonly number[]> {
    const sizes: number[] = [];
    for (const { tenant, key: log } of await logs.all()) {
      const number = sizes.length + 1;
      const shard = { number, name: shardOfOrigin(log.name) ?? '' };
      const source = new FileTiles(logFolder(this.trust, tenant, shard));
      const copy = new FileTiles(join(this.root, 'copy', shard.name));
      const parts = { source, copy, log, hash: treeHash, engine: nodeEngine };
      sizes.push(await new Mirror(parts).catchUp());
    }
    return sizes;
  }

  /** What `fubie fsck` says of all shards, beside what each witness remembers. */
  async checked() {
    const keys = await shardsIn(this.trust, borderTenant, nodeEngine);
    const shards: AuditedShard[] = [];
    for (const [at, shard] of (await this.shards()).entries()) {
      const log = keys[at]?.key;
      const tiles = this.tilesOf(borderTenant, shard);
      const published = await tiles.read('checkpoint');
      if (log !== undefined) shards.push({ shard, log, tiles, published });
    }
    const witnessed = new Map(
      await Promise.all(
        [...this.witnesses].map(async ([name, { memory }]) => [name, await memory.all()] as const),
      ),
    );
    const { publicKey } = softSigner(await openKeyFile(join(this.root, 'serve', 'key.pem')));
    return this.units.run(borderTenant, (unit) =>
      fsck({
        tenant: borderTenant,
        audit: new PostgresLogAudit(unit),
        shards,
        witnessKeys: [...this.witnesses.values()].map(({ key }) => key),
        keyOf: () => publicKey,
        engine: nodeEngine,
        witnessed,
      }),
    );
  }

  async #witness(name: string): Promise<void> {
    const signer = softSigner(await openKeyFile(join(this.root, `witness-${name}`, 'key.pem')));
    const { publicKey } = signer;
    const key = await noteKey({ name, kind: 'cosignature', publicKey }, nodeEngine);
    const memory = await FileWitnessMemory.open(join(this.root, `witness-${name}`, 'heads.jsonl'));
    const logs = new TrustedLogs(this.trust, nodeEngine, async ({ origin, size, root }) => {
      const latest = await memory.latest(origin);
      return latest?.size === size && equal(latest.root, root);
    });
    const witness = new Witness({
      key,
      signer,
      logOf: (origin) => logs.of(origin),
      endOf: (origin) => logs.endOf(origin),
      memory,
      clock: this.clock,
      engine: nodeEngine,
    });
    const line: WitnessLine = {
      key,
      addCheckpoint: (request) => witness.addCheckpoint(printWitnessRequest(request)),
    };
    this.witnesses.set(name, { key, line, memory, logs });
  }
}

/** A drill does not wait as long as a house does. */
function pausedBriefly(ms: number, signal: AbortSignal): Promise<void> {
  const shorter = Math.min(ms, lookMs);
  return new Promise((resume) => {
    const timer = setTimeout(resume, shorter);
    signal.addEventListener('abort', () => (clearTimeout(timer), resume()), { once: true });
  });
}

/** Keys and the trust folder, once. */
async function provision(root: string): Promise<void> {
  const trust = join(root, 'trust');
  const keyAt = async (path: string, algorithm: 'ed25519' | 'sm2') => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return softSigner(await createKeyFile(join(root, path), algorithm)).publicKey;
  };
  const put = async (path: string, text: string) => {
    await mkdir(dirname(join(trust, path)), { recursive: true });
    await writeFile(join(trust, path), text);
  };
  if ((await readFile(join(trust, 'policy.json')).catch(() => undefined)) !== undefined) return;
  const log = await keyAt(join('sequencer', logKeyFile(borderTenant)), 'ed25519');
  const named = { name: firstOrigin, kind: 'ed25519', publicKey: log } as const;
  await put(`logs/${borderTenant}.vkey`, `${printVkey(await noteKey(named, nodeEngine))}\n`);
  const twin = await keyAt(join('sequencer', twinKeyFile(borderTenant)), 'sm2');
  const second = await twinKey({ name: twinOrigin(firstOrigin), publicKey: twin }, nodeEngine);
  await put(`twins/${borderTenant}.vkey`, `${printTwinVkey(second)}\n`);
  const actor = await keyAt(join('serve', 'key.pem'), 'ed25519');
  const serve = { name: 'serve', kind: 'ed25519', publicKey: actor } as const;
  const vkey = printVkey(await noteKey(serve, nodeEngine));
  const listed = { name: 'serve', role: 'actor', operator: 'test', independence: 'own', vkey };
  await put('operators.json', canonical({ v: 1, keys: [listed] }));
  for (const name of witnessNames) {
    const publicKey = await keyAt(join(`witness-${name}`, 'key.pem'), 'ed25519');
    const key = await noteKey({ name, kind: 'cosignature', publicKey }, nodeEngine);
    await put(`witnesses/${name}.vkey`, `${printVkey(key)}\n`);
  }
  const rule = { v: 1, sentinel: sentinelName, voters: [...voterNames], quorum };
  await put('policy.json', canonical(rule));
}
