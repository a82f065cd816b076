/** How figures are written on the desk's screens. */

/** `123456` fen → `1,234.56`. */
export function yuanOf(fen: string): string {
  const digits = fen.padStart(3, '0');
  return `${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
}

/** `12345` → `12,345`. */
export function grouped(count: number | string): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `2026-11-21T10:00:00.123+08:00` → `2026-11-21 10:00`: the house writes Chinese time already. */
export function minuteOf(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}

/** The same to the second, for a record whose order matters. */
export function secondOf(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

export function clockOf(instant: string): string {
  return instant.slice(11, 19);
}
