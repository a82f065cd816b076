/** The anchor's own folder: where it stands, and one file for each anchored head. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { fromUtf8, utf8 } from '#base/bytes';
import { formatInstant, parseInstant } from '#base/clock';
import type { AnchorBook, AnchorState } from '#trust/anchor';

const stateFile = 'state.json';
const nothingYet: AnchorState = { sent: undefined, anchoredSize: 0, anchoredAt: undefined };

interface WrittenState {
  readonly v: 1;
  readonly anchoredSize: number;
  readonly anchoredAt: string | null;
  readonly sent: {
    readonly checkpoint: string;
    readonly sentAt: string;
    readonly transaction: string | null;
  } | null;
}

export class FileAnchorBook implements AnchorBook {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async state(): Promise<AnchorState> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await readFile(join(this.#folder, stateFile)));
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')
        return nothingYet;
      throw thrown;
    }
    const { sent, anchoredSize, anchoredAt } = JSON.parse(fromUtf8(bytes)) as WrittenState;
    return {
      anchoredSize,
      anchoredAt: anchoredAt === null ? undefined : parseInstant(anchoredAt),
      sent:
        sent === null
          ? undefined
          : {
              checkpoint: sent.checkpoint,
              sentAt: parseInstant(sent.sentAt),
              transaction: sent.transaction ?? undefined,
            },
    };
  }

  async save({ sent, anchoredSize, anchoredAt }: AnchorState): Promise<void> {
    const written: WrittenState = {
      v: 1,
      anchoredSize,
      anchoredAt: anchoredAt === undefined ? null : formatInstant(anchoredAt),
      sent:
        sent === undefined
          ? null
          : {
              checkpoint: sent.checkpoint,
              sentAt: formatInstant(sent.sentAt),
              transaction: sent.transaction ?? null,
            },
    };
    await this.#write(stateFile, utf8(JSON.stringify(written)));
  }

  keep(size: number, file: Uint8Array): Promise<void> {
    return this.#write(`${size}.anchor`, file);
  }

  /** After a crash there is the old file or the new one. */
  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, name);
    const draft = await open(`${path}.draft`, 'w', 0o600);
    try {
      await draft.writeFile(bytes);
      await draft.sync();
    } finally {
      await draft.close();
    }
    await rename(`${path}.draft`, path);
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
