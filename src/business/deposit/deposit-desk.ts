/**
 * Chains of evidence for systems that keep their contracts elsewhere: opened, found, listed.
 *
 * A deposit is a case of the log like every other: its first entry fixes what it must hold, each
 * record is one entry with a salted commitment for each field, and the values stand in the vault
 * under a key of the deposit's own, wrapped by the tenant's (S2-22, S2-48).
 */
import { fromUtf8, toBase64Url } from '#base/bytes';
import { isObject, parseCanonical } from '#base/canonical';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { caseTagBytes } from '#formats/entry';
import { type CaseFile, type Evidence, preservationNumber } from '#trust/evidence';
import type { Definitions } from './definitions.ts';
import type { DepositKeeper, DepositRow, DepositStore, SourceKeys } from './ports.ts';
import { type DepositOrder, requiredList } from './required-list.ts';
import { ownSign } from './schema.ts';
import { type Deposit, openedDeposit, sealedFacts } from './sealed-facts.ts';
import { linesIn, requireOwn, type ScenarioLine, taken, wordOf } from './slot-lines.ts';
import type { Source } from './source-signature.ts';

/** Of one deposit, so that its package stays within what a package may hold. */
export const itemsPerDepositMax = 500;
const titleLettersMax = 120;

/** What the desks of deposits lean on. */
export interface DepositParts {
  readonly store: DepositStore;
  readonly definitions: Definitions;
  readonly evidence: Evidence;
  readonly cases: Pick<CaseFile, 'openingsOf'>;
  readonly seal: DepositKeeper;
  readonly keys: SourceKeys;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/** Where systems of an institution open and find their deposits. */
export class DepositDesk {
  readonly #parts: DepositParts;

  constructor(parts: DepositParts) {
    this.#parts = parts;
  }

  /** Opens a deposit; the same name with the same order answers the first one. */
  open(source: Source, order: DepositOrder): Commit<Deposit> {
    const { store, clock } = this.#parts;
    requireOwn(order.own);
    if (order.title.length === 0 || order.title.length > titleLettersMax) {
      throw new Fault('deposit.definition_malformed', { at: 'title' });
    }
    return async (unit) => {
      const row = await store.byOwn(unit, source.client, order.own);
      if (row === undefined) return this.#opened(unit, { source, order, openedAt: clock.now() });
      const held = await openedDeposit(unit, row, this.#parts.seal);
      const { openedAt } = held;
      const asked = { order, openedAt, salt: saltOf(held.required) };
      const { bytes } = await requiredList(unit, asked, this.#parts);
      if (fromUtf8(held.required) !== fromUtf8(bytes) || held.title !== order.title) {
        throw taken(order.own);
      }
      return held;
    };
  }

  async #opened(
    unit: Unit,
    asked: { readonly source: Source; readonly order: DepositOrder; readonly openedAt: Instant },
  ): Promise<Deposit> {
    const { store, random, evidence, seal } = this.#parts;
    const { source, order, openedAt } = asked;
    const { bytes: required, definitions } = await requiredList(unit, asked, this.#parts);
    const facts = { title: order.title, required, added: [] };
    const names = { id: toBase64Url(random.bytes(caseTagBytes)), subject: uuidv7(this.#parts) };
    const row: DepositRow = {
      ...names,
      preservationNumber: preservationNumber({ now: openedAt, random }),
      client: source.client,
      own: order.own,
      sealed: await sealedFacts(unit, { ...names, ...facts }, seal),
      openedAt,
      closedAt: undefined,
      keepUntil: undefined,
      erasedAt: undefined,
    };
    await store.add(unit, row);
    await evidence.record(unit, {
      caseId: row.id,
      subject: row.subject,
      type: 'deposit.opened',
      disclosures: [
        { name: 'preservationNumber', value: row.preservationNumber },
        { name: 'institution', value: unit.tenant },
        { name: 'title', value: order.title },
        { name: 'deposit', value: row.own },
        { name: `${ownSign}source`, value: { client: source.client, name: source.name } },
      ],
      of: [{ name: 'required-evidence', bytes: required }, ...definitions],
    });
    return { ...row, ...facts };
  }

  /** The deposit, if it is this client's own; without a client, of anybody. */
  async find(
    unit: Unit,
    asked: { readonly id: string; readonly client: string | undefined },
  ): Promise<Deposit> {
    const row = await this.#parts.store.find(unit, asked.id);
    const isOwn = row !== undefined && (asked.client ?? row.client) === row.client;
    if (!isOwn) throw new Fault('deposit.unknown');
    return openedDeposit(unit, row, this.#parts.seal);
  }

  /** Newest first; of what was erased the row is left, and no title. */
  async page(
    unit: Unit,
    asked: Parameters<DepositStore['page']>[1],
  ): Promise<readonly (DepositRow & { readonly title: string | undefined })[]> {
    const rows = await this.#parts.store.page(unit, asked);
    const titled = [];
    for (const row of rows) {
      const isGone = row.erasedAt !== undefined;
      const opened = isGone ? undefined : await openedDeposit(unit, row, this.#parts.seal);
      titled.push({ ...row, title: opened?.title });
    }
    return titled;
  }

  /** Its row locked, open, and this client's own. */
  async writable(unit: Unit, source: Source, id: string): Promise<Deposit> {
    const deposit = await this.own(unit, source, id);
    if (deposit.closedAt !== undefined) throw new Fault('deposit.closed');
    return deposit;
  }

  /** Its row locked, and this client's own. */
  async own(unit: Unit, source: Source, id: string): Promise<Deposit> {
    const row = await this.#parts.store.lock(unit, id);
    if (row === undefined || row.client !== source.client) throw new Fault('deposit.unknown');
    return openedDeposit(unit, row, this.#parts.seal);
  }
}

/** The lines of its list, and those that came later. */
export function slotsOf({ required, added }: Deposit): readonly ScenarioLine[] {
  return [...linesIn(required), ...added].map((line) => ({ slot: wordOf(line), line }));
}

function saltOf(required: Uint8Array): string | undefined {
  const list = parseCanonical(required);
  const salt = isObject(list) ? list['salt'] : undefined;
  return typeof salt === 'string' ? salt : undefined;
}
