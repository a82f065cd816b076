/**
 * A door over a few small routes, with answers, journal and callers in memory, for its tests.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { type Clock, instantFromMs } from '#base/clock';
import { uuidv7 } from '#base/id';
import { seededRandom } from '#base/random';
import type { TenantId, Units } from '#base/unit';
import type { AccessEvent, Caller } from '#business/access';
import { type AnswerStore, Answers } from './answers.ts';
import { bearerOf, identifyBy } from './identity.ts';
import type { Pages } from './pages.ts';
import { MemoryRate } from './rate.ts';
import type { Doors } from './route.ts';
import { RouteBook } from './route-book.ts';
import { buildServer } from './server.ts';

export const houses: Readonly<Record<string, readonly string[]>> = {
  'north.example': ['https://bank.north.example'],
  'south.example': [],
};

const tokens: Readonly<Record<string, Caller>> = {
  'north.example borrower-0000000': { kind: 'borrower', caseId: 'c'.repeat(22), subject: 's1' },
  'north.example machine-00000000': {
    kind: 'machine',
    client: {
      id: 'm1',
      tenant: 'north.example' as TenantId,
      name: 'm',
      scopes: ['case.read'],
      signed: false,
    },
  },
};

/** Transactions that end at once: what is tested here is the door, not the database. */
const units: Units = { run: async (tenant, action) => action({ tenant }) };

export class TestClock implements Clock {
  readonly source = 'TEST_CLOCK';
  ms = 1_800_000_000_000;
  now() {
    return instantFromMs(this.ms);
  }
}

export interface Opened {
  readonly server: ReturnType<typeof buildServer>;
  readonly book: RouteBook;
  readonly clock: TestClock;
  readonly journal: AccessEvent[];
  readonly bugs: unknown[];
}

export function openDoor(declare: RouteBook | ((doors: Doors) => void), pages?: Pages): Opened {
  const book = declare instanceof RouteBook ? declare : new RouteBook();
  if (typeof declare === 'function') declare(book);
  const clock = new TestClock();
  const random = seededRandom(5);
  const journal: AccessEvent[] = [];
  const bugs: unknown[] = [];
  const server = buildServer(book, {
    units,
    ...(pages === undefined ? {} : { pages }),
    onBug: (thrown) => void bugs.push(thrown),
    requestId: () => uuidv7({ clock, random }),
    hostOf: async (host) => {
      const frameOrigins = houses[host];
      return frameOrigins && { tenant: host as TenantId, frameOrigins };
    },
    identify: identifyBy([async (tenant, facts) => tokens[`${tenant} ${bearerOf(facts) ?? ''}`]]),
    authorise: async () => undefined,
    rate: new MemoryRate(clock),
    journal: { writeAll: async (_unit, events) => void journal.push(...events) },
    answers: new Answers({
      units,
      clock,
      store: new MemoryAnswers(),
      seal: {
        seal: async (_unit, place, bytes) => utf8(`${JSON.stringify(place)}\n${fromUtf8(bytes)}`),
        ready: () => undefined,
        async open(_unit, place, bytes) {
          const [sealedAt, text = ''] = fromUtf8(bytes).split('\n');
          if (sealedAt !== JSON.stringify(place)) throw new Error('sealed elsewhere');
          return utf8(text);
        },
      },
    }),
  });
  return { server, book, clock, journal, bugs };
}

type Row = Parameters<AnswerStore['keep']>[2] & { question: string };

class MemoryAnswers implements AnswerStore {
  readonly #rows = new Map<string, Row>();

  claim: AnswerStore['claim'] = async (unit, { caller, key, ...asked }) => {
    const row = this.#rows.get(JSON.stringify([unit.tenant, caller, key]));
    if (row !== undefined && row.question !== JSON.stringify(asked)) throw new Error('reused');
    return row;
  };

  keep: AnswerStore['keep'] = async (unit, { caller, key, ...asked }, given) => {
    const question = JSON.stringify(asked);
    this.#rows.set(JSON.stringify([unit.tenant, caller, key]), { ...given, question });
  };

  claimAll: AnswerStore['claimAll'] = async (unit, questions) => {
    const rows = await Promise.all(questions.map((question) => this.claim(unit, question)));
    return rows.map((value) => ({ is: 'ok', value }));
  };

  keepAll: AnswerStore['keepAll'] = async (unit, rows) => {
    for (const { question, given } of rows) await this.keep(unit, question, given);
  };
}
