/**
 * The evidence platform alone, in one process: real desks, real evidence, a real vault with its key
 * store, over rows in memory. No contract, no loan and no page is opened for it.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { runningDigests } from '#adapters/objects';
import { toBase64, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { TenantId, Unit } from '#base/unit';
import { DepositArchive, type DepositArchiveParts } from '#business/archive';
import {
  Closing,
  type DefinitionRow,
  type DefinitionStore,
  Definitions,
  type Deposit,
  DepositDesk,
  FileDesk,
  Keeping,
  RecordDesk,
  SlotDesk,
} from '#business/deposit';
import type { MessageKey } from '#formats/httpsig';
import { CaseFile, Evidence } from '#trust/evidence';
import { VaultWorld } from '../../src/business/vault/vault-world.fixture.ts';
import { MemoryDeposits } from './deposit-memory.ts';
import { MemoryEntries } from './memory-stores.ts';

export const source = { client: '0192a000-0000-7000-8000-000000000001', name: '合同系统' };
export const bank = 'test-coop' as TenantId;
export const unit: Unit = { tenant: bank };

/** Bytes by their names, write once. */
class MemoryObjects {
  readonly held = new Map<string, Uint8Array>();

  async put(_unit: Unit, bytes: Uint8Array) {
    const sha256 = toHex(await nodeEngine.digest('sha256', bytes));
    this.held.set(sha256, bytes);
    return { place: 'house' as const, sha256, bytes: bytes.length };
  }

  async get(_unit: Unit, { sha256 }: { readonly sha256: string }): Promise<Uint8Array> {
    return this.held.get(sha256) ?? new Uint8Array();
  }
}

class MemoryDefinitions implements DefinitionStore {
  readonly rows: DefinitionRow[] = [];

  async propose(_unit: Unit, row: Omit<DefinitionRow, 'version' | 'approvedAt'>) {
    const version = this.rows.filter(({ id }) => id === row.id).length + 1;
    const kept = { ...row, version, approvedAt: undefined };
    this.rows.push(kept);
    return kept;
  }

  async definition(_unit: Unit, id: string, version?: number) {
    const own = this.rows.filter((row) => row.id === id);
    if (version !== undefined) return own.find((row) => row.version === version);
    return own.findLast(({ approvedAt }) => approvedAt !== undefined);
  }

  async definitions() {
    return this.rows;
  }

  async approve(_unit: Unit, told: Parameters<DefinitionStore['approve']>[1]): Promise<void> {
    const at = this.rows.findIndex(({ id, version }) => id === told.id && version === told.version);
    const row = this.rows[at];
    if (row !== undefined) this.rows[at] = { ...row, approvedAt: told.at };
  }
}

export class DepositHouse {
  readonly world: VaultWorld;
  readonly rows = new MemoryDeposits();
  readonly log = new MemoryEntries();
  readonly objects = new MemoryObjects();
  /** With which the source signs its records, where it does. */
  sourceKey: MessageKey | undefined;
  readonly definitions: Definitions;
  readonly evidence: Evidence;
  readonly cases: CaseFile;
  readonly desk: DepositDesk;
  readonly records: RecordDesk;
  readonly slots: SlotDesk;
  readonly files: FileDesk;
  readonly closing: Closing;
  readonly keeping: Keeping;
  readonly archive: DepositArchive;

  private constructor(world: VaultWorld) {
    this.world = world;
    const clock = { now: () => world.clock.instant, source: 'TEST_CLOCK' };
    const seal = world.vault();
    const { random } = world;
    const store = this.rows;
    const base = { engine: nodeEngine, clock, random, units: world, store, seal };
    this.evidence = new Evidence({
      ...base,
      store: this.log,
      judge: async () => this.log.level,
      keeper: seal,
      signer: softSigner(generateSoftKey('ed25519')),
      actor: 'serve',
      environment: toBase64(new Uint8Array(32)),
    });
    const tilesOf = () => ({ read: async () => undefined });
    this.cases = new CaseFile({ store: this.log, keeper: seal, tilesOf, engine: nodeEngine });
    const definitionRows = new MemoryDefinitions();
    this.definitions = new Definitions({
      ...base,
      store: definitionRows,
      evidence: this.evidence,
    });
    const parts = {
      ...base,
      evidence: this.evidence,
      definitions: this.definitions,
      cases: this.cases,
      keys: { keyOf: async () => this.sourceKey, ready: () => undefined },
    };
    this.desk = new DepositDesk(parts);
    const more = { ...parts, desk: this.desk };
    this.records = new RecordDesk(more);
    this.slots = new SlotDesk(more);
    this.files = new FileDesk({ ...more, objects: this.objects, digests: runningDigests });
    const termsAt = () => ({ concludedMonths: 120, refusedMonths: 6 });
    this.closing = new Closing({ ...more, termsAt });
    this.keeping = new Keeping({ ...parts, end: seal });
    const { closing, files, cases, evidence } = this;
    // What a package needs besides is not asked here: that is the slow stories' matter.
    const asked = { ...base, definitionRows, closing, files, cases, evidence };
    this.archive = new DepositArchive(asked as unknown as DepositArchiveParts);
  }

  static async open(): Promise<DepositHouse> {
    return new DepositHouse(await VaultWorld.open());
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Brought by one, approved by another. */
  async define(definition: Json): Promise<void> {
    const shown = await this.definitions.propose('machine:1', definition)(unit);
    await this.definitions.approve('staff:1', shown)(unit);
  }

  opened(own: string, order: { title?: string; scenario?: string; slots?: Json }) {
    const { title = '示例存证', ...more } = order;
    return this.desk.open(source, { own, title, ...more })(unit);
  }

  async submit(deposit: Deposit, own: string, record: { schema: string; fields: Json }) {
    const [receipt] = await this.records.submit(source, [{ deposit: deposit.id, own, ...record }])(
      unit,
    );
    return receipt;
  }

  /** A file of one part, whole. */
  async file(deposit: Deposit, own: string, file: { text: string; slot: string }) {
    const bytes = utf8(file.text);
    const digest = async (hash: 'sha256' | 'sm3') => toHex(await nodeEngine.digest(hash, bytes));
    const [sha256, sm3] = [await digest('sha256'), await digest('sm3')];
    const facts = { name: `${own}.txt`, media: 'text/plain', bytes: bytes.length, sha256, sm3 };
    const order = { deposit: deposit.id, own, slot: file.slot, ...facts };
    const open = await this.files.announce(source, order)(unit);
    await this.files.putPart(unit, source, { file: open.file, number: 0, sha256, bytes });
    return this.files.complete(source, open.file)(unit);
  }

  async state(deposit: Deposit) {
    const { id } = deposit;
    const row = await this.desk.find(unit, { id, client: undefined });
    return this.archive.stateOf(unit, row);
  }
}
