/**
 * Who is dead raises no alarm of its own: silence that lasts too long is one.
 *
 * The log's process writes down, every few seconds, that it lives and when its sentinel last
 * answered. Whoever asks how the house stands reads that, and compares it with the clock.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';

export const logParts = ['sequencer', 'sentinel'] as const;

/** A part of a log whose silence is an alarm. */
export type LogPart = (typeof logParts)[number];

/** How often a sign of life is written. */
export const heartbeatMs = 5_000;
/** Four signs of life missed in a row. */
export const silentSecondsMax = 20;

/** An alarm that stands: its code, and what a person should know beside it. */
export interface Alarm {
  readonly code: string;
  readonly detail: string;
}

/** The last sign of life of one part of a tenant's log. */
export interface Heartbeat {
  readonly part: LogPart;
  readonly at: Instant;
}

/** Where the alarms and signs of life of the unit's tenant are read. */
export interface AlarmBoard {
  /** Oldest first. */
  standing(unit: Unit): Promise<readonly Alarm[]>;
  heartbeats(unit: Unit): Promise<readonly Heartbeat[]>;
}

/** All that is wrong with the tenant's log now; who is silent is `<part>_silent`. */
export async function alarmsOf(
  unit: Unit,
  board: AlarmBoard,
  now: Instant,
): Promise<readonly Alarm[]> {
  const silent = silentParts(await board.heartbeats(unit), now);
  return [...(await board.standing(unit)), ...silent];
}

function silentParts(beats: readonly Heartbeat[], now: Instant): readonly Alarm[] {
  return logParts.flatMap((part) => {
    const at = beats.find((beat) => beat.part === part)?.at;
    if (at === undefined) return [{ code: `${part}_silent`, detail: 'never heard of' }];
    const seconds = Math.floor((now - at) / 1_000);
    if (seconds <= silentSecondsMax) return [];
    return [{ code: `${part}_silent`, detail: `for ${seconds} seconds` }];
  });
}
