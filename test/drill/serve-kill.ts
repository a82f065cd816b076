/**
 * `kill -9` of the door while two dozen callers bring records, and of the worker: whoever heard
 * nothing asks again with the same Idempotency-Key.
 *
 * Callers keep what they were answered; afterwards that is held against the deposits' own lists and
 * against the log: every record that was acknowledged stands there once, no other stands there at
 * all, and the same key asked once more gets the very same answer.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { canonical, isObject, type Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { parseEntry } from '#formats/entry';
import {
  openSources,
  type RecordSource,
  recordSlots,
  signedBatch,
  signedRecord,
} from '../journeys/record-sources.ts';
import { well } from '../journeys/walks.ts';
import type { World } from '../world.ts';
import { rowsOf } from './house-facts.ts';

const sourcesCount = 3;
const callersCount = 24;
const recordsPerRequest = 3;
/** Each caller goes on until the last kill is over, and then for so many requests more. */
const requestsAfter = 2;
const againMs = 60;
const triesMax = 600;
const loadedMs = 500;

/** One request of a caller, and what it was answered. */
interface Asked {
  readonly source: RecordSource;
  readonly deposit: string;
  readonly key: string;
  readonly body: Json;
  readonly items: readonly string[];
  /** How often nobody answered. */
  readonly unheard: number;
  readonly answer: string;
}

/** What is wrong is named; nothing may be. */
interface ServeKillReport {
  readonly acknowledged: number;
  readonly kills: number;
  /** Requests that were repeated because an answer was lost. */
  readonly repeated: number;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  readonly unasked: readonly string[];
  readonly answeredOtherwise: readonly string[];
}

/** Kills `serve` twice and `work` once under this load, in a house that is running. */
export async function killServe(world: World): Promise<ServeKillReport> {
  const sources = await openSources(world, sourcesCount);
  const stop = new AbortController();
  const callers = Array.from({ length: callersCount }, (_, nth) => {
    const source = sources[nth % sourcesCount];
    if (source === undefined) throw new Error('a source');
    return caller(source, `kill-${nth}`, stop.signal);
  });
  const killed = ['serve', 'work', 'serve'];
  for (const name of killed) {
    await sleep(loadedMs);
    world.kill(name);
    await world.settled();
  }
  stop.abort();
  const all = (await Promise.all(callers)).flat();
  const answeredOtherwise: string[] = [];
  for (const { source, key, body, answer } of all.filter(({ unheard }) => unheard > 0)) {
    const said = await source.hand.post('/v1/deposits/records', body, { key });
    if (canonical(said.body) !== answer) answeredOtherwise.push(key);
  }
  const found = await held(world, all);
  return {
    acknowledged: all.length * recordsPerRequest,
    kills: killed.length,
    repeated: all.filter(({ unheard }) => unheard > 0).length,
    ...found,
    answeredOtherwise,
  };
}

/** Brings requests of new records, one after the other; each is repeated until it is answered. */
async function caller(source: RecordSource, name: string, stop: AbortSignal): Promise<Asked[]> {
  const order = { name, title: '强杀', slots: recordSlots };
  const opened = await untilAnswered(source, '/v1/deposits', order);
  const deposit = { id: textIn(opened.body, 'id'), name };
  const all: Asked[] = [];
  for (let after = 0; after < requestsAfter; after += stop.aborted ? 1 : 0) {
    const items = Array.from({ length: recordsPerRequest }, (_, at) => `r${all.length}-${at}`);
    // Both ways to sign take their turn: each record by itself, and all of a request at once.
    const body: Json =
      all.length % 2 === 0
        ? { records: items.map((item) => signedRecord(source, deposit, item)) }
        : { ...(await signedBatch(source, deposit, items)) };
    const { key, unheard, body: said } = await untilAnswered(source, '/v1/deposits/records', body);
    const answer = canonical(said);
    all.push({ source, deposit: deposit.id, key, body, items, unheard, answer });
  }
  return all;
}

async function untilAnswered(source: RecordSource, path: string, body: Json) {
  const key = source.hand.freshKey();
  let unheard = 0;
  for (let tries = 0; tries < triesMax; tries += 1) {
    // Nobody there, or the connection broke under the answer: the same question once more.
    const said = await source.hand.post(path, body, { key }).catch(() => undefined);
    if (said !== undefined && said.body['retryable'] !== true) {
      return { key, unheard, body: well(said).body };
    }
    if (said === undefined) unheard += 1;
    await sleep(againMs);
  }
  throw new Error(`${path} was never answered`);
}

/** The acknowledged against the rows of deposits and the entries of the log. */
async function held(world: World, all: readonly Asked[]) {
  const { estate } = world.house;
  const receipts = all.flatMap(({ answer, deposit, items }) => {
    const said = JSON.parse(answer) as { readonly receipts: readonly Json[] };
    return said.receipts.filter(isObject).map((one, at) => ({
      name: `${deposit} ${items[at]}`,
      hash: typeof one['hash'] === 'string' ? one['hash'] : '',
    }));
  });
  const rows = await rowsOf<{ deposit: string; own: string; hash: string; bytes: Uint8Array }>(
    estate,
    `select i.deposit, i.own, i.hash, e.bytes from deposit_item i
      join evidence_entry e on e.case_id = i.deposit and e.seq = i.seq and e.hash = i.hash
      where i.own like 'r%-%'`,
  );
  const entries = await rowsOf<{ n: bigint; deposit: string }>(
    estate,
    `select case_id as deposit, count(*) as n from evidence_entry
      where type = 'deposit.item' group by case_id`,
  );
  const asked = new Map(receipts.map(({ name, hash }) => [name, hash]));
  const stands = new Map(rows.map(({ deposit, own, hash }) => [`${deposit} ${own}`, hash]));
  const ofDeposit = Map.groupBy(receipts, ({ name }) => name.split(' ')[0] ?? '');
  return {
    lost: [...asked].filter(([name, hash]) => stands.get(name) !== hash).map(([name]) => name),
    // An entry more than there are acknowledged records is one that stands twice.
    twice: entries
      .filter(({ deposit, n }) => Number(n) > (ofDeposit.get(deposit)?.length ?? Number(n)))
      .map(({ deposit }) => deposit),
    unasked: rows
      .filter(({ deposit, own, bytes }) => {
        return !asked.has(`${deposit} ${own}`) || parseEntry(bytes).type !== 'deposit.item';
      })
      .map(({ deposit, own }) => `${deposit} ${own}`),
  };
}
