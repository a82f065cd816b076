/**
 * A hand on the socket of `serve`: any institution's host, any method, any replica.
 *
 * Over the loopback port only the first demo institution answers; here the host is a word of the
 * request, as it is behind a real institution's domain.
 */
import { call } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { socketOf } from '../../src/main/estate/estate.ts';
import type { Guest } from '../guest.ts';
import { Hand, type Manner, type Members, type Said } from './hand.ts';

/** The demo institutions and the hosts under which they answer. */
export const coop = { tenant: 'demo-credit-cooperative', host: 'localhost' } as const;
export const finance = {
  tenant: 'demo-consumer-finance',
  host: 'demo-consumer-finance.localhost',
} as const;
export type Institution = typeof coop | typeof finance;

const answerMsMax = 60_000;

export interface Door {
  readonly at: Institution;
  /** Another replica's socket; without it the house's own. */
  readonly socket?: string;
}

export class DoorHand extends Hand {
  readonly #world: Guest;
  readonly #door: Door;

  constructor(world: Guest, door: Door = { at: coop }) {
    super(world.url, world.random);
    this.#world = world;
    this.#door = door;
  }

  override post(path: string, body: Json, manner: Manner = {}): Promise<Said> {
    return this.send('POST', path, { ...manner, body });
  }

  override get(path: string, manner: Manner = {}): Promise<Said> {
    return this.send('GET', path, manner);
  }

  override put(path: string, body: Json, manner: Manner = {}): Promise<Said> {
    return this.send('PUT', path, { ...manner, body });
  }

  async send(method: string, path: string, asked: Manner & { body?: Json }): Promise<Said> {
    const { body, headers } = asked;
    const token = asked.token ?? this.token;
    const answer = await call(this.#door.socket ?? socketOf(this.#world.house.estate, 'serve'), {
      method,
      path,
      headers: {
        host: this.#door.at.host,
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': asked.key ?? this.freshKey() }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: utf8(canonical(body)) }),
      timeoutMs: answerMsMax,
    });
    const isJson = answer.headers['content-type']?.includes('json') ?? false;
    const members = isJson ? (JSON.parse(fromUtf8(answer.body)) as Members) : {};
    const { status } = answer;
    const code = typeof members['code'] === 'string' ? members['code'] : '';
    return { status, code: status < 300 ? 'ok' : code, body: members, bytes: answer.body };
  }

  /** A session of a member of staff, with the password in the house's own list. */
  static async of(world: Guest, login: string, door: Door = { at: coop }): Promise<DoorHand> {
    const { tenant } = door.at;
    const known = world.house.logins.find((one) => one.tenant === tenant && one.login === login);
    return DoorHand.as(world, { login, password: known?.password ?? '' }, door);
  }

  static async as(
    world: Guest,
    who: { readonly login: string; readonly password: string },
    door: Door = { at: coop },
  ): Promise<DoorHand> {
    const hand = new DoorHand(world, door);
    const { login, password } = who;
    const said = await hand.post('/v1/sessions', { login, password });
    hand.token = textIn(said.body, 'token');
    return hand;
  }
}
