/**
 * What is counted for a tenant, what it costs, and when it is enough (S2-85).
 */
import { z } from 'zod';
import { toHex } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { type Clock, chinaDate } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type Metered, metered } from './metered.ts';
import { jsonOf } from './organisation.ts';
import type { TenantStore, UsageStore, UsageSums } from './ports.ts';

/** Counts for the tenant of a unit, and says whether there is room for more. */
export interface Meter {
  count(unit: Unit, what: Metered, n: number): Promise<void>;
  /** Before work starts: refuses with tenancy.quota_exceeded when the month's quota is used up. */
  requireRoom(unit: Unit, what: Metered): Promise<void>;
}

const monthPattern = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const priceShape = z.strictObject({
  what: z.enum(metered),
  from: day,
  to: day.nullable(),
  fenEach: z.string().regex(/^(0|[1-9]\d{0,11})$/),
});
const pricesShape = z.strictObject({
  currency: z.literal('CNY'),
  basis: z.string(),
  prices: z.array(priceShape),
});

/** The price list: dated rows; the row that holds on a month's first day prices that month. */
export type Prices = Readonly<z.infer<typeof pricesShape>>;

/** One line of a bill; money in fen. */
export interface BillLine {
  readonly what: Metered;
  readonly count: string;
  readonly fenEach: string;
  readonly fen: string;
}

/** A month's bill in both forms; the digest is of the JSON, which the CSV repeats. */
export interface Bill {
  readonly json: { readonly [name: string]: Json };
  readonly csv: string;
  readonly sha256: string;
}

export interface MeteringParts {
  readonly units: Units;
  readonly usage: UsageStore;
  readonly tenants: TenantStore;
  readonly prices: Prices;
  readonly engine: Engine;
  readonly clock: Clock;
}

export function parsePrices(bytes: Uint8Array): Prices {
  const parsed = pricesShape.safeParse(jsonOf(bytes));
  if (!parsed.success) throw new Fault('tenancy.prices_malformed');
  return parsed.data;
}

export class Metering implements Meter {
  readonly #parts: MeteringParts;

  constructor(parts: MeteringParts) {
    this.#parts = parts;
  }

  async count(unit: Unit, what: Metered, n: number): Promise<void> {
    await this.#parts.usage.add(unit, { month: this.#month(), what, n });
  }

  async requireRoom(unit: Unit, what: Metered): Promise<void> {
    const row = await this.#parts.tenants.own(unit);
    if (row === undefined) throw new Fault('tenancy.tenant_unknown', { tenant: unit.tenant });
    // Who leaves begins nothing, but takes every package along, whatever the quota says.
    if (row.state !== 'open') {
      if (what === 'packages') return;
      throw new Fault('tenancy.leaving', { tenant: unit.tenant });
    }
    const limit = row.record.quota[what];
    if (limit === undefined) return;
    const month = this.#month();
    const used = (await this.#parts.usage.ofMonth(unit, month))[what];
    if (used >= BigInt(limit)) throw new Fault('tenancy.quota_exceeded', { what, limit, month });
  }

  /** What the tenant used in a month; of those below it only the sums. */
  async usage(tenant: TenantId, month: string) {
    requireMonth(month);
    return this.#parts.units.run(tenant, async (unit) => {
      const own = await this.#parts.usage.ofMonth(unit, month);
      const row = await this.#parts.tenants.own(unit);
      const below = await this.#parts.usage.below(unit, month);
      return { month, own, below, quota: row?.record.quota ?? {} };
    });
  }

  async bill(tenant: TenantId, month: string): Promise<Bill> {
    const { own } = await this.usage(tenant, month);
    const lines = billLines(own, month, this.#parts.prices);
    const total = lines.reduce((sum, { fen }) => sum + BigInt(fen), 0n);
    const { currency, basis } = this.#parts.prices;
    const json = {
      v: 1,
      tenant,
      month,
      currency,
      basis,
      lines: lines.map((line) => ({ ...line })),
      totalFen: String(total),
    };
    const sha256 = toHex(await this.#parts.engine.digest('sha256', canonicalBytes(json)));
    return { json, csv: csvOf({ tenant, month, lines, total, sha256 }), sha256 };
  }

  /** The month it is in China, where it is used: `2026-11`. */
  #month(): string {
    return monthOf(chinaDate(this.#parts.clock.now()));
  }
}

/** Nothing is billed by a price that did not hold; a thing without a price costs nothing. */
function billLines(sums: UsageSums, month: string, { prices }: Prices): readonly BillLine[] {
  const first = `${month}-01`;
  return metered.map((what) => {
    const price = prices.findLast(
      (one) => one.what === what && one.from <= first && (one.to === null || first <= one.to),
    );
    const fenEach = price?.fenEach ?? '0';
    const count = sums[what];
    return { what, count: String(count), fenEach, fen: String(count * BigInt(fenEach)) };
  });
}

/** RFC 4180. No cell can hold a comma, a quote or a formula: all are words and digits of ours. */
function csvOf(bill: {
  tenant: string;
  month: string;
  lines: readonly BillLine[];
  total: bigint;
  sha256: string;
}): string {
  const { tenant, month } = bill;
  const rows = bill.lines.map(({ what, count, fenEach, fen }) =>
    [tenant, month, what, count, fenEach, fen].join(),
  );
  return [
    'tenant,month,what,count,fen_each,fen',
    ...rows,
    [tenant, month, 'total', '', '', bill.total].join(),
    [tenant, month, 'sha256', bill.sha256, '', ''].join(),
    '',
  ].join('\r\n');
}

function monthOf(date: string): string {
  return date.slice(0, 7);
}

function requireMonth(month: string): void {
  if (!monthPattern.test(month)) throw new Fault('tenancy.month_malformed');
}

/** Sums as texts, for JSON. */
export function sumsJson(sums: UsageSums): Readonly<Record<Metered, string>> {
  const texts = metered.map((what) => [what, String(sums[what])] as const);
  return Object.fromEntries(texts) as Record<Metered, string>;
}
