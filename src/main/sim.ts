/**
 * Issues SIM secrets for demo handsets: whoever set the house up plays the carrier's shop.
 *
 * The secret goes into the phone's own folder; serve and work never see one, so they cannot read
 * the codes that the SMS gateway sends.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { simSecretOf } from '#adapters/gateways';
import { fromBase64Url } from '#base/bytes';
import { type Estate, processFolder, socketOf } from './estate.ts';

export const simMasterFile = 'sim-master.secret';

export interface Handset {
  readonly phone: string;
  readonly simSecret: string;
  /** Where the gateway's inbox is asked. */
  readonly socket: string;
}

export async function issueSim(estate: Estate, phone: string): Promise<Handset> {
  const master = await readFile(join(processFolder(estate, 'sms'), simMasterFile), 'utf8');
  const simSecret = simSecretOf(fromBase64Url(master), phone);
  return { phone, simSecret, socket: socketOf(estate, 'sms') };
}
