/**
 * `fubie doctor [--var DIR] [--json]`: what is configured, simulated, missing; whether each process
 * answers. Says no where the law asks for something this installation does not have.
 */
import { existsSync } from 'node:fs';

import { call } from '#adapters/wire';
import { readStartSettings } from '../../config.ts';
import { openEstate, processFolder, socketOf } from '../estate/estate.ts';
import { processPlans } from '../estate/plan.ts';
import { optionOf } from '../options.ts';

interface Finding {
  readonly what: string;
  readonly is: 'yes' | 'no' | 'simulated';
  readonly detail: string;
}

const healthMsMax = 1_000;
const exitMissing = 1;

export async function run(args: readonly string[]): Promise<number> {
  const settings = readStartSettings();
  const root = optionOf(args, '--var') ?? settings.root;
  const findings = [...standing(settings.mode, settings.databaseUrl), ...(await processes(root))];
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ findings })}\n`);
  else
    for (const { what, is, detail } of findings)
      process.stdout.write(`${is.padEnd(9)}  ${what}  ${detail}\n`);
  return findings.some(({ is, what }) => is === 'no' && what.startsWith('process'))
    ? exitMissing
    : 0;
}

/** What no run can change: licences, assessments, hardware. */
function standing(mode: string, databaseUrl: string | undefined): Finding[] {
  return [
    { what: 'CA licence', is: 'no', detail: 'TEST CA – NOT LICENSED (电子签名法 16–18)' },
    { what: 'national time source', is: 'no', detail: 'timeSource LOCAL_CLOCK' },
    { what: 'hardware key store', is: 'no', detail: 'software keys, not certified' },
    { what: 'independent witnesses', is: 'no', detail: '见证方由出证方自行运行，属自证' },
    { what: '等保, 密评', is: 'no', detail: 'not assessed' },
    { what: 'mode', is: 'yes', detail: mode },
    { what: 'database', is: 'yes', detail: databaseUrl === undefined ? 'embedded' : 'external' },
  ];
}

async function processes(root: string): Promise<Finding[]> {
  if (!existsSync(root))
    return [{ what: 'installation', is: 'no', detail: `${root} is not there` }];
  const estate = openEstate(root);
  return Promise.all(
    processPlans.map(async ({ name, simulates }): Promise<Finding> => {
      const answers = await isWell(socketOf(estate, name));
      const folder = processFolder(estate, name);
      if (!answers) return { what: `process ${name}`, is: 'no', detail: 'does not answer' };
      const is = simulates === true ? 'simulated' : 'yes';
      return { what: `process ${name}`, is, detail: folder };
    }),
  );
}

async function isWell(socket: string): Promise<boolean> {
  try {
    const question = { method: 'GET', path: '/health', timeoutMs: healthMsMax };
    return (await call(socket, question)).status === 200;
  } catch {
    return false;
  }
}
