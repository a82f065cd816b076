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

/**
 * One such party: deposits of 1 to `most` entries until told to stop. Answers how large a log must
 * be to hold all it was promised.
 */
export async function runClient(
  folder: string,
  client: { readonly name: string; readonly most: number; readonly send: Send },
  stop: AbortSignal,
): Promise<number> {
  const file = await open(receiptsOf(folder, client.name), 'a');
  let size = 0;
  try {
    for (let turn = 1; !stop.aborted; turn += 1) {
      const count = 1 + (turn % client.most);
      const entries = Array.from({ length: count }, () => toBase64(systemRandom.bytes(entryBytes)));
      const places = await untilAnswered(client.send, entries);
      await writeDown(file, { entries, places });
      size = Math.max(size, ...places.map((place) => place + 1));
    }
    return size;
  } finally {
    await file.close();
  }
}

/** What a party has written down, one receipt after the other: all of them are more than fit. */
export async function* receiptsIn(folder: string, name: string): AsyncIterable<Receipt> {
  const file = await open(receiptsOf(folder, name), 'r');
  // Written by this file, one a line.
  for await (const line of file.readLines()) yield JSON.parse(line) as Receipt;
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

function receiptsOf(folder: string, name: string): string {
  return join(folder, `${name}.receipts`);
}
