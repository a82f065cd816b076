/**
 * A file of lines that only grows; each line is on the disk before anybody hears of it.
 *
 * One process owns the file. A line torn by a crash was never answered for, so it is cut off when
 * the file is opened; a whole line that does not parse is damage, and the reader refuses it.
 */
import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

import { concat } from '#base/bytes';
import { Fault } from '#base/fault';

const newline = 0x0a;

export class LineJournal {
  readonly #path: string;
  /** Of the lines that somebody heard of. */
  #wholeBytes: number;
  #torn = false;

  private constructor(path: string, wholeBytes: number) {
    this.#path = path;
    this.#wholeBytes = wholeBytes;
  }

  static async open(path: string): Promise<LineJournal> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await syncAt(path, 'a');
    await syncAt(dirname(path), 'r');
    const bytes = await readFile(path);
    const whole = bytes.lastIndexOf(newline) + 1;
    if (whole < bytes.length) await truncate(path, whole);
    return new LineJournal(path, whole);
  }

  /**
   * Resolves when the line is durable. The bytes hold no newline. A disk that is full, read-only or
   * away refuses with witness.journal_torn, until it can be written again.
   */
  async append(line: Uint8Array): Promise<void> {
    try {
      await this.#write(concat(line, Uint8Array.of(newline)));
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      const why = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
      throw new Fault('witness.journal_torn', { why }, { cause, retryable: true });
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const file = await open(this.#path, 'r+');
    try {
      await this.#requireOwn(file);
      this.#torn = true;
      let written = 0;
      while (written < bytes.length) {
        const at = this.#wholeBytes + written;
        written += (await file.write(bytes, written, bytes.length - written, at)).bytesWritten;
      }
      await file.datasync();
      this.#torn = false;
      this.#wholeBytes += bytes.length;
    } finally {
      await file.close();
    }
  }

  /**
   * The file ends where this process left it. What a failed write left was never answered for, so
   * it is cut off, as opening would; fewer lines, or more, are another's doing.
   */
  async #requireOwn(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size < this.#wholeBytes) throw new Fault('witness.journal_torn', { why: 'shorter' });
    if (size === this.#wholeBytes) return;
    if (!this.#torn) throw new Fault('witness.journal_torn', { why: 'longer' });
    await file.truncate(this.#wholeBytes);
    await file.datasync();
  }

  lines(): Promise<Uint8Array[]> {
    return wholeLines(this.#path);
  }
}

/**
 * The whole lines of a journal that another owns, who may be writing: nothing is cut off, for what
 * looks torn here may be answered for a moment later.
 */
export async function wholeLines(path: string): Promise<Uint8Array[]> {
  const bytes = new Uint8Array(await readFile(path));
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    lines.push(bytes.slice(start, end));
    start = end + 1;
  }
  return lines;
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
