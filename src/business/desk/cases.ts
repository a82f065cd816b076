/**
 * Cases as staff and machines see them: lists, one case with masked values, finding a person.
 *
 * A case out of somebody's reach and a case that does not exist get the same refusal, so that
 * guessing ids tells nothing. Reach is part of the SQL; a role that was taken away, or a grant
 * whose permission was, shows stars again at the next request.
 */
import { addSeconds, type Clock, type Instant, instantFromMs } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import {
  type BreakGlass,
  type By,
  type Caller,
  type Duties,
  type Permission,
  type RateStore,
  type Rights,
  rateFault,
  searchLimit,
} from '#business/access';
import { type MaskedField, masked, maskedFields } from './masks.ts';
import type { CaseCursor, CaseFilter, CaseRow, CaseRows, GrantStore, People } from './ports.ts';

const pageRowsMax = 50;
const foundRowsMax = 20;
const searchCharactersMax = 50;
const nameSearchCharactersMin = 2;
const daySeconds = 86_400;

export interface CaseDeskParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly rights: Rights;
  readonly glass: BreakGlass;
  readonly duties: Duties;
  readonly rows: CaseRows;
  readonly people: People;
  readonly grants: GrantStore;
  readonly rates: RateStore;
}

/** Who asks, for which institution. */
export interface Asker {
  readonly tenant: TenantId;
  readonly caller: Caller;
}

/** One personal value as a desk shows it. */
export interface ShownValue {
  readonly text: string;
  readonly masked: boolean;
}

/** One case as a desk shows it. */
export interface ShownCase extends CaseRow {
  readonly person: Readonly<Partial<Record<MaskedField, ShownValue>>>;
  /** Why values are missing: erased, restricted, or nobody has applied yet. */
  readonly personStands: 'shown' | 'none' | 'erased' | 'restricted';
}

/** What is looked for: an exact number, or a part of a name. */
export interface Search {
  readonly field: 'idNumber' | 'phone' | 'card' | 'name';
  readonly text: string;
}

/** Shows cases to those whose they are. */
export class CaseDesk {
  readonly #parts: CaseDeskParts;

  constructor(parts: CaseDeskParts) {
    this.#parts = parts;
  }

