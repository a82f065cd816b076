/**
 * Reads the dates of PDF (ISO 32000-1 §7.9.4) as they are met: `D:20261121223000+08'00'`, with
 * parts left out from the end, with `Z`, without an apostrophe at the end.
 */
import { type Instant, instantFromMs } from '#base/clock';

const datePattern =
  /^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([Z+-])(?:(\d\d)'?(?:(\d\d)'?)?)?)?/;
const minuteMs = 60_000;

/** Without an offset it is taken for UTC; undefined where it is no date. */
export function readPdfDate(text: string): Instant | undefined {
  const parts = datePattern.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00'] = parts;
  const [sign, hours = '00', minutes = '00'] = parts.slice(7);
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const away = (Number(hours) * 60 + Number(minutes)) * minuteMs;
  const inRange = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1;
  if (!inRange || Number.isNaN(ms)) return undefined;
  return instantFromMs(sign === '-' ? ms + away : ms - (sign === '+' ? away : 0));
}
