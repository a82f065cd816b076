/**
 * Starts a phone as a process of its own and listens to what it tells, step by step.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { Fault } from '#base/fault';
import { childEnvironment } from '../../config.ts';
import { programFile } from '../bundle.ts';
import { socketOf } from '../estate/estate.ts';
import { issueSim } from '../estate/sim.ts';
import type { House } from './house.ts';
import { type PhoneSettings, writePhone } from './phone-parts.ts';

export interface ToldStep {
  readonly at: string;
  readonly step: string;
  readonly answer: unknown;
}

export interface PhoneEnd {
  readonly application: string;
  readonly case: string;
  readonly state: string;
}

const program = programFile();
const errorLettersMax = 2_000;

/** Plays one borrower's story; each step is awaited before the phone's next line is read. */
export async function runPhone(
  house: Pick<House, 'estate'>,
  order: {
    readonly folder: string;
    readonly plan: PhoneSettings['plan'];
    readonly onStep?: (step: ToldStep) => Promise<void> | void;
  },
): Promise<PhoneEnd> {
  const sim = await issueSim(house.estate, order.plan.applicant.phone);
  await writePhone(order.folder, { api: socketOf(house.estate, 'serve'), sim, plan: order.plan });
  const child = spawn(process.execPath, [program, 'phone', '--folder', order.folder], {
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-errorLettersMax);
  });
  const closed = new Promise<number>((resolve) => {
    child.once('close', (code) => resolve(code ?? 1));
  });
  let end: PhoneEnd | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as ToldStep;
    await order.onStep?.(told);
    if (told.step === 'end') end = told.answer as PhoneEnd;
  }
  const code = await closed;
  if (code !== 0 || end === undefined) throw new Fault('main.phone_failed', { code, complaint });
  return end;
}
