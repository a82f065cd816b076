/** A handset of the demo: what its folder says of it, and the parts it works with. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { nodeEngine } from '#adapters/engine';
import { readHandset } from '#adapters/gateways';
import { FolderObjects } from '#adapters/objects';
import { call } from '#adapters/wire';
import { fromBase64 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { Line, type PhoneParts, type StoryPlan } from '#doors/phone';
import { writeText } from '../estate/secrets.ts';
import type { Handset } from '../estate/sim.ts';
import { buildDigest } from '../signing/build-digest.ts';

/** The file `phone.json`: where the house answers, the SIM, what its owner wants. */
export interface PhoneSettings {
  readonly api: string;
  readonly sim: Handset;
  readonly plan: StoryPlan;
}

export const phoneSettingsFile = 'phone.json';
const patienceMsDefault = 120_000;
const requestMsMax = 60_000;

export async function writePhone(folder: string, settings: PhoneSettings): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeText(join(folder, phoneSettingsFile), JSON.stringify(settings, null, 2));
}

/** A phone over the sockets of its settings, as patient as its owner. */
export async function phoneParts(
  folder: string,
  settings: Pick<PhoneSettings, 'api' | 'sim'>,
  patienceMs = patienceMsDefault,
): Promise<PhoneParts> {
  const { api, sim } = settings;
  const line = new Line({
    send: (request) => call(api, { ...request, timeoutMs: requestMsMax }),
    clock: systemClock,
    random: systemRandom,
    sleep: (ms) => sleep(ms),
    patienceMs,
  });
  const pocket = new FolderObjects(folder);
  return {
    line,
    pocket: { keep: (name, bytes) => pocket.putOnce(name, bytes) },
    handset: { phone: sim.phone, message: (intent) => messageFor(intent, sim) },
    engine: nodeEngine,
    authority: fromBase64(sim.authority),
    build: await buildDigest(),
    waitMsMax: patienceMs,
  };
}

async function messageFor(intent: string, sim: PhoneSettings['sim']): Promise<string | undefined> {
  const ask = (question: Parameters<typeof call>[1]) => call(sim.socket, question);
  try {
    const messages = await readHandset(ask, sim);
    return messages.findLast((one) => one.intent === intent)?.text;
  } catch (thrown) {
    // No network on the handset: the message comes later.
    if (thrown instanceof Fault && thrown.retryable) return undefined;
    throw thrown;
  }
}
