/**
 * The last day to answer: so many working days after the day a request came.
 *
 * Only Saturdays and Sundays are left out. Public holidays are announced year by year; not knowing
 * them makes the day earlier than it need be, never later.
 */
import { Fault } from '#base/fault';
import { addDays, type CalendarDate } from '#business/lending';

const workingDaysMax = 250;

export function workingDaysAfter(day: CalendarDate, count: number): CalendarDate {
  if (!Number.isInteger(count) || count < 0 || count > workingDaysMax) {
    throw new Fault('privacy.rule_missing', { kind: 'working days' });
  }
  let due = day;
  for (let left = count; left > 0; ) {
    due = addDays(due, 1);
    if (isWorkingDay(due)) left -= 1;
  }
  return due;
}

function isWorkingDay(day: CalendarDate): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}
