/**
 * One connection that is kept, as a client that brings much keeps it, to a process's socket.
 */
import { Agent, request } from 'node:http';

import type { Members } from '../test/journeys/hand.ts';

/** What was answered: the status, and the JSON. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: Members;
}

interface KeptPlace {
  readonly socketPath: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every question waits for the answer to the one before. */
export class KeptLine {
  readonly #agent: Agent;
  readonly #at: KeptPlace;

  constructor(at: KeptPlace) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#at = at;
  }

  /** `bytes`: the JSON of the body. */
  post(path: string, key: string, bytes: Uint8Array): Promise<KeptAnswer> {
    return new Promise((resolve, reject) => {
      const { socketPath, headers } = this.#at;
      const asked = request({
        socketPath,
        agent: this.#agent,
        method: 'POST',
        path,
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': String(bytes.length),
          'idempotency-key': key,
        },
      });
      asked.on('error', reject);
      asked.once('response', (message) => {
        const parts: Buffer[] = [];
        message.on('data', (part: Buffer) => parts.push(part));
        message.once('error', reject);
        message.once('end', () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: message.statusCode ?? 0, body: JSON.parse(text) as Members });
        });
      });
      asked.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
