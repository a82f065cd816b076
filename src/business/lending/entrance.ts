/**
 * Through which door a case came in (进件渠道; S0-09 counts by it, S2-05 lets a case change it).
 *
 * Not the legal channel of `channel.ts`: that one says whether a loan may be concluded at a
 * distance at all, this one only where the person was when it began.
 */
export const entrances = ['web', 'counter', 'app', 'agent'] as const;

/** One of the doors: a browser page, a branch counter, an application's web view, an agent. */
export type Entrance = (typeof entrances)[number];

export function isEntrance(text: string): text is Entrance {
  return entrances.some((one) => one === text);
}
