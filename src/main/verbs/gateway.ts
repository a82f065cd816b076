/**
 * `fubie gateway`: one simulated gateway with a key and a memory of its own.
 *
 * In production it does not start: a simulator's word never stands for a real one.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import {
  bureauSimulator,
  coreBankingSimulator,
  identitySimulator,
  type SimulatorParts,
  smsSimulator,
} from '#adapters/gateways';
import { FolderObjects } from '#adapters/objects';
import type { Handler } from '#adapters/wire';
import { fromBase64Url } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, runProcess } from '../estate/process.ts';
import { simMasterFile } from '../estate/sim.ts';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, name, mode } = settings;
  if (mode === 'production') throw new Fault('main.simulator_refused', { process: name });
  const parts: SimulatorParts = {
    signer: softSigner(await openKeyFile(join(folder, 'key.pem'))),
    engine: nodeEngine,
    register: new FolderObjects(join(folder, 'register')),
    clock: systemClock,
  };
  return { handler: await simulatorOf(settings, parts), close: async () => undefined };
}

async function simulatorOf(settings: ProcessSettings, parts: SimulatorParts): Promise<Handler> {
  if (settings.name === 'identity') return identitySimulator(parts);
  if (settings.name === 'bureau') return bureauSimulator(parts);
  if (settings.name === 'core-banking') return coreBankingSimulator(parts);
  if (settings.name !== 'sms') throw new Fault('main.process_unknown', { process: settings.name });
  const secret = await readFile(join(settings.folder, simMasterFile), 'utf8');
  return smsSimulator({ ...parts, random: systemRandom, simMaster: fromBase64Url(secret) });
}
