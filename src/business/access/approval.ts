/**
 * Four eyes: one asks for an act, another allows it, and then it may be done once.
 *
 * The order itself (ids and codes, canonical JSON) stands in the vault; its digest stands in the
 * row, so that what is done is what was shown to the approver. `take` is called in the unit of the
 * act: act and spent approval are durable together or not at all.
 */
import { equal, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { Caller, StaffCaller } from './caller.ts';
import type { ApprovalRow, ApprovalStanding, ApprovalStore } from './duty-ports.ts';
import type { KeptTexts, Register } from './ports.ts';
import type { Rights } from './rights.ts';
import { office, requireReason, requireStaff } from './subjects.ts';

/** As many as a list shows. */
const approvalsOpenMax = 200;
/** Of one person: what waits beyond is not read by anybody, and hides what others ask for. */
const approvalsOpenOfOneMax = 20;
const orderBytesMax = 4_096;

/** An approval as the desks show it, with what was ordered and why. */
export interface ShownApproval {
  readonly id: string;
  readonly kind: string;
  readonly standing: ApprovalStanding;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly until: string;
  readonly order: Json;
  readonly why: string;
}

/** What a second person said, where an order needs one. */
export interface Approved {
  readonly approval?: string | undefined;
}

export interface ApprovalParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly store: ApprovalStore;
  readonly texts: KeptTexts;
  readonly rights: Rights;
  readonly register: Register;
  /** The path of the unit a member of staff works at, his row locked until the unit ends. */
  readonly unitPathOfStaff: (unit: Unit, staff: string) => Promise<string>;
}

/** Asks, gives, refuses and spends approvals. */
export class Approvals {
  readonly #parts: ApprovalParts;

  constructor(parts: ApprovalParts) {
    this.#parts = parts;
  }

