/**
 * Money is a whole number of fen (1/100 yuan) in a bigint; rates are exact fractions.
 *
 * No binary floating point touches an amount. Every division names its rounding; the house rounds
 * HALF_UP at each money result (requirements C: "HALF_UP at each money result").
 */
import { Fault } from '#base/fault';

export type Fen = bigint & { readonly brand: 'Fen' };

/** An exact non-negative rate, such as 23.4 % = 234/1000. */
export interface Rate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function fen(value: bigint): Fen {
  return value as Fen;
}

/** A whole number of fen as the outside face writes it: `500000`. */
export function parseFen(text: string): Fen {
  if (!/^(0|[1-9]\d{0,17})$/.test(text)) throw new Fault('base.money_malformed');
  return BigInt(text) as Fen;
}

/** `5,000.00`, as a contract prints it. */
export function formatYuan(amount: Fen): string {
  const sign = amount < 0n ? '-' : '';
  const digits = String(amount < 0n ? 0n - amount : amount).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${whole}.${digits.slice(-2)}`;
}

/** Parses a decimal text such as `0.234` into an exact rate. */
export function parseRate(text: string): Rate {
  const match = /^(\d{1,9})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) throw new Fault('base.rate_malformed', { text: text.slice(0, 40) });
  const fraction = match[2] ?? '';
  return {
    numerator: BigInt(`${match[1] ?? '0'}${fraction}`),
    denominator: 10n ** BigInt(fraction.length),
  };
}

/** Division rounded half away from zero, the commercial HALF_UP. The divisor must be positive. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new Fault('base.division_malformed');
  const magnitude = dividend < 0n ? -dividend : dividend;
  const rounded = (magnitude * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -rounded : rounded;
}
