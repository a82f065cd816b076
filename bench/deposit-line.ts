/**
 * How a system of the institution comes to the house: its kept connection, and a deposit of its
 * own.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { textIn } from '#doors/phone';
import { socketOf } from '../src/main/estate/estate.ts';
import { coop } from '../test/journeys/door-hand.ts';
import { type RecordSource, recordSlots } from '../test/journeys/record-sources.ts';
import { well } from '../test/journeys/walks.ts';
import type { World } from '../test/world.ts';
import { KeptLine } from './kept-line.ts';

const openAttemptsMax = 20;
const openAgainMs = 500;

/** One system, and the house it comes to. */
export interface Source extends RecordSource {
  readonly world: World;
  /** The sockets of all its `serve`. */
  readonly sockets: readonly string[];
}

/** Systems in turn; from the end by negative numbers. */
export function sourceOf(sources: readonly Source[], nth: number): Source {
  const source = sources.at(nth % sources.length);
  if (source === undefined) throw new Error('a source');
  return source;
}

/** To each `serve` in turn. */
export function lineOf({ world, sockets, hand }: Source, nth = 0): KeptLine {
  const socketPath = sockets[nth % sockets.length] ?? socketOf(world.house.estate, 'serve');
  const headers = { host: coop.host, authorization: `Bearer ${hand.token}` };
  return new KeptLine({ socketPath, headers });
}

/** The id of a new deposit of this name. */
export async function opened({ hand }: Source, name: string): Promise<string> {
  // A house that is full says so, and when to come again; what was asked once stands once.
  const key = hand.freshKey();
  for (let attempt = 1; ; attempt += 1) {
    const said = await hand.post(
      '/v1/deposits',
      { name, title: '压力测试', slots: recordSlots },
      { key },
    );
    const isFull = said.body['retryable'] === true && attempt < openAttemptsMax;
    if (!isFull) return textIn(well(said).body, 'id');
    await sleep(openAgainMs);
  }
}
