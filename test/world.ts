/**
 * A whole house in a temporary folder, of real processes, for a test or a drill.
 *
 * Only the outside world is simulated. What a test wants to break it breaks for real: `kill` is
 * kill(2), and what comes back comes back by the supervisor. `close` leaves nothing behind.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import { type House, linesOf, openHouse, type ProcessLine } from '../src/main/house/house.ts';
import type { Alarm } from '../src/main/house/supervisor.ts';
import { Guest } from './guest.ts';
import { fillRoot } from './prepared.ts';

export interface WorldOptions {
  /** For the chance a test draws from; keys and secrets of the house stay unpredictable. */
  readonly seed: number;
  /** An existing root to open again; it is not removed at the end. */
  readonly folder?: string;
  /** Processes that the test does without, such as `serve`: the house is up sooner. */
  readonly without?: readonly string[];
  /** The owner's URL of a PostgreSQL that somebody else runs. */
  readonly databaseUrl?: string;
}

export class World extends Guest<House> {
  readonly #temporary: string | undefined;

  private constructor(parts: { seed: number; house: House; temporary: string | undefined }) {
    super(parts.house, parts.seed);
    this.#temporary = parts.temporary;
  }

  static async open(options: WorldOptions): Promise<World> {
    const { seed, folder, without = [], databaseUrl } = options;
    const temporary =
      folder === undefined ? await mkdtemp(join(tmpdir(), 'fubie-world-')) : undefined;
    const root = folder ?? join(temporary ?? '', 'var');
    const settings = { mode: 'demo', root, port: 0, databaseUrl } as const;
    const parts = { clock: systemClock, random: systemRandom, without };
    try {
      if (!existsSync(root)) await fillRoot(root, { tables: databaseUrl === undefined });
      return new World({ seed, temporary, house: await openHouse(settings, parts) });
    } catch (thrown) {
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
      throw thrown;
    }
  }

  get processes(): readonly ProcessLine[] {
    return linesOf(this.house, this.house.supervisor);
  }

  get alarms(): readonly Alarm[] {
    return this.house.supervisor.alarms;
  }

  pid(name: string): number | undefined {
    return this.house.supervisor.pids().get(name);
  }

  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    this.house.supervisor.kill(name, signal);
  }

  /** Resolves when every process is ready again. */
  settled(): Promise<void> {
    return this.house.supervisor.settled();
  }

  async close(): Promise<void> {
    await this.house.close();
    if (this.#temporary !== undefined) {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }
}
