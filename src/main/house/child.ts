/**
 * One life of one process as the supervisor sees it: started, ready, ended.
 *
 * The child is a session of its own, so that Ctrl-C on the terminal reaches the supervisor alone,
 * which then ends the processes in their order. Its environment is a short list without secrets.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Fault } from '#base/fault';
import { childEnvironment } from '../../config.ts';
import { programFile } from '../bundle.ts';
import type { ProcessPlan } from '../estate/plan.ts';

const program = programFile();
/**
 * Through the environment, because the first file is compiled before it could ask for the cache:
 * without it each process loads the whole TypeScript compiler for ten lines.
 */
const compileCache = fileURLToPath(new URL('../../../node_modules/.cache/fubie', import.meta.url));
/**
 * The old generation may grow to five times what lived through its last collection. V8 counts young
 * buffers against that limit too, and a process that passes bytes on reached it twice a second: the
 * collector's threads took a quarter of a busy house (docs/decisions/0083).
 */
const engineFlags = ['--heap-growing-percent=400'];
const readyMsMax = 60_000;
const logBytesMax = 8 * 1024 * 1024;
const logLookMs = 5_000;
const logTailLetters = 1_200;

export class Child {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves with the address for people, if it has one; rejects when it ends before. */
  readonly ready: Promise<string | undefined>;
  readonly exited: Promise<string>;
  readonly #process: ChildProcess;
  readonly #log: string;

  constructor(plan: ProcessPlan, folder: string) {
    this.name = plan.name;
    this.#log = join(folder, 'process.log');
    const log = openLog(this.#log);
    this.#process = spawn(
      process.execPath,
      [...engineFlags, program, plan.verb, '--folder', folder],
      {
        env: { ...childEnvironment(), NODE_COMPILE_CACHE: compileCache },
        stdio: ['ignore', log, log, 'ipc'],
        detached: true,
      },
    );
    closeSync(log);
    this.pid = this.#process.pid;
    const looking = setInterval(() => boundLog(this.#log), logLookMs).unref();
    this.#process.once('exit', () => clearInterval(looking));
    this.exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve(signal ?? `exit ${code ?? '?'}`));
      this.#process.once('error', (failure) => resolve(failure.message));
    });
    this.ready = this.#untilReady();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  #untilReady(): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        clearTimeout(late);
        reject(new Fault('main.process_not_ready', { process: this.name, why, log: this.#tail() }));
      };
      const late = setTimeout(() => {
        fail('time');
        this.kill('SIGKILL');
      }, readyMsMax);
      this.#process.on('message', (message) => {
        if (!isReady(message)) return;
        clearTimeout(late);
        resolve(message.url);
      });
      this.exited.then(fail, fail);
    });
  }

  #tail(): string {
    return logTail(this.#log);
  }
}

/** The last words of a log; none where somebody took the file away. */
export function logTail(path: string): string {
  if (!existsSync(path)) return '';
  return readFileSync(path, 'utf8').slice(-logTailLetters);
}

function openLog(path: string): number {
  const log = openSync(path, 'a', 0o600);
  boundLog(path);
  return log;
}

/**
 * At most twice the limit on the disk: what was before is worth less than a full disk costs. The
 * process keeps writing at the end of the same file, so its content is moved, not its name.
 */
export function boundLog(path: string, bytesMax = logBytesMax): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= bytesMax) return;
  copyFileSync(path, `${path}.1`);
  chmodSync(`${path}.1`, 0o600);
  truncateSync(path);
}

function isReady(message: unknown): message is { kind: 'ready'; url?: string } {
  return (
    typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready'
  );
}
