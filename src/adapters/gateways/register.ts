/**
 * What a simulator remembers: things written once under a name and never changed.
 *
 * Because nothing is ever replaced, a simulator killed at any moment starts again with exactly what
 * it had promised, and a question asked twice gets the first answer.
 */
import { fromUtf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import type { Members } from './exchange.ts';
import { membersOf } from './exchange.ts';

/** Durable once the promise resolves; other bytes under a used name are refused. */
export interface GatewayRegister {
  get(name: string): Promise<Uint8Array | undefined>;
  putOnce(name: string, bytes: Uint8Array): Promise<void>;
  /** Every whole name below a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
}

export async function remember(
  register: GatewayRegister,
  name: string,
  value: Json,
): Promise<void> {
  await register.putOnce(name, canonicalBytes(value));
}

export async function recall(
  register: GatewayRegister,
  name: string,
): Promise<Members | undefined> {
  const bytes = await register.get(name);
  return bytes === undefined ? undefined : membersOf(JSON.parse(fromUtf8(bytes)));
}

/**
 * One at a time for one key: two confirmations that arrive together must not both read "four tries"
 * and both write the fifth.
 */
export class Turns {
  readonly #tails = new Map<string, Promise<unknown>>();

  async take<T>(key: string, action: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const mine = before.then(action, action);
    this.#tails.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#tails.get(key) === mine) this.#tails.delete(key);
    }
  }
}
