/**
 * What a witness has cosigned, and what a sequencer has signed: journals of heads in own folders.
 *
 * The last head is also held in memory; the file is read once. Nothing is ever taken back.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { parseWitnessedHead, printWitnessedHead, type WitnessedHead } from '#formats/witness';
import type { SignedHead, SignedHeads } from '#trust/evidence';
import type { WitnessMemory } from '#trust/witness';
import { LineJournal, wholeLines } from './line-journal.ts';

export class FileWitnessMemory implements WitnessMemory {
  readonly #journal: LineJournal;
  readonly #heads: WitnessedHead[];

  private constructor(journal: LineJournal, heads: WitnessedHead[]) {
    this.#journal = journal;
    this.#heads = heads;
  }

  static async open(path: string): Promise<FileWitnessMemory> {
    const journal = await LineJournal.open(path);
    return new FileWitnessMemory(journal, (await journal.lines()).map(parseWitnessedHead));
  }

  async latest(origin: string): Promise<WitnessedHead | undefined> {
    return this.#heads.findLast((head) => head.origin === origin);
  }

  async keep(head: WitnessedHead): Promise<void> {
    await this.#journal.append(printWitnessedHead(head));
    this.#heads.push(head);
  }

  async all(): Promise<readonly WitnessedHead[]> {
    return [...this.#heads];
  }
}

/**
 * What a witness cosigned, out of its journal as its operator hands it over or as it stands beside
 * us; only read. Refuses with witness.heads_malformed, which names the file and the line.
 */
export function headsIn(path: string): Promise<readonly WitnessedHead[]> {
  return linesOf(path, parseWitnessedHead);
}

/** What a sequencer has signed, out of its journal; none where it keeps none here. Only read. */
export async function signedHeadsIn(path: string): Promise<readonly SignedHead[]> {
  try {
    return await linesOf(path, parseHead);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}

async function linesOf<T>(path: string, parse: (line: Uint8Array) => T): Promise<readonly T[]> {
  const lines = await wholeLines(path);
  return lines.map((line, at) => {
    try {
      return parse(line);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw new Fault('witness.heads_malformed', { path, line: at + 1 }, { cause });
    }
  });
}

export class FileSignedHeads implements SignedHeads {
  readonly #journal: LineJournal;
  #last: SignedHead | undefined;

  private constructor(journal: LineJournal, last: SignedHead | undefined) {
    this.#journal = journal;
    this.#last = last;
  }

  static async open(path: string): Promise<FileSignedHeads> {
    const journal = await LineJournal.open(path);
    const line = (await journal.lines()).at(-1);
    return new FileSignedHeads(journal, line === undefined ? undefined : parseHead(line));
  }

  async last(): Promise<SignedHead | undefined> {
    return this.#last;
  }

  async put(head: SignedHead): Promise<void> {
    const { size, root } = head;
    if (this.#last !== undefined && size <= this.#last.size) {
      const same = size === this.#last.size && toBase64(root) === toBase64(this.#last.root);
      if (!same) throw new Fault('evidence.forked', { size, signed: this.#last.size });
      return;
    }
    await this.#journal.append(canonicalBytes({ size, root: toBase64(root) }));
    this.#last = head;
  }
}

function parseHead(line: Uint8Array): SignedHead {
  const json = parseCanonical(line);
  if (typeof json === 'object' && json !== null && 'size' in json && 'root' in json) {
    const { size, root } = json;
    if (typeof size === 'number' && typeof root === 'string')
      return { size, root: fromBase64(root) };
  }
  throw new Fault('witness.head_malformed');
}
