/**
 * What the process with the logs' keys is asked over its socket, besides the logs' public files.
 *
 * POST /promises {tenant, hash}: the promise of an entry that has no place yet, or null.
 * POST /entries {tenant, entries}: places for entries that a third party has signed, base64.
 */
import { answerOfFault, call, type Handler, okBody } from '#adapters/wire';
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Place } from '#trust/evidence';

const answerMsMax = 5_000;
const bringMsMax = 15_000;

/** Answers for the logs that this process holds. */
export interface LogHand {
  promise(tenant: string, hash: string): Promise<string | undefined>;
  bring(tenant: string, entries: readonly Uint8Array[]): Promise<readonly Place[]>;
}

/** `next` answers whatever else is asked. */
export function logDoor(hand: LogHand, next: Handler): Handler {
  return async (asked) => {
    try {
      switch (`${asked.method} ${asked.path}`) {
        case 'POST /promises': {
          const promise = await hand.promise(
            textIn(asked.body, 'tenant'),
            textIn(asked.body, 'hash'),
          );
          return jsonAnswer({ promise: promise ?? null });
        }
        case 'POST /entries': {
          const entries = listIn(asked.body, 'entries').map((one) => fromBase64(one));
          return jsonAnswer({ places: await hand.bring(textIn(asked.body, 'tenant'), entries) });
        }
        default:
          return await next(asked);
      }
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return answerOfFault(thrown);
    }
  };
}

/** Asks for a promise; none where nobody answers now: a receipt without one still says L0. */
export async function askPromise(
  socket: string,
  asked: { readonly tenant: TenantId; readonly hash: string },
): Promise<string | undefined> {
  const body = utf8(JSON.stringify(asked));
  const question = { method: 'POST', path: '/promises', body, timeoutMs: answerMsMax };
  try {
    const answer = okBody(await call(socket, question));
    const promise = memberOf(answer, 'promise');
    return typeof promise === 'string' ? promise : undefined;
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

/** Brings what a third party has signed; refuses as the log does. */
export async function bringEntries(
  socket: string,
  brought: { readonly tenant: TenantId; readonly entries: readonly Uint8Array[] },
): Promise<readonly Place[]> {
  const { tenant, entries } = brought;
  const body = utf8(JSON.stringify({ tenant, entries: entries.map(toBase64) }));
  const question = { method: 'POST', path: '/entries', body, timeoutMs: bringMsMax };
  const places = memberOf(okBody(await call(socket, question)), 'places');
  return (Array.isArray(places) ? places : []) as readonly Place[];
}

function textIn(body: Uint8Array, name: string): string {
  const value = memberOf(body, name);
  if (typeof value !== 'string') throw new Fault('evidence.intake_malformed', { member: name });
  return value;
}

function listIn(body: Uint8Array, name: string): readonly string[] {
  const value = memberOf(body, name);
  const isTexts = Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (!isTexts) throw new Fault('evidence.intake_malformed', { member: name });
  return value;
}

function memberOf(body: Uint8Array, name: string): unknown {
  const held: unknown = JSON.parse(fromUtf8(body));
  const isObject = typeof held === 'object' && held !== null;
  return isObject ? new Map(Object.entries(held)).get(name) : undefined;
}

function jsonAnswer(body: object) {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: utf8(JSON.stringify(body)) };
}
