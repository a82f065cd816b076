/**
 * Asks a witness in another process over its Unix socket (C2SP tlog-witness).
 *
 * The deadline is short: a witness that does not answer now is asked again later, and the log goes
 * on without it.
 */
import { call } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { NoteKey } from '#formats/tlog';
import {
  parseWitnessedHead,
  parseWitnessReply,
  printWitnessRequest,
  type WitnessedHead,
  type WitnessReply,
  type WitnessRequest,
} from '#formats/witness';
import type { WitnessLine } from '#trust/evidence';

const answerMsMax = 1_000;
const headsMsMax = 10_000;
const headsBytesMax = 64 * 1024 * 1024;

export class SocketWitness implements WitnessLine {
  readonly key: NoteKey;
  readonly #socketPath: string;

  constructor(parts: { key: NoteKey; socketPath: string }) {
    this.key = parts.key;
    this.#socketPath = parts.socketPath;
  }

  async addCheckpoint(request: WitnessRequest): Promise<WitnessReply> {
    const answer = await call(this.#socketPath, {
      method: 'POST',
      path: '/add-checkpoint',
      body: utf8(printWitnessRequest(request)),
      timeoutMs: answerMsMax,
    });
    return parseWitnessReply(answer);
  }

  /** Everything the witness has cosigned, as it keeps it: what `fsck` compares the log with. */
  async heads(): Promise<readonly WitnessedHead[]> {
    const answer = await call(this.#socketPath, {
      method: 'GET',
      path: '/heads',
      timeoutMs: headsMsMax,
      answerBytesMax: headsBytesMax,
    });
    if (answer.status !== 200)
      throw new Fault('witness.reply_malformed', { status: answer.status });
    return fromUtf8(answer.body)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseWitnessedHead(utf8(line)));
  }
}
