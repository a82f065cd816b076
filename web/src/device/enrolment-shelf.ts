/**
 * Where the enrolment key's handle waits while she looks for the code in another app.
 *
 * IndexedDB keeps a CryptoKey without showing its bytes to anybody. A device that keeps nothing
 * only loses the code she was sent: the page asks for another.
 */
export interface WaitingKey {
  readonly intent: string;
  readonly pair: CryptoKeyPair;
}

const database = 'fubie';
const shelf = 'enrolment';
const place = 'waiting';

let held: WaitingKey | undefined;

export async function keepEnrolment(waiting: WaitingKey): Promise<void> {
  held = waiting;
  try {
    await onShelf('readwrite', (store) => store.put(waiting, place));
  } catch {
    // In a private window it waits in the page alone.
  }
}

/** The key that asked for this intent, if it was made on this device. */
export async function enrolmentOf(intent: string): Promise<CryptoKeyPair | undefined> {
  if (held?.intent === intent) return held.pair;
  try {
    const waiting = (await onShelf('readonly', (store) => store.get(place))) as
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
    await onShelf('readwrite', (store) => store.delete(place));
  } catch {
    // Nothing was kept.
  }
}

function onShelf(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    const fail = (): void => reject(new Error('the device keeps nothing'));
    opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(shelf));
    opening.addEventListener('error', fail);
    opening.addEventListener('blocked', fail);
    opening.addEventListener('success', () => {
      const asked = act(opening.result.transaction(shelf, mode).objectStore(shelf));
      asked.addEventListener('success', () => {
        opening.result.close();
        resolve(asked.result);
      });
      asked.addEventListener('error', fail);
    });
  });
}
