/**
 * Makes the names in a folder as durable as the files they name.
 *
 * Whoever asks while the folder is being written waits for the next writing, which serves all who
 * came meanwhile: one already begun may have missed a name that was made after it.
 */
import { close as closeBy, open as openBy, fsync as syncBy } from 'node:fs';
import { promisify } from 'node:util';

const open = promisify(openBy);
const flush = promisify(syncBy);
const close = promisify(closeBy);

const running = new Map<string, Promise<void>>();
const waiting = new Map<string, Promise<void>>();

export function syncFolder(folder: string): Promise<void> {
  const next = waiting.get(folder);
  if (next !== undefined) return next;
  const before = running.get(folder);
  if (before === undefined) return begun(folder);
  const after = before
    .catch(() => undefined)
    .then(() => {
      waiting.delete(folder);
      return begun(folder);
    });
  waiting.set(folder, after);
  return after;
}

function begun(folder: string): Promise<void> {
  const sync = synced(folder).finally(() => {
    if (running.get(folder) === sync) running.delete(folder);
  });
  running.set(folder, sync);
  return sync;
}

async function synced(folder: string): Promise<void> {
  const held = await open(folder, 'r');
  try {
    await flush(held);
  } finally {
    await close(held);
  }
}
