/**
 * A whole house in a temporary folder, of real processes, for a test or a drill.
 *
 * Only the outside world is simulated. What a test wants to break it breaks for real: `kill` is
 * kill(2), and what comes back comes back by the supervisor. `close` leaves nothing behind.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { systemClock } from '#base/clock';
import { type Random, seededRandom, systemRandom } from '#base/random';
import { type House, linesOf, openHouse, type ProcessLine } from '../src/main/house.ts';
import { type Handset, issueSim } from '../src/main/sim.ts';
import type { Alarm } from '../src/main/supervisor.ts';

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

export class World {
  readonly random: Random;
  readonly house: House;
  readonly #temporary: string | undefined;

  private constructor(parts: { random: Random; house: House; temporary: string | undefined }) {
    this.random = parts.random;
    this.house = parts.house;
    this.#temporary = parts.temporary;
  }

  static async open(options: WorldOptions): Promise<World> {
    const { seed, folder, without = [], databaseUrl } = options;
    const temporary =
      folder === undefined ? await mkdtemp(join(tmpdir(), 'fubie-world-')) : undefined;
    const root = folder ?? join(temporary ?? '', 'var');
    const settings = { mode: 'demo', root, port: 0, databaseUrl } as const;
    const random = seededRandom(seed);
    const parts = { clock: systemClock, random: systemRandom, without };
    try {
      return new World({ random, temporary, house: await openHouse(settings, parts) });
    } catch (thrown) {
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
      throw thrown;
    }
  }

  /** Where the API answers. */
  get url(): string {
    return this.house.url;
  }

  get trust(): string {
    return this.house.estate.trust;
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

  sim(phone: string): Promise<Handset> {
    return issueSim(this.house.estate, phone);
  }

  /** A loan officer's session. */
  async operatorToken(): Promise<string> {
    const known = this.house.logins.find(({ login }) => login === 'loan-officer');
    const { login, password } = known ?? { login: '', password: '' };
    const answer = await fetch(`${this.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    return ((await answer.json()) as { token: string }).token;
  }

  async close(): Promise<void> {
    await this.house.close();
    if (this.#temporary !== undefined) {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }
}
