/**
 * What waits on the device itself, past the death of a tab: IndexedDB, one database, a store a shelf.
 *
 * A private window or an old web view may keep nothing; whoever puts something here can do without.
 */
const database = 'fubie';
const version = 2;
const shelves = ['enrolment', 'photos'] as const;

export type ShelfName = (typeof shelves)[number];

export function onShelf(
  shelf: ShelfName,
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, version);
    const fail = (): void => reject(new Error('the device keeps nothing'));
    opening.addEventListener('upgradeneeded', () => {
      const { result } = opening;
      for (const name of shelves) {
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name);
      }
    });
    opening.addEventListener('error', fail);
    opening.addEventListener('blocked', fail);
    opening.addEventListener('success', () => {
      const { result } = opening;
      // Another tab with a newer page must not wait for this one.
      result.addEventListener('versionchange', () => result.close());
      const transaction = result.transaction(shelf, mode);
      const asked = act(transaction.objectStore(shelf));
      // Not before it is on the disk: the tab may be killed in the next moment.
      transaction.addEventListener('complete', () => {
        result.close();
        resolve(asked.result);
      });
      transaction.addEventListener('abort', fail);
      asked.addEventListener('error', fail);
    });
  });
}
