/**
 * Opens tenants, finds them by host, and shows each what is its own.
 *
 * A tenant sees its own row and, of those above it, only what it takes over: names of products,
 * templates and the role table (S1-01). Of those below it sees sums, never a row.
 */
import { equal } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import type { OrganisationType, OrganisationTypes } from './organisation.ts';
import type { Ancestor, TenantDirectory, TenantRow, TenantStore } from './ports.ts';
import {
  type Lender,
  normalHost,
  printTenantRecord,
  type TenantRecord,
  type TenantState,
  tenantMoves,
} from './tenant.ts';

/** Writes a fact into the tenant's register. The evidence room does. */
export interface TenantRegister {
  note(
    unit: Unit,
    draft: {
      readonly type: 'tenant.opened' | 'tenant.closed';
      readonly disclosures: readonly [];
      readonly of: readonly { readonly name: string; readonly bytes: Uint8Array }[];
    },
  ): Promise<unknown>;
}

/** What a tenant's own staff see of it, with what it takes over from above. */
export interface TenantView {
  readonly record: TenantRecord;
  readonly state: TenantState;
  readonly openedAt: Instant;
  readonly type: OrganisationType;
  /** Undefined means: whatever the house offers. */
  readonly products: readonly string[] | undefined;
  readonly templates: readonly string[] | undefined;
  readonly roles: string;
}

export interface TenantsParts {
  readonly directory: TenantDirectory;
  readonly store: TenantStore;
  readonly register: TenantRegister;
  readonly types: OrganisationTypes;
  readonly clock: Clock;
}

/** The role table of whoever names none and stands under nobody that does. */
const rolesDefault = 'standard';

export class Tenants {
  readonly #parts: TenantsParts;

  constructor(parts: TenantsParts) {
    this.#parts = parts;
  }

  /** The tenant whose door was knocked at; undefined for a host nobody owns. */
  ofHost(host: string): Promise<TenantId | undefined> {
    return this.#parts.directory.ofHost(normalHost(host));
  }

  /** All that are not closed, oldest first. */
  ids(): Promise<readonly TenantId[]> {
    return this.#parts.directory.ids();
  }

  /** The unit's own tenant. */
  async own(unit: Unit): Promise<TenantRecord> {
    return (await this.#row(unit)).record;
  }

  async lender(unit: Unit): Promise<Lender> {
    const { name, code, address, phone, court } = await this.own(unit);
    return { name, code, address, phone, court };
  }

  async view(unit: Unit): Promise<TenantView> {
    const { record, state, openedAt } = await this.#row(unit);
    const line = await this.#parts.store.line(unit);
    const type = this.#parts.types.of(record.type);
    return { record, state, openedAt, type, ...inherited(record, line) };
  }

  /**
   * Refuses a product that neither the tenant nor anybody above it offers, and every loan of an
   * organisation whose kind may not lend: a court or a platform is a tenant too.
   */
  async requireOffered(unit: Unit, product: string): Promise<void> {
    const { products, type } = await this.view(unit);
    if (!type.lends) throw new Fault('tenancy.not_a_lender', { type: type.id });
    if (products !== undefined && !products.includes(product)) {
      throw new Fault('tenancy.product_not_offered', { product });
    }
  }

  /**
   * The row and the entry `tenant.opened`, in the unit of the new tenant. The same record again
   * changes nothing; another one under the same id is tenancy.exists_differently.
   */
  async open(unit: Unit, record: TenantRecord): Promise<void> {
    const { store, register, clock } = this.#parts;
    const known = await store.own(unit);
    const bytes = printTenantRecord(record);
    if (known !== undefined) {
      if (equal(printTenantRecord(known.record), bytes)) return;
      throw new Fault('tenancy.exists_differently', { tenant: record.id });
    }
    await store.add(unit, { record, state: 'open', openedAt: clock.now() });
    await this.#requirePlace(unit, record);
    const of = [{ name: 'tenant.json', bytes }];
    await register.note(unit, { type: 'tenant.opened', disclosures: [], of });
  }

  /** From here on its hosts answer nobody; its workers go on until everything is exported. */
  async leave(unit: Unit): Promise<void> {
    await this.#move(unit, 'leaving');
  }

  /** The end, with the digest of what was handed over. Repeating it changes nothing. */
  async close(unit: Unit, manifest: Uint8Array): Promise<void> {
    if (!(await this.#move(unit, 'closed'))) return;
    const of = [{ name: 'manifest.json', bytes: manifest }];
    await this.#parts.register.note(unit, { type: 'tenant.closed', disclosures: [], of });
  }

  async #move(unit: Unit, to: TenantState): Promise<boolean> {
    const { state } = await this.#row(unit);
    if (state === to) return false;
    const moves: readonly TenantState[] = tenantMoves[state];
    if (!moves.includes(to)) throw new Fault('tenancy.leaving', { tenant: unit.tenant, state });
    await this.#parts.store.move(unit, { state: to, at: this.#parts.clock.now() });
    return true;
  }

  /** The line is asked of the database: nobody says himself who stands above him. */
  async #requirePlace(unit: Unit, { type, parent }: TenantRecord): Promise<void> {
    const [above] = parent === undefined ? [] : await this.#parts.store.line(unit);
    if (parent !== undefined && above === undefined) {
      throw new Fault('tenancy.parent_unknown', { parent });
    }
    this.#parts.types.requirePlace(type, above?.type);
  }

  async #row(unit: Unit): Promise<TenantRow> {
    const row = await this.#parts.store.own(unit);
    if (row === undefined) throw new Fault('tenancy.tenant_unknown', { tenant: unit.tenant });
    return row;
  }
}

/** The nearest that says something decides; silence all the way up leaves the house's default. */
function inherited(
  record: TenantRecord,
  line: readonly Ancestor[],
): Pick<TenantView, 'products' | 'templates' | 'roles'> {
  const nearest = [record, ...line];
  return {
    products: nearest.find(({ products }) => products !== undefined)?.products,
    templates: nearest.find(({ templates }) => templates !== undefined)?.templates,
    roles: nearest.find(({ roles }) => roles !== undefined)?.roles ?? rolesDefault,
  };
}
