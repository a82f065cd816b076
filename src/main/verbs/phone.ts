/**
 * `fubie phone --folder F`: the signer's device as a program of its own, for use without a screen.
 *
 * Speaks only HTTP, over the sockets named in its folder's phone.json; keeps receipts there for
 * ever and its key nowhere. Prints one JSON line for each step it has an answer to.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { canonical, type Json } from '#base/canonical';
import { formatInstant, systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { BorrowerStory } from '#doors/phone';
import { writeText } from '../estate/secrets.ts';
import { type PhoneSettings, phoneParts, phoneSettingsFile } from '../house/phone-parts.ts';

export async function run(args: readonly string[]): Promise<number> {
  const folder = args[args.indexOf('--folder') + 1];
  if (!args.includes('--folder') || folder === undefined) {
    throw new Fault('main.usage', { needs: '--folder' });
  }
  const text = await readFile(join(folder, phoneSettingsFile), 'utf8');
  const settings = JSON.parse(text) as PhoneSettings;
  const story = new BorrowerStory(await phoneParts(folder, settings), settings.plan, tell);
  const { token, ...end } = await story.run();
  await writeText(join(folder, 'token'), token);
  await tell('end', end);
  return 0;
}

async function tell(step: string, answer: Json): Promise<void> {
  const at = formatInstant(systemClock.now());
  process.stdout.write(`${canonical({ at, step, answer })}\n`);
}
