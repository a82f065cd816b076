/**
 * Sets up the TEST trust centre and has it certify the institution's seal, once.
 *
 * It opens the trust centre's folder before the process does, so that the process itself never
 * issues a certificate for a seal: its door for seals stays closed.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { createSealRequest, installAuthorisation, installSeal } from '#adapters/keystores';
import { openTrustCentre, type TrustCentre } from '#adapters/trust-centre';
import { fromBase64, toBase64 } from '#base/bytes';
import type { Clock } from '#base/clock';
import { assert } from '#base/fault';
import type { Random } from '#base/random';
import { type Estate, processFolder } from './estate.ts';
import { institution, sealAuthorisation } from './institution.ts';
import { sealName } from './plan.ts';
import type { PublishedKey } from './provision-keys.ts';
import type { Authority } from './provision-trust.ts';
import { textIn } from './secrets.ts';

export async function makeAuthority(
  estate: Estate,
  keys: readonly PublishedKey[],
  parts: { readonly clock: Clock; readonly random: Random },
): Promise<Authority> {
  const centre = await openTrustCentre({
    folder: processFolder(estate, 'trust-centre'),
    gatewayKey: gatewayKeyIn(keys, 'sms'),
    identityKey: gatewayKeyIn(keys, 'identity'),
    simulatorsAllowed: true,
    engine: nodeEngine,
    clock: parts.clock,
    elapsedMs: () => performance.now(),
    random: parts.random,
  });
  await certifySeal(estate, centre);
  return {
    caCertificate: centre.authority.root.der,
    tsaCertificate: centre.stamper.certificate.der,
  };
}

function gatewayKeyIn(keys: readonly PublishedKey[], gateway: string): Uint8Array {
  const key = keys.find(({ role, name }) => role === 'gateway' && name === gateway);
  assert(key !== undefined, 'the plan has an SMS gateway and an identity gateway');
  return key.spki;
}

/** The same key and the same words get the same certificate, so a second start changes nothing. */
async function certifySeal(estate: Estate, { authority }: TrustCentre): Promise<void> {
  const folder = processFolder(estate, 'keystore');
  const { name: organisation, code, sealWords } = institution;
  // The request is kept before it is sent: ECDSA makes another one each time, and the authority
  // answers only the first that it saw for this key.
  const request = await textIn(join(folder, 'seals', `${sealName}.csr`), async () =>
    toBase64(await createSealRequest(folder, { seal: sealName, commonName: sealWords })),
  );
  const held = await authority.issueSealCertificate({
    csr: fromBase64(request),
    organisation,
    name: sealWords,
    code,
  });
  await installSeal(folder, sealName, held.der);
  // From the authority's first second on: a date that every later start finds again.
  await installAuthorisation(folder, sealAuthorisation(authority.root.notBefore));
}
