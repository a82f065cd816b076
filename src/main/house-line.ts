/**
 * Asks the running house as an operator of the demo institution: over its socket, with a login from
 * the root folder that only its owner can read.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { call } from '#adapters/wire';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { Line, textIn } from '#doors/phone';
import { type Estate, socketOf } from './estate.ts';
import { type DemoLogin, loginsFileName } from './operators.ts';

const requestMsMax = 60_000;
const patienceMs = 60_000;

/** A line that holds the token of a fresh session of this operator. */
export async function operatorLine(estate: Estate, login: string): Promise<Line> {
  const line = new Line({
    send: (request) => call(socketOf(estate, 'serve'), { ...request, timeoutMs: requestMsMax }),
    clock: systemClock,
    random: systemRandom,
    sleep: (ms) => sleep(ms),
    patienceMs,
  });
  const password = await passwordOf(estate, login);
  line.hold(textIn(await line.post('/v1/sessions', { login, password }), 'token'));
  return line;
}

async function passwordOf(estate: Estate, login: string): Promise<string> {
  const path = join(estate.root, loginsFileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
  const known = (JSON.parse(text) as readonly DemoLogin[]).find((one) => one.login === login);
  if (known === undefined) throw new Fault('main.usage', { login });
  return known.password;
}
