/**
 * Asks the key-store process to wrap and open data keys of back-ups: the back-up key stays there.
 */
import { call, okBody } from '#adapters/wire';
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { WrappedDataKey } from './soft-backup-keys.ts';

const answerMsMax = 5_000;

export class BackupKeysClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async wrap(purpose: string, dataKey: Uint8Array): Promise<WrappedDataKey> {
    const said = await this.#ask('/backup/wrap', { purpose, dataKey: toBase64(dataKey) });
    return { key: textIn(said, 'key'), wrapped: fromBase64(textIn(said, 'wrapped')) };
  }

  async unwrap(purpose: string, { key, wrapped }: WrappedDataKey): Promise<Uint8Array> {
    const question = { purpose, key, wrapped: toBase64(wrapped) };
    return fromBase64(textIn(await this.#ask('/backup/unwrap', question), 'dataKey'));
  }

  async #ask(path: string, question: Json): Promise<ReadonlyMap<string, unknown>> {
    const answer = await call(this.#socketPath, {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: utf8(canonical(question)),
      timeoutMs: answerMsMax,
    });
    const value: unknown = JSON.parse(fromUtf8(okBody(answer)));
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  }
}

function textIn(said: ReadonlyMap<string, unknown>, name: string): string {
  const member = said.get(name);
  if (typeof member !== 'string') throw new Fault('keystores.answer_malformed', { member: name });
  return member;
}
