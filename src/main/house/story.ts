/**
 * The main job, played once against a running house: a loan from application to its package, and
 * an application that is refused with its evidence.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  refusedByBureau,
  type SyntheticPerson,
  syntheticBorrower,
  syntheticPaymentPassword,
} from '#adapters/gateways';
import { call, okBody } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { type StoryPlan, textIn } from '#doors/phone';
import { socketOf } from '../estate/estate.ts';
import type { StoryOutcome } from './first-story.ts';
import type { House } from './house.ts';
import { type PhoneEnd, runPhone, type ToldStep } from './phone-run.ts';

const demoProduct = 'rural-loan-demo';
const packageMsMax = 60_000;
const raiseMsMax = 15_000;
const raisePauseMs = 100;

/** 5,000.00 yuan for 12 months, the loan of the story. */
export function loanPlan(person: SyntheticPerson): StoryPlan {
  return {
    product: demoProduct,
    applicant: { ...person, address: '示例省示例县人民路 2 号' },
    amountFen: '500000',
    termMonths: 12,
    purpose: 'farming',
    consents: [
      'bank-account',
      'credit-reporting',
      'third-party-sources',
      'automated-decision',
      'evidence-deposit',
    ],
    password: syntheticPaymentPassword,
  };
}

export interface Told extends StoryOutcome {
  readonly loan: PhoneEnd;
  readonly refused: PhoneEnd;
  readonly steps: readonly ToldStep[];
  readonly timeline: Json;
}

export async function tellStory(house: Pick<House, 'estate'>, out: string): Promise<Told> {
  await mkdir(out, { recursive: true, mode: 0o700 });
  const steps: ToldStep[] = [];
  const onStep = (step: ToldStep): void => {
    steps.push(step);
    process.stderr.write(`${step.at}  ${step.step}\n`);
  };
  const phone = join(out, 'phone');
  const loan = await runPhone(house, { folder: phone, plan: loanPlan(syntheticBorrower), onStep });
  const refused = await runPhone(house, {
    folder: join(out, 'phone-refused'),
    plan: loanPlan(refusedByBureau),
  });
  const file = join(out, 'package.zip');
  const token = await readFile(join(phone, 'token'), 'utf8');
  await raised(house, { token, caseId: loan.case });
  await packageOf(house, { token, caseId: loan.case, file });
  await packageOf(house, {
    token: await readFile(join(out, 'phone-refused', 'token'), 'utf8'),
    caseId: refused.case,
    file: join(out, 'refused.zip'),
  });
  const timeline = await ask(house, { token, path: `/v1/cases/${loan.case}/timeline` });
  return { package: file, loan, refused, steps, timeline: timeline['entries'] ?? null };
}

/**
 * Waits for the worker to raise the signed documents for the long term, so that the demo shows them
 * as they are kept; a package without it is as valid.
 */
async function raised(
  house: Pick<House, 'estate'>,
  order: { token: string; caseId: string },
): Promise<void> {
  const path = `/v1/cases/${order.caseId}/timeline`;
  const until = performance.now() + raiseMsMax;
  while (performance.now() < until) {
    const timeline = await ask(house, { token: order.token, path });
    if (canonical(timeline).includes('"document.raised"')) return;
    await sleep(raisePauseMs);
  }
}

/** A borrower fetches the package of her own case. */
async function packageOf(
  house: Pick<House, 'estate'>,
  order: { token: string; caseId: string; file: string },
): Promise<void> {
  const { token, caseId, file } = order;
  const made = await ask(house, { token, path: '/v1/packages', body: { case: caseId } });
  await writeFile(
    file,
    await bytes(house, { token, path: `/v1/packages/${textIn(made, 'package')}` }),
  );
}

type Members = { readonly [name: string]: Json };

async function ask(
  house: Pick<House, 'estate'>,
  question: { token: string; path: string; body?: Json },
): Promise<Members> {
  return JSON.parse(fromUtf8(await bytes(house, question))) as Members;
}

async function bytes(
  house: Pick<House, 'estate'>,
  question: { token: string; path: string; body?: Json },
): Promise<Uint8Array> {
  const { token, path, body } = question;
  const answer = await call(socketOf(house.estate, 'serve'), {
    method: body === undefined ? 'GET' : 'POST',
    path,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': `story-${path.replace(/\W/g, '-')}`.padEnd(16, '-').slice(0, 64),
    },
    ...(body === undefined ? {} : { body: utf8(canonical(body)) }),
    timeoutMs: packageMsMax,
  });
  return okBody(answer);
}