  /** Whoever may do the act may ask for it; the answer names the approval. */
  ask(caller: Caller, asked: { kind: string; order: Json; why: string }): Commit<ApprovalRow> {
    const { staff } = requireStaff(caller);
    const rule = this.#rule(asked.kind);
    this.#parts.rights.require(caller, rule.asks);
    const order = canonical(asked.order);
    const why = requireReason(asked.why);
    if (utf8(order).length > orderBytesMax) throw new Fault('access.approval_malformed');
    return async (unit) => {
      const { clock, store, texts } = this.#parts;
      const askedAt = clock.now();
      const countMax = approvalsOpenOfOneMax;
      const open = await store.openOf(unit, { now: askedAt, staff: staff.id, countMax });
      if (open >= countMax) throw new Fault('access.approvals_too_many', { countMax });
      const row: ApprovalRow = {
        id: uuidv7(this.#parts),
        kind: asked.kind,
        orderSha256: await this.#digest(asked.order),
        askedBy: staff.id,
        askedAt,
        until: addSeconds(askedAt, rule.hoursMax * 3600),
        standing: 'asked',
        decidedBy: undefined,
        decidedAt: undefined,
      };
      await store.add(unit, row);
      await texts.put(unit, place(row.id), canonical({ order: asked.order, why }));
      return row;
    };
  }

  /** Another person's word. The approver sees the asker's unit and is not himself the matter. */
  decide(caller: Caller, word: { id: string; give: boolean; why: string }): Commit<ApprovalRow> {
    const approver = requireStaff(caller);
    const why = requireReason(word.why);
    return async (unit) => {
      const row = await this.#open(unit, word.id);
      if (row.standing !== 'asked') throw new Fault('access.approval_not_open');
      const unitPath = await this.#parts.unitPathOfStaff(unit, row.askedBy);
      this.#parts.rights.requireOn(caller, 'approval.give', { unitPath });
      await this.#requireOther(unit, row, approver);
      const next: ApprovalRow = {
        ...row,
        standing: word.give ? 'given' : 'refused',
        decidedBy: approver.staff.id,
        decidedAt: this.#parts.clock.now(),
      };
      await this.#parts.store.save(unit, next);
      await this.#parts.texts.put(unit, place(row.id, 'decision'), why);
      await this.#note(unit, next);
      return next;
    };
  }

  /**
   * Spends a given approval for exactly this order by the one who asked for it. Without one it is
   * access.approval_needed; for another order, kind or asker access.approval_differs.
   */
  async take(
    unit: Unit,
    act: { id: string | undefined; kind: string; order: Json; by: string },
  ): Promise<void> {
    if (act.id === undefined) throw new Fault('access.approval_needed', { kind: act.kind });
    const row = await this.#open(unit, act.id);
    const same = equal(row.orderSha256, await this.#digest(act.order));
    if (row.kind !== act.kind || row.askedBy !== act.by || !same) {
      throw new Fault('access.approval_differs');
    }
    if (row.standing !== 'given') throw new Fault('access.approval_not_open');
    await this.#parts.store.save(unit, { ...row, standing: 'executed' });
  }

  /** What people within the caller's reach have asked for. */
  async open(unit: Unit, caller: Caller): Promise<readonly ShownApproval[]> {
    const { rights, store, clock } = this.#parts;
    const permission = 'approval.give';
    rights.require(caller, permission);
    const reach = rights.reachOf(caller, permission);
    if (reach === undefined) throw new Fault('access.not_permitted', { permission });
    const countMax = approvalsOpenMax;
    const rows = await store.open(unit, { now: clock.now(), reach, countMax });
    const shown: ShownApproval[] = [];
    for (const row of rows) shown.push(await this.#shown(unit, row));
    return shown;
  }

  async #shown(unit: Unit, row: ApprovalRow): Promise<ShownApproval> {
    const { id, kind, standing, askedBy, askedAt, until } = row;
    const { order, why } = await this.#kept(unit, id);
    return {
      id,
      kind,
      standing,
      askedBy,
      askedAt: formatInstant(askedAt),
      until: formatInstant(until),
      order,
      why,
    };
  }

  #rule(kind: string) {
    const { approvals } = this.#parts.rights.rules;
    const rule = Object.hasOwn(approvals, kind) ? approvals[kind] : undefined;
    if (rule === undefined) throw new Fault('access.approval_kind_unknown');
    return rule;
  }

  async #open(unit: Unit, id: string): Promise<ApprovalRow> {
    const row = await this.#parts.store.lock(unit, id);
    if (row === undefined) throw new Fault('access.approval_unknown');
    if (row.until <= this.#parts.clock.now()) throw new Fault('access.approval_not_open');
    return row;
  }

  async #requireOther(unit: Unit, row: ApprovalRow, approver: StaffCaller): Promise<void> {
    const { order } = await this.#kept(unit, row.id);
    const about = typeof order === 'object' && order !== null && 'staff' in order && order['staff'];
    if (row.askedBy === approver.staff.id || about === approver.staff.id) {
      throw new Fault('access.own_matter');
    }
  }

  async #kept(unit: Unit, id: string): Promise<{ order: Json; why: string }> {
    const text = await this.#parts.texts.get(unit, place(id));
    if (text === undefined) throw new Fault('access.approval_unknown');
    return JSON.parse(text) as { order: Json; why: string };
  }

  async #note(unit: Unit, row: ApprovalRow): Promise<void> {
    await this.#parts.register.note(unit, {
      type: 'approval.given',
      disclosures: [
        { name: 'approval', value: row.id },
        { name: 'kind', value: row.kind },
        { name: 'standing', value: row.standing },
        { name: 'askedBy', value: row.askedBy },
        { name: 'decidedBy', value: row.decidedBy ?? '' },
      ],
      of: [{ name: 'order', bytes: row.orderSha256 }],
    });
  }

  #digest(order: Json): Promise<Uint8Array> {
    return this.#parts.engine.digest('sha256', canonicalBytes(order));
  }
}

function place(id: string, part = 'order'): { subject: string; field: string } {
  return { subject: office, field: `approval:${id}:${part}` };
}
