/** Seconds as a person says them. */
import type { Values } from '../ui/language.tsx';

type Say = (key: 'wholeMinutes' | 'minutes' | 'seconds', values: Values) => string;

const minuteSeconds = 60;

export function durationText(seconds: number, say: Say): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < minuteSeconds) return say('seconds', { s: whole });
  const m = Math.floor(whole / minuteSeconds);
  const s = whole % minuteSeconds;
  return s === 0 ? say('wholeMinutes', { m }) : say('minutes', { m, s });
}
