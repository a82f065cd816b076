/**
 * Digests of large files, gone through outside any unit and a slice at a time.
 *
 * Four gigabytes take longer than a caller is kept waiting, and a unit that reads them holds a
 * connection for as long. What was gone through is remembered: who is told to come again goes on
 * there. A process that dies forgets it, and the file is gone through from its beginning.
 */
import { addMs, type Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { ChunkRow, RunningDigests } from './ports.ts';

/** Files up to this long are gone through where they are recorded: half a second. */
export const digestedAtOnceBytesMax = 32 * 1024 * 1024;
/** Well below what an answer may take; a caller comes again for the rest. */
export const digestingMsMax = 20_000;
/** How many parts are read in one unit. */
const sliceParts = 32;
/** Files remembered at once; the one that nobody asked for longest is forgotten. */
const rememberedMax = 64;

/** Both digests of a whole file. */
export type WholeDigests = ReturnType<RunningDigests['end']>;

/** A file as it stands: its parts in their order and how one is read. */
export interface FileReading {
  readonly file: string;
  readonly chunks: readonly ChunkRow[];
  readonly read: (unit: Unit, chunk: ChunkRow) => Promise<Uint8Array>;
}

interface Going {
  readonly parts: string;
  readonly running: RunningDigests;
  next: number;
  isBusy: boolean;
  whole: WholeDigests | undefined;
}

export interface FileDigestsParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly digests: () => RunningDigests;
}

export class FileDigests {
  readonly #parts: FileDigestsParts;
  readonly #going = new Map<string, Going>();

  constructor(parts: FileDigestsParts) {
    this.#parts = parts;
  }

  /** What is known of exactly these parts: another part in one's place makes it another file. */
  known({ file, chunks }: Pick<FileReading, 'file' | 'chunks'>): WholeDigests | undefined {
    const going = this.#going.get(file);
    return going?.parts === partsOf(chunks) ? going.whole : undefined;
  }

  /** Goes on until all is known; deposit.file_reading, to come again, where that takes too long. */
  async goThrough(tenant: TenantId, reading: FileReading): Promise<void> {
    const { units, clock } = this.#parts;
    const going = this.#goingOf(reading);
    if (going.isBusy) throw stillReading(reading, going);
    going.isBusy = true;
    try {
      const end = addMs(clock.now(), digestingMsMax);
      while (going.next < reading.chunks.length) {
        if (clock.now() >= end) throw stillReading(reading, going);
        await units.run(tenant, (unit) => this.#slice(unit, reading, going));
      }
      going.whole ??= going.running.end();
    } finally {
      going.isBusy = false;
    }
  }

  /** A slice that breaks off has added whole parts only, and the next goes on behind them. */
  async #slice(unit: Unit, { chunks, read }: FileReading, going: Going): Promise<void> {
    const end = Math.min(chunks.length, going.next + sliceParts);
    for (const chunk of chunks.slice(going.next, end)) {
      going.running.add(await read(unit, chunk));
      going.next += 1;
    }
  }

  #goingOf({ file, chunks }: FileReading): Going {
    const parts = partsOf(chunks);
    const held = this.#going.get(file);
    const running = this.#parts.digests;
    const going =
      held?.parts === parts
        ? held
        : { parts, running: running(), next: 0, isBusy: false, whole: undefined };
    this.#going.delete(file);
    this.#going.set(file, going);
    const [oldest] = this.#going.keys();
    if (this.#going.size > rememberedMax && oldest !== undefined) this.#going.delete(oldest);
    return going;
  }
}

/** Objects are named by their sealed bytes, so the names say which parts these are. */
function partsOf(chunks: readonly ChunkRow[]): string {
  return chunks.map(({ object }) => object.sha256).join(' ');
}

function stillReading({ chunks }: FileReading, { next }: Going): Fault {
  const details = { parts: next, of: chunks.length };
  return new Fault('deposit.file_reading', details, { retryable: true });
}
