/**
 * The other program of the kill drill: plays many borrowers at once and writes down what it was
 * told.
 *
 * It speaks HTTP over the sockets it is given and nothing else. Each answer is on the disk, in a
 * file of its own story, before the story's next step: what stands there is what the house has
 * promised to somebody.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { canonical, type Json } from '#base/canonical';
import { formatInstant, systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { BorrowerStory } from '#doors/phone';
import { type PhoneSettings, phoneParts } from '../../src/main/house/phone-parts.ts';
import { answersFile, driverOrderFile } from './driver-files.ts';

export interface DriverOrder {
  readonly stories: readonly { readonly name: string; readonly phone: PhoneSettings }[];
  /** Between the beginnings of two stories. */
  readonly apartMs: number;
  readonly patienceMs: number;
}

process.exitCode = await drive(process.argv[2] ?? '.');

async function drive(folder: string): Promise<number> {
  const text = await readFile(join(folder, driverOrderFile), 'utf8');
  const order = JSON.parse(text) as DriverOrder;
  const ends = await Promise.all(
    order.stories.map(async ({ name, phone }, at) => {
      // Nobody walks into a bank in the same millisecond as everybody else.
      await sleep(at * order.apartMs);
      return play(join(folder, name), phone, order.patienceMs);
    }),
  );
  return ends.every((played) => played) ? 0 : 1;
}

async function play(folder: string, phone: PhoneSettings, patienceMs: number): Promise<boolean> {
  const file = await open(join(folder, answersFile), 'a', 0o600);
  const tell = async (step: string, answer: Json): Promise<void> => {
    const at = formatInstant(systemClock.now());
    await file.writeFile(`${canonical({ at, step, answer })}\n`);
    await file.datasync();
  };
  try {
    const parts = await phoneParts(folder, phone, patienceMs);
    const { token: _token, ...end } = await new BorrowerStory(parts, phone.plan, tell).run();
    await tell('end', end);
    return true;
  } catch (thrown) {
    const { code, details } =
      thrown instanceof Fault ? thrown : { code: String(thrown), details: {} };
    await tell('failed', { code, details: { ...details } });
    return false;
  } finally {
    await file.close();
  }
}
