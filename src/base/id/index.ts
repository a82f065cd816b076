/**
 * Names for things: opaque, sortable by time, made from a clock and chance that are handed in.
 */
import { toHex } from '#base/bytes';
import type { Clock } from '#base/clock';
import type { Random } from '#base/random';

/** UUID version 7, RFC 9562 section 5.7: 48 bits of milliseconds, then chance. */
export function uuidv7(parts: { clock: Clock; random: Random }): string {
  const bytes = parts.random.bytes(16);
  let ms: number = parts.clock.now();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
