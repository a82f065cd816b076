/**
 * A whole log in memory for tests: its stores (test-memory.ts) and witnesses with real keys.
 */
import { type Clock, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import type { Engine, Signer } from '#formats/crypto';
import { type NoteKey, noteKey } from '#formats/tlog';
import { printWitnessRequest } from '#formats/witness';
import { Witness } from '#trust/witness';
import { Evidence } from './evidence.ts';
import type { TreeHash } from './growth.ts';
import type { WitnessLine } from './ports.ts';
import { Sequencer, type SequencerParts, type SequencerStep } from './sequencer.ts';
import { Fuse, MemoryHeads, MemoryLog, MemoryTiles, origin } from './test-memory.ts';

export const testUnit: Unit = { tenant: 'bank' as TenantId };
const votes = ['court', 'notary', 'arbitration', 'peer-bank'] as const;

/** The stand-in's own level is believed here; the signatures are judged in the real house. */
const believed = async () => 'L2' as const;

/** The engine and fresh Ed25519 keys: rooms of trust know no adapter, tests bring one. */
export interface TestCrypto {
  readonly engine: Engine;
  readonly hash: TreeHash;
  newSigner(): Signer;
}

/** What a test adds to the sequencer. */
type TestExtras = Pick<SequencerParts, 'intake' | 'twin' | 'conviction' | 'shard'>;

export interface TestWitness extends WitnessLine {
  readonly memory: MemoryHeads;
  down: boolean;
}

export class TestWorld {
  readonly fuse = new Fuse();
  readonly log: MemoryLog;
  readonly tiles = new MemoryTiles(this.fuse);
  readonly heads = new MemoryHeads();
  readonly random = seededRandom(7);
  readonly actor: Signer;
  readonly engine: Engine;
  readonly hash: TreeHash;
  readonly clock: Clock & { turn(ms: number): void };
  readonly steps: SequencerStep[] = [];
  readonly logKey: NoteKey;
  readonly witnesses: ReadonlyMap<string, TestWitness>;
  readonly logSigner: Signer;

  private constructor(parts: {
    logKey: NoteKey;
    signer: Signer;
    crypto: TestCrypto;
    witnesses: ReadonlyMap<string, TestWitness>;
    clock: TestWorld['clock'];
  }) {
    this.logKey = parts.logKey;
    this.log = new MemoryLog(this.fuse, parts.logKey.name);
    this.logSigner = parts.signer;
    this.actor = parts.crypto.newSigner();
    this.engine = parts.crypto.engine;
    this.hash = parts.crypto.hash;
    this.witnesses = parts.witnesses;
    this.clock = parts.clock;
  }

  /** `like`: a world whose log has the same key. */
  static async open(crypto: TestCrypto, log = origin, like?: TestWorld): Promise<TestWorld> {
    let now = 1_790_000_000_000;
    const clock = {
      source: 'TEST_CLOCK',
      now: () => instantFromMs(now),
      turn: (ms: number) => void (now += ms),
    };
    const signer = like === undefined ? crypto.newSigner() : like.logSigner;
    const logKey = await noteKey(
      { name: log, kind: 'ed25519', publicKey: signer.publicKey },
      crypto.engine,
    );
    const witnesses = new Map<string, TestWitness>();
    for (const name of ['sentinel', ...votes, 'regulator']) {
      witnesses.set(name, await testWitness({ name, logKey, clock, crypto }));
    }
    return new TestWorld({ logKey, signer, witnesses, clock, crypto });
  }

  witness(name: string): TestWitness {
    const found = this.witnesses.get(name);
    if (found === undefined) throw new Error(`no witness ${name}`);
    return found;
  }

  evidence(): Evidence {
    const keeper = {
      seal: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 0x5a),
      open: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 0x5a),
    };
    const { log: store, actor: signer, clock, random } = this;
    const environment = 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=';
    const parts = { store, keeper, signer, actor: 'serve', environment, clock, random };
    return new Evidence({ ...parts, engine: this.engine, judge: believed });
  }

  /** A process that has just been started: it remembers nothing but what the ports give it. */
  sequencer(more: TestExtras = {}): Sequencer {
    return new Sequencer({
      ...more,
      key: this.logKey,
      signer: this.logSigner,
      hash: this.hash,
      lease: this.log,
      tiles: this.tiles,
      heads: this.heads,
      sentinel: this.witness('sentinel'),
      voters: votes.map((name) => this.witness(name)),
      mirrors: [this.witness('regulator')],
      quorum: 3,
      engine: this.engine,
      clock: this.clock,
      pause: () => new Promise((resume) => setTimeout(resume, 1)),
      observe: (step) => void this.steps.push(step),
    });
  }
}

async function testWitness(parts: {
  name: string;
  logKey: NoteKey;
  clock: Clock;
  crypto: TestCrypto;
}): Promise<TestWitness> {
  const { name, logKey, clock, crypto } = parts;
  const signer = crypto.newSigner();
  const memory = new MemoryHeads();
  const key = await noteKey(
    { name, kind: 'cosignature', publicKey: signer.publicKey },
    crypto.engine,
  );
  const witness = new Witness({
    key,
    signer,
    logOf: async (asked) => (asked === logKey.name ? logKey : undefined),
    memory,
    clock,
    engine: crypto.engine,
  });
  const line: TestWitness = {
    key,
    memory,
    down: false,
    addCheckpoint: async (request) => {
      if (line.down) throw new Fault('wire.unreachable', {}, { retryable: true });
      return witness.addCheckpoint(printWitnessRequest(request));
    },
  };
  return line;
}
