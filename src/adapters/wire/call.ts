/**
 * Asks another process of the house over its Unix socket, once and within a deadline.
 *
 * Nothing is retried here, for only the caller knows whether the question may be asked twice.
 * wire.unreachable says that nobody heard it; wire.answer_lost and wire.timeout leave that open.
 */
import { type IncomingMessage, request } from 'node:http';

import { Fault } from '#base/fault';
import { plainHeaders, readBody, wireBodyBytesMax } from './body.ts';
import type { Answer } from './message.ts';
import { checkSocketPath } from './socket-path.ts';

const answerMsMax = 10_000;

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs?: number;
  readonly answerBytesMax?: number;
}

export async function call(socketPath: string, question: Question): Promise<Answer> {
  checkSocketPath(socketPath);
  const signal = AbortSignal.timeout(question.timeoutMs ?? answerMsMax);
  try {
    const message = await ask(socketPath, question, signal);
    const body = await readBody(message, question.answerBytesMax ?? wireBodyBytesMax);
    return { status: message.statusCode ?? 0, headers: plainHeaders(message), body };
  } catch (cause) {
    throw faultOfFailure(cause, { socketPath, timedOut: signal.aborted });
  }
}

function ask(
  socketPath: string,
  question: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // One connection for one question: a kept connection may die between two of them, and then
    // nobody can tell whether the second one was heard.
    const asked = request({
      socketPath,
      signal,
      agent: false,
      method: question.method,
      path: question.path,
      headers: { host: 'fubie', ...question.headers },
    });
    asked.once('response', resolve);
    asked.on('error', reject);
    if (question.body !== undefined) {
      asked.setHeader('content-length', String(question.body.length));
    }
    asked.end(question.body);
  });
}

function faultOfFailure(
  cause: unknown,
  place: { readonly socketPath: string; readonly timedOut: boolean },
): Fault {
  if (cause instanceof Fault) return cause;
  const details = { socket: place.socketPath };
  const more = { cause, retryable: true };
  if (place.timedOut) return new Fault('wire.timeout', details, more);
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const unheard = code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EACCES';
  return new Fault(unheard ? 'wire.unreachable' : 'wire.answer_lost', details, more);
}