  /** A page of cases within reach, newest first, and the cursor of the next one. */
  async list(
    { tenant, caller }: Asker,
    question: { filter: CaseFilter; cursor?: string | undefined },
  ): Promise<{ rows: readonly CaseRow[]; next: string | undefined }> {
    requireOwnHouse(tenant, caller);
    this.#parts.rights.require(caller, 'case.list');
    const reach = this.#parts.rights.reachOf(caller, 'case.list');
    // What stands open by break-glass is one case, not a list.
    if (reach === undefined) throw new Fault('access.not_permitted', { permission: 'case.list' });
    const after = question.cursor === undefined ? undefined : cursorOf(question.cursor);
    const { filter } = question;
    const rows = await this.#parts.units.run(tenant, (unit) =>
      this.#parts.rows.list(unit, { reach, filter, after, countMax: pageRowsMax + 1 }),
    );
    const page = rows.slice(0, pageRowsMax);
    const last = page.at(-1);
    const next = rows.length > pageRowsMax && last !== undefined ? printCursor(last) : undefined;
    return { rows: page, next };
  }

  async read(asker: Asker, caseId: string): Promise<ShownCase> {
    return this.#parts.units.run(asker.tenant, async (unit) => {
      const row = await this.admit(unit, asker.caller, { caseId, permission: 'case.read' });
      return this.#shown(unit, asker.caller, row);
    });
  }

  /** Refuses any case that is not within the caller's reach as if it were not there. */
  async require(asker: Asker, caseId: string, permission: Permission = 'case.read'): Promise<void> {
    await this.#parts.units.run(asker.tenant, (unit) =>
      this.admit(unit, asker.caller, { caseId, permission }),
    );
  }

  /** May a restricted person's record be opened for what this caller says that he asks for? */
  isLegal({ caller }: Asker, purpose: string | undefined): boolean {
    return this.#parts.rights.isLegal(caller, purpose);
  }

  /** In the unit of the act: a person does it under one hat only; a machine wears none. */
  acted({ caller }: Asker, done: { caseId: string; act: string }): Commit<void> {
    return async (unit) => {
      if (caller.kind !== 'staff') return;
      await this.#parts.duties.take(unit, { ...done, staff: caller.staff.id });
    };
  }

  /** The row, if this caller may; what a break-glass lets through is marked as used. */
  async admit(
    unit: Unit,
    caller: Caller,
    asked: { caseId: string; permission: Permission },
  ): Promise<CaseRow & { readonly by: By }> {
    const { caseId, permission } = asked;
    requireOwnHouse(unit.tenant, caller);
    this.#parts.rights.require(caller, permission);
    const row = await this.#parts.rows.one(unit, caseId);
    if (row === undefined) throw unknownCase(caseId);
    const by = this.#mayOn(caller, permission, row);
    if (by === undefined) throw unknownCase(caseId);
    await this.#parts.glass.mark(unit, by, permission);
    return { ...row, by };
  }

  /** Cases of a person within reach; nothing tells whether there are others beyond it. */
  async find({ tenant, caller }: Asker, search: Search): Promise<readonly ShownCase[]> {
    requireOwnHouse(tenant, caller);
    this.#parts.rights.require(caller, 'case.find');
    const reach = this.#parts.rights.reachOf(caller, 'case.find');
    if (reach === undefined) throw new Fault('access.not_permitted', { permission: 'case.find' });
    const text = searchText(search);
    await this.#takeSearch(tenant, caller);
    return this.#parts.units.run(tenant, async (unit) => {
      const { people } = this.#parts;
      const subjects =
        search.field === 'name'
          ? await people.findLike(unit, 'name', text)
          : await people.find(unit, search.field, text);
      if (subjects.length === 0) return [];
      const question = { reach, filter: { subjects }, after: undefined, countMax: foundRowsMax };
      const rows = await this.#parts.rows.list(unit, question);
      const shown: ShownCase[] = [];
      for (const row of rows) shown.push(await this.#shown(unit, caller, row));
      return shown;
    });
  }

  /** In a unit of its own, so that a search that fails is one all the same. */
  async #takeSearch(tenant: TenantId, caller: Caller): Promise<void> {
    if (caller.kind !== 'staff') return;
    const { units, rates, clock } = this.#parts;
    const question = { limit: searchLimit, now: clock.now() };
    const bucket = `search:${caller.staff.id}`;
    const waitMs = await units.run(tenant, (unit) => rates.take(unit, bucket, question));
    const tooOften = rateFault(waitMs);
    if (tooOften !== undefined) throw tooOften;
  }

  async #shown(unit: Unit, caller: Caller, row: CaseRow): Promise<ShownCase> {
    const clear = await this.#clearFields(unit, caller, row);
    const person: Partial<Record<MaskedField, ShownValue>> = {};
    try {
      const values = await this.#parts.people.valuesOf(unit, row.subject, maskedFields);
      for (const field of maskedFields) {
        const value = values[field];
        if (value === undefined) continue;
        const open = clear.has(field);
        person[field] = { text: open ? value : masked(field, value), masked: !open };
      }
    } catch (thrown) {
      const code = faultCode(thrown);
      if (code === 'vault.erased') return { ...row, person: {}, personStands: 'erased' };
      if (code === 'vault.restricted') return { ...row, person: {}, personStands: 'restricted' };
      throw thrown;
    }
    const personStands = Object.keys(person).length === 0 ? 'none' : 'shown';
    return { ...row, person, personStands };
  }

  /** By role, and by grants that still stand while the permission itself does. */
  async #clearFields(unit: Unit, caller: Caller, row: CaseRow): Promise<ReadonlySet<string>> {
    const { rights, grants, clock } = this.#parts;
    const byRole = rights.plainFields(caller);
    if (caller.kind !== 'staff' || this.#mayOn(caller, 'case.unmask', row) === undefined) {
      return byRole;
    }
    const of = { staff: caller.staff.id, caseId: row.id, now: clock.now() };
    const granted = (await grants.live(unit, of)).flatMap(({ fields }) => fields);
    return new Set([...byRole, ...granted]);
  }

  #mayOn(caller: Caller, permission: Permission, row: CaseRow): By | undefined {
    try {
      const target = { unitPath: row.unitPath, caseId: row.id };
      return this.#parts.rights.requireOn(caller, permission, target);
    } catch (thrown) {
      if (faultCode(thrown) === 'access.not_permitted') return undefined;
      throw thrown;
    }
  }
}

/** Units of two institutions may have one path: rights of one are nothing in another. */
function requireOwnHouse(tenant: TenantId, caller: Caller): void {
  const own =
    caller.kind === 'staff'
      ? caller.staff.tenant
      : caller.kind === 'machine' && caller.client.tenant;
  if (own !== tenant) throw new Fault('access.not_yours');
}

function unknownCase(caseId: string): Fault {
  return new Fault('lending.case_unknown', { case: caseId });
}

/** The first instant of a day in China and of the day after it. */
export function dayOf(date: string): { readonly from: Instant; readonly before: Instant } {
  const ms = Date.parse(`${date}T00:00:00.000+08:00`);
  if (!Number.isSafeInteger(ms)) throw new Fault('desk.search_malformed', { at: 'date' });
  const from = instantFromMs(ms);
  return { from, before: addSeconds(from, daySeconds) };
}

function searchText({ field, text }: Search): string {
  const trimmed = text.trim();
  const length = [...trimmed].length;
  const shortest = field === 'name' ? nameSearchCharactersMin : 1;
  if (length < shortest || length > searchCharactersMax) {
    throw new Fault('desk.search_malformed', { at: field });
  }
  return trimmed;
}

function printCursor({ openedAt, id }: CaseCursor): string {
  return `${openedAt}.${id}`;
}

function cursorOf(text: string): CaseCursor {
  const [, ms, id] = /^(\d{1,15})\.([A-Za-z0-9_-]{22})$/.exec(text) ?? [];
  if (ms === undefined || id === undefined) throw new Fault('desk.cursor_malformed');
  return { openedAt: instantFromMs(Number(ms)), id };
}
