/**
 * The life of one process: take the socket, open the parts, say "ready", serve, close, end.
 *
 * The socket is taken before anything else and given back last, so it is also the lock: a process
 * of an earlier, dying generation keeps the next one waiting until it has really ended. A process
 * that a supervisor started ends with it, whatever killed it (the IPC channel closes).
 */
import { flushCompileCache } from 'node:module';

import { type Handler, type Listening, listen, type Reply } from '#adapters/wire';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault, faultCode } from '#base/fault';
import { type ProcessSettings, readProcessSettings } from '../../config.ts';
import { traceOf } from '../trace.ts';

const socketTakenMsMax = 15_000;
const socketRetryMs = 25;
const closeMsMax = 8_000;
/** What still holds the process after it closed its parts is a leak, and ends with it. */
const lingerMsMax = 500;
const exitBroken = 1;

/** What a verb opens: how it answers on its socket, and how it ends. */
export interface Opened {
  /** Without it the process only has a health. */
  readonly handler?: Handler;
  /** The handler answers GET /health itself, because "running" is less than "well" there. */
  readonly ownHealth?: boolean;
  /** Where people reach it, if they do. */
  readonly url?: string;
  close(): Promise<void>;
}

export interface ReadyMessage {
  readonly kind: 'ready';
  readonly url?: string;
}

export async function runProcess(
  args: readonly string[],
  open: (settings: ProcessSettings) => Promise<Opened>,
): Promise<number> {
  dieQuietly();
  const settings = readProcessSettings(folderOf(args));
  const ended = endSignal();
  let opened: Opened | undefined;
  const listening = await takeSocket(settings.socket, async (request) => {
    if (request.path === '/health' && opened?.ownHealth !== true) {
      return healthOf(settings, opened);
    }
    if (opened?.handler === undefined) throw notReady();
    return opened.handler(request);
  });
  try {
    opened = await open(settings);
    tellReady(opened);
    flushCompileCache();
    await ended;
  } finally {
    await closeAll(opened, listening);
  }
  return 0;
}

function folderOf(args: readonly string[]): string {
  const folder = args[args.indexOf('--folder') + 1];
  if (!args.includes('--folder') || folder === undefined) {
    throw new Fault('main.usage', { needs: '--folder' });
  }
  return folder;
}

/** Resolves once: on SIGTERM, on Ctrl-C, or when the supervisor is gone. */
function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    process.once('disconnect', () => resolve());
  });
}

async function takeSocket(socket: string, handler: Handler): Promise<Listening> {
  const until = performance.now() + socketTakenMsMax;
  for (;;) {
    try {
      return await listen(socket, handler, { onBug });
    } catch (thrown) {
      if (faultCode(thrown) !== 'wire.socket_taken' || performance.now() > until) throw thrown;
      await new Promise((resume) => setTimeout(resume, socketRetryMs));
    }
  }
}

/** Into this process's own log; no value of anybody stands there. */
export function onBug(thrown: unknown): void {
  process.stderr.write(`${traceOf(thrown)}\n`);
}

/** Node's own last words would quote the message, and with it whatever it was about. */
function dieQuietly(): void {
  process.on('uncaughtException', (thrown) => {
    onBug(thrown);
    process.exit(exitBroken);
  });
}

function healthOf(settings: ProcessSettings, opened: Opened | undefined): Reply {
  const body: Json = { name: settings.name, pid: process.pid, ready: opened !== undefined };
  return {
    status: opened === undefined ? 503 : 200,
    headers: { 'content-type': 'application/json' },
    body: canonicalBytes(body),
  };
}

/** The socket is there before the parts are: whoever asks in between asks again. */
function notReady(): Fault {
  return new Fault('main.process_not_ready', {}, { retryable: true });
}

function tellReady(opened: Opened): void {
  const message: ReadyMessage = {
    kind: 'ready',
    ...(opened.url === undefined ? {} : { url: opened.url }),
  };
  // The channel may close between the question and the answer; the end signal then does its work.
  process.send?.(message, () => undefined);
}

async function closeAll(opened: Opened | undefined, listening: Listening): Promise<void> {
  const force = setTimeout(() => process.exit(1), closeMsMax);
  try {
    await opened?.close();
    await listening.close();
  } finally {
    clearTimeout(force);
    if (process.connected) process.disconnect();
    setTimeout(() => process.exit(), lingerMsMax).unref();
  }
}
