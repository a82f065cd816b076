/**
 * Break-glass: in an emergency one reaches beyond his role, for one case and a few minutes.
 *
 * Evidence before effect: the entry `breakglass.opened` is durable before anything is shown. What
 * is read under it is listed, an alarm stands until another person has reviewed it, and whoever
 * has one that is not reviewed opens no second one.
 */
import { addSeconds, type Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, Unit } from '#base/unit';
import type { Caller } from './caller.ts';
import type { GlassRow, GlassStore } from './duty-ports.ts';
import type { Permission } from './permission.ts';
import type { KeptTexts, Register } from './ports.ts';
import type { By, Rights } from './rights.ts';
import { office, requireReason, requireStaff } from './subjects.ts';

const unreviewedMax = 200;

export interface BreakGlassParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: GlassStore;
  readonly texts: KeptTexts;
  readonly rights: Rights;
  readonly register: Register;
  /** The path of the unit a case belongs to; undefined when there is no such case. */
  readonly unitPathOfCase: (unit: Unit, caseId: string) => Promise<string | undefined>;
  /** The path of the unit a member of staff works at, his row locked until the unit ends. */
  readonly unitPathOfStaff: (unit: Unit, staff: string) => Promise<string>;
}

/** What a reviewer is shown: why it was opened and what was done under it. */
export interface ShownGlass extends GlassRow {
  readonly why: string;
  readonly overdue: boolean;
  readonly uses: readonly { readonly at: number; readonly act: string }[];
}

/** Opens, lists and reviews break-glasses. */
export class BreakGlass {
  readonly #parts: BreakGlassParts;

  constructor(parts: BreakGlassParts) {
    this.#parts = parts;
  }

  open(
    caller: Caller,
    order: { permission: Permission; caseId: string; why: string; minutes: number },
  ): Commit<GlassRow> {
    const { staff } = requireStaff(caller);
    const { rights, clock, store } = this.#parts;
    rights.require(caller, 'breakglass.open');
    const limits = rights.rules.breakGlass;
    const why = requireReason(order.why);
    if (!limits.permissions.includes(order.permission) || order.minutes > limits.minutesMax) {
      throw new Fault('access.glass_refused', { minutesMax: limits.minutesMax });
    }
    return async (unit) => {
      // Locks his row: of two emergencies at once the second one sees the first.
      await this.#parts.unitPathOfStaff(unit, staff.id);
      const before = await store.unreviewed(unit, { staff: staff.id, countMax: 1 });
      if (before.length > 0) throw new Fault('access.glass_unreviewed');
      const unitPath = await this.#parts.unitPathOfCase(unit, order.caseId);
      if (unitPath === undefined) throw new Fault('access.glass_refused', { why: 'case' });
      const openedAt = clock.now();
      const row: GlassRow = {
        id: uuidv7(this.#parts),
        staff: staff.id,
        permission: order.permission,
        caseId: order.caseId,
        openedAt,
        until: addSeconds(openedAt, order.minutes * 60),
        reviewUntil: addSeconds(openedAt, limits.reviewHoursMax * 3600),
        reviewedBy: undefined,
        reviewedAt: undefined,
        verdict: undefined,
      };
      await store.add(unit, row);
      await this.#parts.texts.put(unit, place(row.id), why);
      await this.#note(unit, 'breakglass.opened', {
        glass: row.id,
        staff: staff.id,
        permission: row.permission,
        case: row.caseId,
        minutes: order.minutes,
      });
      return row;
    };
  }

  /** Marks what is about to be shown, when it is shown by a break-glass and not by a role. */
  async mark(unit: Unit, by: By, act: string): Promise<void> {
    if (by === 'role') return;
    await this.#parts.store.use(unit, { glass: by.id, at: this.#parts.clock.now(), act });
  }

  /** Another person's verdict; who opened it never reviews it. */
  review(
    caller: Caller,
    word: { id: string; verdict: 'justified' | 'not_justified'; why: string },
  ): Commit<GlassRow> {
    const { staff } = requireStaff(caller);
    const why = requireReason(word.why);
    return async (unit) => {
      const { rights, store, clock } = this.#parts;
      const row = await store.lock(unit, word.id);
      if (row === undefined) throw new Fault('access.glass_unknown');
      const unitPath = await this.#parts.unitPathOfStaff(unit, row.staff);
      rights.requireOn(caller, 'breakglass.review', { unitPath });
      if (row.staff === staff.id) throw new Fault('access.own_matter');
      if (row.verdict !== undefined) throw new Fault('access.glass_reviewed');
      const now = clock.now();
      // A verdict ends the emergency: what was open closes with it.
      const until = row.until < now ? row.until : now;
      const reviewed = { reviewedBy: staff.id, reviewedAt: now, verdict: word.verdict, until };
      const next: GlassRow = { ...row, ...reviewed };
      await store.save(unit, next);
      await this.#parts.texts.put(unit, place(row.id, 'review'), why);
      await this.#note(unit, 'breakglass.reviewed', {
        glass: row.id,
        staff: row.staff,
        reviewedBy: staff.id,
        verdict: word.verdict,
      });
      return next;
    };
  }

  /** What nobody has reviewed of people within reach, with why and what was done. */
  async unreviewed(unit: Unit, caller: Caller): Promise<readonly ShownGlass[]> {
    const { rights, store } = this.#parts;
    const permission = 'breakglass.review';
    rights.require(caller, permission);
    const reach = rights.reachOf(caller, permission);
    if (reach === undefined) throw new Fault('access.not_permitted', { permission });
    const rows = await store.unreviewed(unit, { reach, countMax: unreviewedMax });
    const shown: ShownGlass[] = [];
    for (const row of rows) {
      const why = (await this.#parts.texts.get(unit, place(row.id))) ?? '';
      const uses = await this.#parts.store.usesOf(unit, row.id);
      shown.push({ ...row, why, uses, overdue: row.reviewUntil <= this.#parts.clock.now() });
    }
    return shown;
  }

  /** For the status page: how many wait for review, and how many have waited too long. */
  async standing(unit: Unit): Promise<{ unreviewed: number; overdue: number }> {
    const rows = await this.#parts.store.unreviewed(unit, { countMax: unreviewedMax });
    const now = this.#parts.clock.now();
    const overdue = rows.filter(({ reviewUntil }) => reviewUntil <= now).length;
    return { unreviewed: rows.length, overdue };
  }

  async #note(
    unit: Unit,
    type: 'breakglass.opened' | 'breakglass.reviewed',
    said: Readonly<Record<string, string | number>>,
  ): Promise<void> {
    const disclosures = Object.entries(said).map(([name, value]) => ({ name, value }));
    await this.#parts.register.note(unit, { type, disclosures, of: [] });
  }
}

function place(id: string, part = 'why'): { subject: string; field: string } {
  return { subject: office, field: `glass:${id}:${part}` };
}
