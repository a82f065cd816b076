/** The anchor's own folder: where it stands, and one file for each anchored head. */
import { join } from 'node:path';

import { readIfThere, replaceFile } from '#adapters/objects';
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
    const bytes = await readIfThere(join(this.#folder, stateFile));
    if (bytes === undefined) return nothingYet;
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
    await replaceFile(join(this.#folder, stateFile), utf8(JSON.stringify(written)));
  }

  keep(size: number, file: Uint8Array): Promise<void> {
    return replaceFile(join(this.#folder, `${size}.anchor`), file);
  }
}
