/**
 * Asks the key-store process to wrap and open data keys of back-ups: the back-up key stays there.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { askKeyStore, type Said, textOf } from './ask.ts';
import type { WrappedDataKey } from './soft-backup-keys.ts';

const answerMsMax = 5_000;

export class BackupKeysClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  async wrap(purpose: string, dataKey: Uint8Array): Promise<WrappedDataKey> {
    const said = await this.#ask('/backup/wrap', { purpose, dataKey: toBase64(dataKey) });
    return { key: textOf(said, 'key'), wrapped: fromBase64(textOf(said, 'wrapped')) };
  }

  async unwrap(purpose: string, { key, wrapped }: WrappedDataKey): Promise<Uint8Array> {
    const question = { purpose, key, wrapped: toBase64(wrapped) };
    return fromBase64(textOf(await this.#ask('/backup/unwrap', question), 'dataKey'));
  }

  #ask(path: string, question: Json): Promise<Said> {
    return askKeyStore(this.#socketPath, { path, question, timeoutMs: answerMsMax });
  }
}
