/**
 * Where the enrolment key's handle waits while she looks for the code in another app.
 *
 * IndexedDB keeps a CryptoKey without showing its bytes to anybody. A device that keeps nothing
 * only loses the code she was sent: the page asks for another.
 */
import { onShelf } from './shelf.ts';

export interface WaitingKey {
  readonly intent: string;
  readonly pair: CryptoKeyPair;
}

const shelf = 'enrolment';
const place = 'waiting';

let held: WaitingKey | undefined;

export async function keepEnrolment(waiting: WaitingKey): Promise<void> {
  held = waiting;
  try {
    await onShelf(shelf, 'readwrite', (store) => store.put(waiting, place));
  } catch {
    // In a private window it waits in the page alone.
  }
}

/** The key that asked for this intent, if it was made on this device. */
export async function enrolmentOf(intent: string): Promise<CryptoKeyPair | undefined> {
  if (held?.intent === intent) return held.pair;
  try {
    const waiting = (await onShelf(shelf, 'readonly', (store) => store.get(place))) as
      | WaitingKey
      | undefined;
    return waiting?.intent === intent ? waiting.pair : undefined;
  } catch {
    return undefined;
  }
}

export async function dropEnrolment(): Promise<void> {
  held = undefined;
  try {
    await onShelf(shelf, 'readwrite', (store) => store.delete(place));
  } catch {
    // Nothing was kept.
  }
}
