/**
 * A file of lines that only grows; each line is on the disk before anybody hears of it.
 *
 * One process owns the file. A line torn by a crash was never answered for, so it is cut off when
 * the file is opened; a whole line that does not parse is damage, and the reader refuses it.
 */
import { mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

import { concat } from '#base/bytes';
import { Fault } from '#base/fault';

const newline = 0x0a;

export class LineJournal {
  readonly #path: string;
  #torn = false;

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(path: string): Promise<LineJournal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await syncAt(path, 'a');
    await syncAt(dirname(path), 'r');
    const bytes = await readFile(path);
    const whole = bytes.lastIndexOf(newline) + 1;
    if (whole < bytes.length) await truncate(path, whole);
    return new LineJournal(path);
  }

  /** Resolves when the line is durable. The bytes hold no newline. */
  async append(line: Uint8Array): Promise<void> {
    // After a failed write the end of the file is unknown; only opening it anew makes it whole.
    if (this.#torn) throw new Fault('witness.journal_torn');
    this.#torn = true;
    const file = await open(this.#path, 'a');
    try {
      await file.writeFile(concat(line, Uint8Array.of(newline)));
      await file.datasync();
      this.#torn = false;
    } finally {
      await file.close();
    }
  }

  async lines(): Promise<Uint8Array[]> {
    const bytes = new Uint8Array(await readFile(this.#path));
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      lines.push(bytes.slice(start, end));
      start = end + 1;
    }
    return lines;
  }
}

/** Makes a file, or the name in its folder, durable. */
async function syncAt(path: string, mode: 'a' | 'r'): Promise<void> {
  const opened = await open(path, mode, 0o600);
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
