/**
 * Issues SIM secrets for demo handsets: whoever set the house up plays the carrier's shop.
 *
 * The secret goes into the phone's own folder; serve and work never see one, so they cannot read
 * the codes that the SMS gateway sends.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { simSecretOf } from '#adapters/gateways';
import { fromBase64Url, toBase64 } from '#base/bytes';
import { type Estate, processFolder, socketOf } from './estate.ts';
import { trustedCertificate } from './trust-folder.ts';

export const simMasterFile = 'sim-master.secret';

export interface Handset {
  readonly phone: string;
  readonly simSecret: string;
  /** Where the gateway's inbox is asked. */
  readonly socket: string;
  /** The authority's public key, base64 SPKI: whose receipts the phone believes. */
  readonly authority: string;
}

export async function issueSim(estate: Estate, phone: string): Promise<Handset> {
  const master = await readFile(join(processFolder(estate, 'sms'), simMasterFile), 'utf8');
  const simSecret = simSecretOf(fromBase64Url(master), phone);
  const { publicKey } = await trustedCertificate(estate.trust, 'ca');
  const authority = toBase64(publicKey);
  return { phone, simSecret, socket: socketOf(estate, 'sms'), authority };
}
