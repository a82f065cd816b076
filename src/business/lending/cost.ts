/**
 * What a loan costs a year, all fees included, from the borrower's own cash flows.
 *
 * Follows 央行公告〔2021〕第3号 (L-LN-15) and 金规〔2026〕2号 (L-LN-14): the flow of day 0 is what was
 * actually received, every later one what is paid to anybody. The simple figure (单利) is 12·i, the
 * compound one (IRR) (1+i)^12 − 1, the one by real dates XIRR on days / 365. Fixed-point bigints
 * and bisection: the same digits on every computer.
 */
import { Fault } from '#base/fault';
import { divideHalfUp, type Rate } from '#base/money';
import type { CalendarDate } from './days.ts';
import { daysBetween } from './days.ts';

/** A rate as a whole number of 10^-30. */
export type ScaledRate = bigint & { readonly brand: 'ScaledRate' };

export interface DatedFlow {
  readonly on: CalendarDate;
  /** Fen from the borrower's view: positive received, negative paid. */
  readonly fen: bigint;
}

export interface AnnualCost {
  readonly monthly: ScaledRate;
  /** 单利: must be labelled so wherever it is shown. */
  readonly simple: ScaledRate;
  /** IRR by equal months. */
  readonly compound: ScaledRate;
  /** XIRR by the real dates. */
  readonly byDates: ScaledRate;
}

const one = 10n ** 30n;
const yearDays = 365n;
const monthlyRateMax = 10n * one; // 1,000 % a month: beyond it there is no loan to describe.
const dailyRateMax = one;
const bisectionSteps = 110; // The bracket 10·10^30 is below one unit after 104 halvings.
const flowsMax = 1_200;

/** All three figures of one loan. The first flow is day 0; the others are a month apart. */
export function annualCost(flows: readonly DatedFlow[]): AnnualCost {
  const monthly = monthlyCost(flows.map((flow) => flow.fen));
  return {
    monthly,
    simple: (monthly * 12n) as ScaledRate,
    compound: (power(one + monthly, 12n) - one) as ScaledRate,
    byDates: costByDates(flows),
  };
}

/** i with Σ CF_t / (1+i)^t = 0, t in whole periods. */
export function monthlyCost(flows: readonly bigint[]): ScaledRate {
  checkFlows(flows);
  return solve(monthlyRateMax, (rate) => {
    // Horner from the far end: the worth of all that is still to come, one period nearer each turn.
    let worth = 0n;
    for (const flow of flows.toReversed()) worth = flow * one + (worth * one) / (one + rate);
    return worth;
  });
}

/** x with Σ CF / (1+x)^(days/365) = 0, solved for the daily factor so that all powers are whole. */
export function costByDates(flows: readonly DatedFlow[]): ScaledRate {
  checkFlows(flows.map((flow) => flow.fen));
  const start = flows[0]?.on;
  const dated = flows.map((flow) => ({
    fen: flow.fen,
    days: start === undefined ? 0n : BigInt(daysBetween(start, flow.on)),
  }));
  if (dated.some((flow) => flow.days < 0n)) throw new Fault('lending.flows_malformed');
  const daily = solve(dailyRateMax, (rate) =>
    dated.reduce((sum, { fen, days }) => sum + (fen * one * one) / power(one + rate, days), 0n),
  );
  return (power(one + daily, yearDays) - one) as ScaledRate;
}

/** An exact rate times another, at the scale of this file. */
export function scaledRate(rate: Rate, times: Rate): ScaledRate {
  const divisor = rate.denominator * times.denominator;
  return divideHalfUp(rate.numerator * times.numerator * one, divisor) as ScaledRate;
}

/** `26.08` for 0.2608…, rounded half up to the asked places. */
export function percentText(rate: ScaledRate, places = 2): string {
  const unit = one / 10n ** BigInt(places + 2);
  const digits = String((rate * 2n + unit) / (unit * 2n)).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function checkFlows(flows: readonly bigint[]): void {
  const [received, ...paid] = flows;
  const total = paid.reduce((sum, flow) => sum + flow, 0n);
  const sound =
    received !== undefined &&
    received > 0n &&
    paid.length < flowsMax &&
    paid.every((flow) => flow <= 0n) &&
    received + total <= 0n;
  if (!sound) throw new Fault('lending.flows_malformed');
}

/** The worth grows with the rate, for what is paid later counts less: one root, by halving. */
function solve(rateMax: bigint, worthAt: (rate: bigint) => bigint): ScaledRate {
  let low = 0n;
  let high = rateMax;
  if (worthAt(high) < 0n) throw new Fault('lending.flows_malformed', { why: 'no_rate' });
  for (let step = 0; step < bisectionSteps && high - low > 1n; step += 1) {
    const middle = (low + high) / 2n;
    if (worthAt(middle) < 0n) low = middle;
    else high = middle;
  }
  return (worthAt(low) >= 0n ? low : high) as ScaledRate;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = one;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) / one;
    square = (square * square) / one;
  }
  return result;
}
