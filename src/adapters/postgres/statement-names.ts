/**
 * Statements that come again are prepared under a name, once on each connection: reading a text and
 * planning it under row security costs the server more than most of our statements do.
 *
 * A text is named when it comes the third time, and no more than some hundred are: a text that is
 * built anew for every list would fill the server with names, and goes unnamed. The server itself
 * decides, by what both cost, whether a plan is kept or made anew for the values (plan_cache_mode).
 */
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { isPlanOutdated } from './failure.ts';

const namesMax = 256;
const seenMax = 2_048;
const sightsMin = 3;

/** The names of one pool's statements. */
class StatementNames {
  readonly #names = new Map<string, string | undefined>();
  readonly #sights = new Map<string, number>();

  of(text: string): string | undefined {
    if (this.#names.has(text) || this.#names.size >= namesMax) return this.#names.get(text);
    const sights = (this.#sights.get(text) ?? 0) + 1;
    if (sights < sightsMin) {
      if (this.#sights.size >= seenMax) this.#sights.clear();
      this.#sights.set(text, sights);
      return undefined;
    }
    this.#sights.delete(text);
    const name = `fubie-${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  /** From here on this text is read anew each time. */
  forget(text: string): void {
    this.#names.set(text, undefined);
  }
}

/** The same pool, whose connections prepare what comes again. */
export function namingPool(pool: pg.Pool): PostgresPool {
  const names = new StatementNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? namingClient(client, names);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

function namingClient(client: pg.PoolClient, names: StatementNames): PostgresPoolClient {
  const query = async (text: string, values: readonly unknown[]) => {
    const name = values.length === 0 ? undefined : names.of(text);
    try {
      return await client.query({
        text,
        values: [...values],
        ...(name === undefined ? {} : { name }),
      });
    } catch (thrown) {
      // The tables changed under a prepared text: whoever asks again is answered.
      if (isPlanOutdated(thrown)) names.forget(text);
      throw thrown;
    }
  };
  return {
    // Of the two ways the builder may ask, nobody here asks by cursor.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy),
  };
}
