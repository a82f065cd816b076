/**
 * Serves HTTP/1.1 (RFC 9112) on a Unix socket that only this user may open.
 *
 * Promises: the socket is 0600; a stale socket file of a dead process is replaced, a living one is
 * wire.socket_taken; a body beyond the limit never reaches the handler; a thrown Fault is answered
 * as its code; `close` lets answers that have begun end.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';

import { Fault } from '#base/fault';
import { plainHeaders, readBody, wireBodyBytesMax } from './body.ts';
import { answerOfFault } from './fault-body.ts';
import type { Handler, Reply } from './message.ts';
import { checkSocketPath } from './socket-path.ts';

const requestMsMax = 60_000;
const headersMsMax = 5_000;
const closeMsMax = 5_000;

export interface Listening {
  readonly socketPath: string;
  close(): Promise<void>;
}

export interface ListenLimits {
  readonly bodyBytesMax?: number;
  /** Told of what the handler threw that was no Fault: a bug of ours. */
  readonly onBug?: (thrown: unknown) => void;
}

export async function listen(
  socketPath: string,
  handler: Handler,
  limits: ListenLimits = {},
): Promise<Listening> {
  checkSocketPath(socketPath);
  await removeStale(socketPath);
  const server = createServer({ requestTimeout: requestMsMax, headersTimeout: headersMsMax });
  server.on('request', (message, response) => {
    serveOne({ handler, limits, message, response }).catch((thrown: unknown) => {
      limits.onBug?.(thrown);
      response.destroy();
    });
  });
  await begin(server, socketPath);
  return { socketPath, close: () => closeServer(server, socketPath) };
}

async function serveOne(exchange: {
  handler: Handler;
  limits: ListenLimits;
  message: IncomingMessage;
  response: ServerResponse;
}): Promise<void> {
  const { message, response, limits } = exchange;
  let reply: Reply;
  try {
    const body = await readBody(message, limits.bodyBytesMax ?? wireBodyBytesMax);
    reply = await exchange.handler({
      method: message.method ?? 'GET',
      path: message.url ?? '/',
      headers: plainHeaders(message),
      body,
    });
  } catch (thrown) {
    if (!(thrown instanceof Fault)) limits.onBug?.(thrown);
    reply = answerOfFault(thrown);
    // The rest of an oversized body is still on its way; this connection carries no other request.
    if (!message.complete) response.setHeader('connection', 'close');
  }
  response.writeHead(reply.status, {
    ...reply.headers,
    'content-length': String(reply.body.length),
  });
  response.end(reply.body);
}

function begin(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
    server.listen(socketPath);
    // bind(2) has happened by now, in this same turn: nobody connects before the mode is right.
    if (server.listening) chmodSync(socketPath, 0o600);
  });
}

/** A socket file whose process is gone refuses connections; one that answers is somebody's. */
async function removeStale(socketPath: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(socketPath);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
  if (answered) throw new Fault('wire.socket_taken', { path: socketPath });
  rmSync(socketPath, { force: true });
}

async function closeServer(server: Server, socketPath: string): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), closeMsMax);
  await closed;
  clearTimeout(force);
  rmSync(socketPath, { force: true });
}
