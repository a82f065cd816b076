/** A server of time (NTP version 4) whose clock and manners the test decides. */
import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from '#base/clock';
import type { TimeServer } from './index.ts';

export type Manner = 'wrong nonce' | 'not synchronised' | 'kiss of death' | 'short' | 'silent';

export class SimulatedTimeServer {
  /** How far its clock is ahead of the test's. */
  aheadMs = 0;
  manner: Manner | undefined;
  readonly name: string;
  readonly #socket: Socket;
  readonly #clock: Clock;

  private constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (question, from) => {
      const answer = this.#answer(question);
      if (answer !== undefined) this.#socket.send(answer, from.port, from.address);
    });
  }

  static async open(name: string, clock: Clock): Promise<SimulatedTimeServer> {
    const server = new SimulatedTimeServer(name, clock);
    await new Promise<void>((resolve) => server.#socket.bind(0, '127.0.0.1', resolve));
    return server;
  }

  get place(): TimeServer {
    return { name: this.name, host: '127.0.0.1', port: this.#socket.address().port };
  }

  close(): void {
    this.#socket.close();
  }

  #answer(question: Buffer): Buffer | undefined {
    if (this.manner === 'silent') return undefined;
    const answer = Buffer.alloc(this.manner === 'short' ? 20 : 48);
    answer[0] = this.manner === 'not synchronised' ? 0xe4 : 0x24;
    answer[1] = this.manner === 'kiss of death' ? 0 : 2;
    if (this.manner === 'short') return answer;
    question.copy(answer, 24, 40, 48);
    if (this.manner === 'wrong nonce') answer[24] = (answer[24] ?? 0) ^ 1;
    const seconds = (this.#clock.now() + this.aheadMs) / 1_000 + 2_208_988_800;
    for (const at of [32, 40]) {
      answer.writeUInt32BE(Math.floor(seconds) % 2 ** 32, at);
      answer.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
    }
    return answer;
  }
}
