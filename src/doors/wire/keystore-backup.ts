/**
 * The key store's door for back-ups: it wraps and opens the data key of one back-up file, and hands
 * every other question on.
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Asked, Given } from './door.ts';

const bodyBytesMax = 4_096;

/** What the key store does for back-ups. */
export interface BackupKeys {
  wrap(purpose: string, dataKey: Uint8Array): Promise<{ key: string; wrapped: Uint8Array }>;
  unwrap(purpose: string, held: { key: string; wrapped: Uint8Array }): Promise<Uint8Array>;
}

type Door = (asked: Asked) => Promise<Given>;
type Route = (keys: BackupKeys, text: (name: string) => string) => Promise<Json>;

const routes: Readonly<Record<string, Route>> = {
  'POST /backup/wrap': async (keys, text) => {
    const { key, wrapped } = await keys.wrap(text('purpose'), fromBase64(text('dataKey')));
    return { key, wrapped: toBase64(wrapped) };
  },
  'POST /backup/unwrap': async (keys, text) => {
    const held = { key: text('key'), wrapped: fromBase64(text('wrapped')) };
    return { dataKey: toBase64(await keys.unwrap(text('purpose'), held)) };
  },
};

/** `rest` answers what is not about back-ups. */
export function backupDoor(keys: BackupKeys, rest: Door): Door {
  return async (asked) => {
    const route = routes[`${asked.method} ${asked.path}`];
    if (route === undefined) return rest(asked);
    if (asked.body.length > bodyBytesMax) throw new Fault('keystore.request_too_large');
    const members = membersOf(asked.body);
    const said = await route(keys, (name) => {
      const member = members.get(name);
      if (typeof member === 'string' && member !== '') return member;
      throw new Fault('keystore.request_malformed', { member: name });
    });
    const headers = { 'content-type': 'application/json' };
    return { status: 200, headers, body: utf8(canonical(said)) };
  };
}

function membersOf(body: Uint8Array): ReadonlyMap<string, unknown> {
  try {
    const held: unknown = JSON.parse(fromUtf8(body));
    return new Map(typeof held === 'object' && held !== null ? Object.entries(held) : []);
  } catch (cause) {
    throw new Fault('keystore.request_malformed', {}, { cause });
  }
}
