/**
 * Makes the names in a folder as durable as the files they name.
 */
import { open } from 'node:fs/promises';

export async function syncFolder(folder: string): Promise<void> {
  const held = await open(folder, 'r');
  try {
    await held.sync();
  } finally {
    await held.close();
  }
}
