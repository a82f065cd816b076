/**
 * UTCTime and GeneralizedTime in DER (ITU-T X.690 §11.7, §11.8; RFC 5280 §4.1.2.5), always Zulu.
 *
 * A parsed time prints back to the same content or it is refused, so a day such as 31 February or
 * a trailing zero in a fraction never gets in.
 */
import { fromLatin1, latin1 } from '#base/bytes';
import type { Instant } from '#base/clock';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { tag } from './tags.ts';
import { type Der, derLike } from './tree.ts';
import { tlv } from './writer.ts';

const utcTimeYearsFrom = 1950;
const utcTimeYearsUntil = 2049;

const microsMax = 999;

/**
 * Milliseconds as a fraction without trailing zeros, none if the second is whole; `micros`, below
 * 1,000, are behind them.
 */
export function generalizedTime(instant: Instant, micros = 0): Uint8Array {
  return tlv(tag.generalizedTime, fromLatin1(generalizedText(instant, micros)));
}

/** A GeneralizedTime with up to six digits of a fraction: the instant, and microseconds past it. */
export function preciseTimeOf(value: Der): { readonly time: Instant; readonly micros: number } {
  const finer = /^(.*\.\d{3})(\d{1,3})Z$/.exec(latin1(value.content));
  if (finer === null) return { time: timeOf(value), micros: 0 };
  const [, stem = '', digits = ''] = finer;
  const micros = Number(digits.padEnd(3, '0'));
  // Cut to what `timeOf` reads; printed again with the rest it must be what stood here.
  const cut = fromLatin1(`${stem.replace(/\.?0+$/, '')}Z`);
  const time = timeOf(derLike(value, { content: cut }));
  if (generalizedText(time, micros) !== latin1(value.content)) {
    throw new Fault('der.malformed', { at: value.at, why: 'time' });
  }
  return { time, micros };
}

/** RFC 5280 §4.1.2.5: whole seconds, UTCTime through 2049, GeneralizedTime after. */
export function certificateTime(instant: Instant): Uint8Array {
  const whole = instantFromMs(Math.floor(instant / 1000) * 1000);
  const text = generalizedText(whole);
  return inUtcTimeYears(text)
    ? tlv(tag.utcTime, fromLatin1(text.slice(2)))
    : generalizedTime(whole);
}

/** The instant of a UTCTime or GeneralizedTime. */
export function timeOf(value: Der): Instant {
  const text = latin1(value.content);
  const full = value.tag === tag.utcTime ? `${centuryOf(text)}${text}` : text;
  const isTime = value.tag === tag.utcTime || value.tag === tag.generalizedTime;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,3}))?Z$/.exec(full);
  if (!isTime || match === null) throw new Fault('der.malformed', { at: value.at, why: 'time' });
  const [, year, month, day, hour, minute, second, fraction = ''] = match;
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0')}Z`,
  );
  if (!Number.isSafeInteger(ms) || generalizedText(instantFromMs(ms)) !== full) {
    throw new Fault('der.malformed', { at: value.at, why: 'time' });
  }
  return instantFromMs(ms);
}

/**
 * Any time X.680 §46 and §47 allow, as foreign signers write it: without seconds, with a zone, with
 * any fraction (cut to milliseconds). `zone` counts where none is written. Undefined for no time.
 */
export function looseTimeOf(value: Der, zone: 'Z' | '+0800' = 'Z'): Instant | undefined {
  const text = latin1(value.content);
  const full = value.tag === tag.utcTime ? `${centuryOf(text)}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,](\d+))?(Z|[+-]\d{4})?$/.exec(full);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '', own = zone] = match;
  const offset = own === 'Z' ? 'Z' : `${own.slice(0, 3)}:${own.slice(3)}`;
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  const civil = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}`;
  // 30 February and 24 o'clock are read as the day after by some and refused by others.
  const isOnClock = new Date(Date.parse(`${civil}Z`) || 0).toISOString() === `${civil}Z`;
  const date = Date.parse(`${civil}${offset}`);
  return isOnClock && Number.isSafeInteger(date) ? instantFromMs(date) : undefined;
}

function generalizedText(instant: Instant, micros = 0): string {
  const iso = new Date(instant).toISOString();
  if (iso.length !== 24 || micros < 0 || micros > microsMax) {
    throw new Fault('der.unsuitable', { why: 'year' });
  }
  // By their places: a stamp writes and compares six times, and patterns took a tenth of it.
  const day = iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10);
  const hour = iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19);
  return `${day}${hour}${fractionText(instant, micros)}Z`;
}

/** X.690 §11.7.3: no trailing zeros, and no point before nothing. */
function fractionText(instant: Instant, micros: number): string {
  const ms = ((instant % 1_000) + 1_000) % 1_000;
  let left = ms * 1_000 + micros;
  if (left === 0) return '';
  let digits = 6;
  for (; left % 10 === 0; digits -= 1) left /= 10;
  return `.${String(left).padStart(digits, '0')}`;
}

function inUtcTimeYears(text: string): boolean {
  const year = Number(text.slice(0, 4));
  return year >= utcTimeYearsFrom && year <= utcTimeYearsUntil;
}

/** RFC 5280 §4.1.2.5.1: YY of 50 and more is 19YY, below it is 20YY. */
function centuryOf(text: string): string {
  return Number(text.slice(0, 2)) >= utcTimeYearsFrom % 100 ? '19' : '20';
}
