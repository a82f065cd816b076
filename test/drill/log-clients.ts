/**
 * Parties that deposit entries whatever happens to the log, each with a file of its own in which
 * every receipt is on the disk before the next entry is made.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

import { toBase64 } from '#base/bytes';
import { systemRandom } from '#base/random';

/** Entries of one deposit and the places they were promised. */
export interface Receipt {
  readonly entries: readonly string[];
  readonly places: readonly number[];
}

/** Sends to whichever sequencer holds the log now; rejects when that one is gone. */
export type Send = (entries: readonly string[]) => Promise<readonly number[]>;

const entryBytes = 200;
const againMs = 10;

/** One such party: deposits of 1 to `most` entries until told to stop. */
export async function runClient(
  folder: string,
  client: { readonly name: string; readonly most: number; readonly send: Send },
  stop: AbortSignal,
): Promise<void> {
  const file = await open(join(folder, `${client.name}.receipts`), 'a');
  try {
    for (let turn = 1; !stop.aborted; turn += 1) {
      const count = 1 + (turn % client.most);
      const entries = Array.from({ length: count }, () => toBase64(systemRandom.bytes(entryBytes)));
      const places = await untilAnswered(client.send, entries);
      await writeDown(file, { entries, places });
    }
  } finally {
    await file.close();
  }
}

/** The same bytes again and again: what was placed and not answered must not stand there twice. */
async function untilAnswered(send: Send, entries: readonly string[]): Promise<readonly number[]> {
  for (;;) {
    try {
      return await send(entries);
    } catch {
      await new Promise((resume) => setTimeout(resume, againMs));
    }
  }
}

async function writeDown(file: FileHandle, receipt: Receipt): Promise<void> {
  await file.writeFile(`${JSON.stringify(receipt)}\n`);
  await file.datasync();
}
