/**
 * Kills processes of a house by chance, and by aim: in the moment in which a key has been asked for
 * and its signature is not yet part of the document.
 *
 * Whether a shot hit is not believed from the aiming: afterwards the log says when the seal that
 * was open then was done, if it ever was.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';

import { type Database, openDatabase, PostgresUnits, txOf } from '#adapters/postgres';
import { type Instant, systemClock } from '#base/clock';
import type { Random } from '#base/random';
import { databaseUrlFile } from '../../src/main/estate/database-access.ts';
import { processFolder } from '../../src/main/estate/estate.ts';
import type { World } from '../world.ts';
import { institutionTenant } from './house-facts.ts';

export interface Round {
  readonly aimed: boolean;
  readonly killed: readonly string[];
  readonly at: Instant;
  /** Hashes of the seal.intended entries whose tickets were open just before the shot. */
  readonly open: readonly string[];
  readonly backMs: number;
}

/** Not a process of the supervisor's: the postmaster below `database`. */
const postmaster = 'postgres';
/** Each of these has a part in a seal; a shot that is aimed hits at least one. */
const sealing = ['serve', 'work', postmaster, 'database', 'trust-centre', 'keystore'] as const;
const together = 4; // how many are killed at once, at most, when not all are
const aimMsMax = 20_000;
const aimPauseMs = 2;
const backMsMax = 90_000;

export class Killer {
  readonly #world: World;
  readonly #database: Database;
  readonly #random: Random;

  private constructor(world: World, database: Database, random: Random) {
    this.#world = world;
    this.#database = database;
    this.#random = random;
  }

  static async open(world: World, random: Random): Promise<Killer> {
    const file = join(processFolder(world.house.estate, 'work'), databaseUrlFile);
    const url = (await readFile(file, 'utf8')).trim();
    return new Killer(world, openDatabase(url, { connectionsMax: 2 }), random);
  }

  /** One round: a moment of chance, or a seal under way; then kill -9; then all are back. */
  async round(order: { aimed: boolean; all: boolean; quietMsMax: number }): Promise<Round> {
    const killed = this.#choose(order);
    await sleep(this.#upTo(order.quietMsMax));
    const postmasterPid = await this.#postmasterPid();
    const open = order.aimed ? await this.#sealUnderWay() : [];
    const at = systemClock.now();
    for (const name of killed) {
      if (name !== postmaster) this.#world.kill(name);
      // Number 0 would be everybody in our own group.
      else if (postmasterPid > 1) process.kill(postmasterPid, 'SIGKILL');
    }
    const from = performance.now();
    await this.#back();
    const backMs = Math.round(performance.now() - from);
    return { aimed: order.aimed, killed, at, open, backMs };
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #choose({ aimed, all }: { aimed: boolean; all: boolean }): readonly string[] {
    const names = [...this.#world.processes.map(({ process: name }) => name), postmaster];
    if (all) return names;
    const chosen = new Set<string>(aimed ? [this.#oneOf(sealing)] : []);
    const count = 1 + this.#upTo(together);
    while (chosen.size < count) chosen.add(this.#oneOf(names));
    return [...chosen];
  }

  /**
   * Waits for a ticket that has just been opened; one that is open already may be spent before the
   * shot. None within the limit is a shot into the dark, and counts as that.
   */
  async #sealUnderWay(): Promise<readonly string[]> {
    const until = performance.now() + aimMsMax;
    const known = new Set(await this.#openTickets());
    while (performance.now() < until) {
      await sleep(aimPauseMs);
      const open = await this.#openTickets();
      if (open.some((intended) => !known.has(intended))) return open;
    }
    return [];
  }

  async #openTickets(): Promise<readonly string[]> {
    const units = new PostgresUnits({ database: this.#database });
    try {
      return await units.run(institutionTenant, async (unit) => {
        const { rows } = await sql<{ intended: string }>`
          select intended from ticket where standing = 'open'`.execute(txOf(unit));
        return rows.map(({ intended }) => intended);
      });
    } catch {
      return []; // The round before may have left the database on its way up.
    }
  }

  async #postmasterPid(): Promise<number> {
    const { estate } = this.#world.house;
    const file = join(processFolder(estate, 'database'), 'postgres', 'data', 'postmaster.pid');
    const text = await readFile(file, 'utf8').catch(() => '');
    return Number(text.split('\n')[0]);
  }

  async #back(): Promise<void> {
    // The supervisor hears of a killed postmaster a moment after us.
    await sleep(300);
    const late = AbortSignal.timeout(backMsMax);
    await Promise.race([
      this.#world.settled(),
      new Promise((_resolve, reject) => {
        late.addEventListener('abort', () => reject(new Error('the house did not come back')));
      }),
    ]);
  }

  #oneOf<T>(list: readonly T[]): T {
    const one = list[this.#upTo(list.length)];
    if (one === undefined) throw new Error('nothing to choose from');
    return one;
  }

  /** From 0 up to, not including, `end`. */
  #upTo(end: number): number {
    const [a = 0, b = 0, c = 0] = this.#random.bytes(3);
    return (a * 65_536 + b * 256 + c) % end;
  }
}
