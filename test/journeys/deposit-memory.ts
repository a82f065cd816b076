/**
 * Rows of deposits in memory: maps with the promises of the port and nothing else.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type {
  ChunkRow,
  DepositFilter,
  DepositHold,
  DepositRow,
  DepositStore,
  FileRow,
  ItemRow,
} from '#business/deposit';

export class MemoryDeposits implements DepositStore {
  readonly rows = new Map<string, DepositRow>();
  readonly itemRows: ItemRow[] = [];
  readonly #files = new Map<string, FileRow>();
  readonly #chunks = new Map<string, ChunkRow[]>();
  readonly #holds = new Map<string, DepositHold>();

  async add(_unit: Unit, row: DepositRow): Promise<void> {
    const numbers = [...this.rows.values()].map(({ preservationNumber }) => preservationNumber);
    if (numbers.includes(row.preservationNumber)) throw new Fault('postgres.conflict');
    this.rows.set(row.id, row);
  }

  async find(_unit: Unit, id: string) {
    return this.rows.get(id);
  }

  async lock(_unit: Unit, id: string) {
    return this.rows.get(id);
  }

  async lockAll(_unit: Unit, ids: readonly string[]) {
    return ids.flatMap((id) => this.rows.get(id) ?? []);
  }

  async byOwn(_unit: Unit, client: string, own: string) {
    return [...this.rows.values()].find((row) => row.client === client && row.own === own);
  }

  async page(_unit: Unit, { filter, countMax }: Parameters<DepositStore['page']>[1]) {
    return [...this.rows.values()]
      .filter((row) => this.#fits(row, filter))
      .toReversed()
      .slice(0, countMax);
  }

  async close(_unit: Unit, id: string, { at, keepUntil }: { at: Instant; keepUntil: string }) {
    this.#change(id, { closedAt: at, keepUntil });
  }

  async reseal(_unit: Unit, id: string, sealed: Uint8Array): Promise<void> {
    this.#change(id, { sealed });
  }

  async due(_unit: Unit, { today, countMax }: { today: string; countMax: number }) {
    return [...this.rows.values()]
      .filter(({ keepUntil = '9999', erasedAt }) => keepUntil < today && erasedAt === undefined)
      .filter((row) => !this.#isHeld(row))
      .slice(0, countMax);
  }

  async erased(_unit: Unit, id: string, erasedAt: Instant): Promise<void> {
    this.#change(id, { erasedAt });
  }

  async addHold(_unit: Unit, hold: DepositHold): Promise<void> {
    this.#holds.set(hold.id, hold);
  }

  async hold(_unit: Unit, id: string) {
    return this.#holds.get(id);
  }

  async holds(_unit: Unit, deposit: string) {
    return [...this.#holds.values()].filter((hold) => hold.deposit === deposit);
  }

  async lift(_unit: Unit, { id, at, by }: { id: string; at: Instant; by: string }) {
    const hold = this.#holds.get(id);
    if (hold !== undefined) this.#holds.set(id, { ...hold, liftedAt: at, liftedBy: by });
  }

  async addItems(_unit: Unit, rows: readonly ItemRow[]): Promise<void> {
    this.itemRows.push(...rows);
  }

  async items(_unit: Unit, named: readonly Pick<ItemRow, 'deposit' | 'own'>[]) {
    return this.itemRows.filter((row) =>
      named.some(({ deposit, own }) => row.deposit === deposit && row.own === own),
    );
  }

  async itemsAfter(
    _unit: Unit,
    deposit: string,
    { after, countMax }: { after: number; countMax: number },
  ) {
    const own = this.itemRows.filter((row) => row.deposit === deposit && row.seq > after);
    return own.slice(0, countMax);
  }

  async counts(_unit: Unit, deposits: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const open = [...this.#files.values()].filter(({ seq }) => seq === undefined);
    const all = [...this.itemRows, ...open];
    return new Map(deposits.map((id) => [id, all.filter(({ deposit }) => deposit === id).length]));
  }

  async addFile(_unit: Unit, row: FileRow): Promise<void> {
    this.#files.set(row.id, row);
  }

  async file(_unit: Unit, id: string) {
    return this.#files.get(id);
  }

  async fileByOwn(_unit: Unit, deposit: string, own: string) {
    return [...this.#files.values()].find((row) => row.deposit === deposit && row.own === own);
  }

  async files(_unit: Unit, deposit: string) {
    return [...this.#files.values()].filter((row) => row.deposit === deposit);
  }

  async fileWhole(_unit: Unit, id: string, seq: number): Promise<void> {
    const file = this.#files.get(id);
    if (file !== undefined) this.#files.set(id, { ...file, seq });
  }

  async putChunk(_unit: Unit, file: string, row: ChunkRow): Promise<void> {
    const others = (this.#chunks.get(file) ?? []).filter(({ number }) => number !== row.number);
    this.#chunks.set(
      file,
      [...others, row].toSorted((a, b) => a.number - b.number),
    );
  }

  async chunk(_unit: Unit, file: string, number: number) {
    return this.#chunks.get(file)?.find((row) => row.number === number);
  }

  async chunks(_unit: Unit, file: string) {
    return this.#chunks.get(file) ?? [];
  }

  #change(id: string, change: Partial<DepositRow>): void {
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, ...change });
  }

  #isHeld({ id }: DepositRow): boolean {
    const own = [...this.#holds.values()].filter(({ deposit }) => deposit === id);
    return own.some(({ liftedAt }) => liftedAt === undefined);
  }

  #fits(row: DepositRow, { client, number, own, schema, standing }: DepositFilter): boolean {
    const holdsSchema = this.itemRows.some(
      (item) => item.deposit === row.id && item.schema.split('@')[0] === schema,
    );
    const standings = {
      open: row.closedAt === undefined,
      closed: row.closedAt !== undefined && row.erasedAt === undefined,
      held: this.#isHeld(row),
      erased: row.erasedAt !== undefined,
    };
    return (
      (client ?? row.client) === row.client &&
      (number ?? row.preservationNumber) === row.preservationNumber &&
      (own ?? row.own) === row.own &&
      (schema === undefined || holdsSchema) &&
      (standing === undefined || standings[standing])
    );
  }
}
