/**
 * Calendar days of a loan: due dates, day counts, and interest by days.
 *
 * Follows 银发〔2005〕129号 (L-LN-19): the first day counts and the last does not (算头不算尾), a daily
 * rate is annual / 360. A CalendarDate is a day in China without a time of day; no clock is read.
 */
import { Fault } from '#base/fault';
import type { Fen, Rate } from '#base/money';
import { divideHalfUp, fen } from '#base/money';

export type CalendarDate = string & { readonly brand: 'CalendarDate' };

export type DayCount = 'ACT/360' | 'ACT/365' | '30/360';

const dayMs = 86_400_000;
const dateChars = 10;
// Day 28 is the last that every month has; a later fixed day would move from month to month.
const repaymentDayMax = 28;

/** Accepts `2026-11-21` and only days that exist. */
export function parseDate(text: string): CalendarDate {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || dateOfDay(ms / dayMs) !== text) {
    throw new Fault('lending.date_malformed', { text: text.slice(0, dateChars) });
  }
  return text as CalendarDate;
}

export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return dayOf(to) - dayOf(from);
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dateOfDay(dayOf(date) + days);
}

/** The same day of a later month, or that month's last day where it is shorter. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = partsOf(date);
  const first = Date.UTC(year, month - 1 + months, 1);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dateOfDay(first / dayMs + Math.min(day, lastDay) - 1);
}

/** Whole years lived on a day, counted from midnight of the birthday (民法典 17, 1259). */
export function ageOn(born: CalendarDate, on: CalendarDate): number {
  const from = partsOf(born);
  const to = partsOf(on);
  const hadBirthday = to.month > from.month || (to.month === from.month && to.day >= from.day);
  return to.year - from.year - (hadBirthday ? 0 : 1);
}

/** The first day `repaymentDay` of a month that is at least `daysMin` days after disbursement. */
export function firstDueDate(rule: {
  readonly disbursedOn: CalendarDate;
  readonly repaymentDay: number;
  readonly daysMin: number;
}): CalendarDate {
  const { repaymentDay, daysMin } = rule;
  if (!Number.isInteger(repaymentDay) || repaymentDay < 1 || repaymentDay > repaymentDayMax) {
    throw new Fault('lending.terms_malformed', { term: 'repaymentDay' });
  }
  if (!Number.isInteger(daysMin) || daysMin < 0) {
    throw new Fault('lending.terms_malformed', { term: 'firstDueDaysMin' });
  }
  const { year, month } = partsOf(rule.disbursedOn);
  let due = dateOfDay(Date.UTC(year, month - 1, repaymentDay) / dayMs);
  while (daysBetween(rule.disbursedOn, due) < daysMin) due = addMonths(due, 1);
  return due;
}

/** Days of an interest period under a convention; both days of 30/360 are cut to 30. */
export function countDays(from: CalendarDate, to: CalendarDate, basis: DayCount): number {
  if (basis !== '30/360') return daysBetween(from, to);
  const a = partsOf(from);
  const b = partsOf(to);
  const months = (b.year - a.year) * 12 + b.month - a.month;
  return months * 30 + Math.min(b.day, 30) - Math.min(a.day, 30);
}

/** Simple interest for counted days, rounded HALF_UP to the fen. */
export function interestByDays(loan: {
  readonly principal: Fen;
  readonly annualRate: Rate;
  readonly days: number;
  readonly basis: DayCount;
}): Fen {
  const yearDays = loan.basis === 'ACT/365' ? 365n : 360n;
  const { numerator, denominator } = loan.annualRate;
  return fen(divideHalfUp(loan.principal * numerator * BigInt(loan.days), denominator * yearDays));
}

function dayOf(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs;
}

function dateOfDay(day: number): CalendarDate {
  return new Date(day * dayMs).toISOString().slice(0, dateChars) as CalendarDate;
}

function partsOf(date: CalendarDate): { year: number; month: number; day: number } {
  return {
    year: Number(date.slice(0, 4)),
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8)),
  };
}
