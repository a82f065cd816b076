/**
 * Hears what other processes say through the database (NOTIFY), on a connection of its own.
 *
 * A notice is a hint and no message: it is lost while the connection is down, and behind a pooler
 * that hands connections round it never comes. Who listens looks for himself now and then.
 */
import pg from 'pg';

const connectMsMax = 5_000;
const againMs = 2_000;

/** A connection that listens, until it is closed. */
export interface Hearing {
  close(): Promise<void>;
}

/** Connects again for as long as it takes whenever the connection breaks. */
export function hearNotices(
  url: string,
  channel: string,
  heard: (payload: string) => void,
): Hearing {
  let client: pg.Client | undefined;
  let later: NodeJS.Timeout | undefined;
  let isClosed = false;
  const connect = async (): Promise<void> => {
    const made = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectMsMax,
      keepAlive: true,
      application_name: 'fubie-hearing',
    });
    const again = (): void => {
      if (isClosed || client !== made) return;
      client = undefined;
      later = setTimeout(() => void connect(), againMs);
    };
    client = made;
    made.on('error', again);
    made.on('end', again);
    made.on('notification', ({ payload }) => heard(payload ?? ''));
    try {
      await made.connect();
      await made.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch {
      again();
      await made.end().catch(() => undefined);
    }
  };
  const first = connect();
  return {
    async close() {
      isClosed = true;
      clearTimeout(later);
      await first;
      await client?.end().catch(() => undefined);
    },
  };
}
