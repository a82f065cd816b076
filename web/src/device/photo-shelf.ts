/**
 * Photographs that were taken and have not arrived: they wait on the device until the house has
 * acknowledged them, so that a killed tab or a dead line costs no second photograph.
 *
 * An ID card lies here from the moment she says "use it" and no longer than it must: it goes when the
 * house has it, when she leaves the case on this device, and after a day in any case.
 */
import type { Photo, Place } from './photo.ts';
import { onShelf } from './shelf.ts';

/** What is told of a photograph when it is announced. */
export interface Told {
  readonly kind: string;
  readonly device?: string;
  readonly place?: Place;
}

/** How far the house has it. */
export interface Opened {
  readonly capture: string;
  readonly chunkBytes: number;
  readonly missing: readonly number[];
}

export interface WaitingPhoto {
  readonly caseId: string;
  readonly photo: Photo;
  readonly told: Told;
  /** Milliseconds since 1970 by this device's clock. */
  readonly since: number;
  /** Undefined as long as the house has not answered the announcement. */
  readonly opened?: Opened | undefined;
}

/** The house takes nothing that was announced longer ago. */
export const waitsMsMax = 24 * 3_600_000;

/** Where the device keeps nothing, the page itself remembers as long as it is open. */
const held = new Map<string, WaitingPhoto>();
const keyOf = ({ caseId, photo }: WaitingPhoto): string => `${caseId} ${photo.sha256}`;

export async function keepPhoto(waiting: WaitingPhoto): Promise<void> {
  held.set(keyOf(waiting), waiting);
  try {
    await onShelf('photos', 'readwrite', (store) => store.put(waiting, keyOf(waiting)));
  } catch {
    // Kept in the page alone.
  }
}

/** The photographs of a case that wait here, oldest first; what is too old is thrown away. */
export async function waitingPhotos(caseId: string, now: number): Promise<readonly WaitingPhoto[]> {
  const all = new Map((await kept()).map((one) => [keyOf(one), one]));
  for (const [key, one] of held) all.set(key, one);
  const old = [...all.values()].filter(({ since }) => now - since > waitsMsMax);
  for (const one of old) await dropPhoto(one);
  return [...all.values()]
    .filter((one) => one.caseId === caseId && !old.includes(one))
    .toSorted((a, b) => a.since - b.since);
}

export async function dropPhoto(waiting: WaitingPhoto): Promise<void> {
  held.delete(keyOf(waiting));
  try {
    await onShelf('photos', 'readwrite', (store) => store.delete(keyOf(waiting)));
  } catch {
    // Nothing was kept.
  }
}

/** She leaves: nothing of hers stays. */
export async function dropPhotos(): Promise<void> {
  held.clear();
  try {
    await onShelf('photos', 'readwrite', (store) => store.clear());
  } catch {
    // Nothing was kept.
  }
}

async function kept(): Promise<readonly WaitingPhoto[]> {
  try {
    return (await onShelf('photos', 'readonly', (store) => store.getAll())) as WaitingPhoto[];
  } catch {
    return [];
  }
}
