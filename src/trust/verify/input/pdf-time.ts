/**
 * The time a PDF claims in /M: `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-1 §7.9.4), with the parts that
 * writers leave out. Without an offset it is read as UTC.
 */
import { type Instant, instantFromMs } from '#base/clock';

const pattern =
  /^(?:D:)?(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:Z|([+-])(\d{2})'?(\d{2})?'?)?/;
const minuteMs = 60_000;

/** Undefined for what is no time. */
export function pdfTime(text: string | undefined): Instant | undefined {
  const match = text === undefined ? null : pattern.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const offset = (Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0)) * minuteMs;
  return instantFromMs(match[7] === '-' ? local + offset : local - offset);
}
