/**
 * Sets up the TEST trust centre and has it certify each tenant's seal, once.
 *
 * It opens the trust centre's folder before the process does, so that the process itself never
 * issues a certificate for a seal: its door for seals stays closed.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import {
  createSealRequest,
  installAuthorisation,
  installSeal,
  type SealName,
} from '#adapters/keystores';
import { openTrustCentre, type TrustCentre } from '#adapters/trust-centre';
import { fromBase64, toBase64 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { assert } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantRecord } from '#business/tenancy';
import type { StandingAuthorisation } from '#trust/keys';
import { type Estate, processFolder } from './estate.ts';
import { sealName, sealPaper } from './plan.ts';
import type { PublishedKey } from './provision-keys.ts';
import type { Authority } from './provision-trust.ts';
import { textIn } from './secrets.ts';
import type { TenantOrder } from './tenant-orders.ts';

const paperDays = 366;
const daySeconds = 86_400;

export async function makeAuthority(
  estate: Estate,
  made: { readonly keys: readonly PublishedKey[]; readonly tenants: readonly TenantOrder[] },
  parts: { readonly clock: Clock; readonly random: Random },
): Promise<Authority> {
  const centre = await openTrustCentre({
    folder: processFolder(estate, 'trust-centre'),
    gatewayKey: gatewayKeyIn(made.keys, 'sms'),
    identityKey: gatewayKeyIn(made.keys, 'identity'),
    simulatorsAllowed: true,
    engine: nodeEngine,
    clock: parts.clock,
    elapsedMs: () => performance.now(),
    random: parts.random,
  });
  for (const { record, gone } of made.tenants) {
    if (!gone) await certifySeal(estate, centre, record);
  }
  return {
    caCertificate: centre.authority.root.der,
    tsaCertificates: centre.stamper.certificates.map(({ der }) => der),
  };
}

function gatewayKeyIn(keys: readonly PublishedKey[], gateway: string): Uint8Array {
  const key = keys.find(({ role, name }) => role === 'gateway' && name === gateway);
  assert(key !== undefined, 'the plan has an SMS gateway and an identity gateway');
  return key.spki;
}

/** The same key and the same words get the same certificate, so a second start changes nothing. */
async function certifySeal(
  estate: Estate,
  { authority }: TrustCentre,
  record: TenantRecord,
): Promise<void> {
  const folder = processFolder(estate, 'keystore');
  const { id: tenant, name: organisation, code } = record;
  const seal: SealName = { tenant, seal: sealName };
  // The request is kept before it is sent: ECDSA makes another one each time, and the authority
  // answers only the first that it saw for this key.
  const request = await textIn(join(folder, 'seals', tenant, `${sealName}.csr`), async () =>
    toBase64(await createSealRequest(folder, { ...seal, commonName: record.seal.words })),
  );
  const held = await authority.issueSealCertificate({
    csr: fromBase64(request),
    organisation,
    name: record.seal.words,
    code,
  });
  await installSeal(folder, { ...seal, certificate: held.der });
  // From the authority's first second on: a date that every later start finds again.
  await installAuthorisation(folder, standingPaper(record, authority.root.notBefore));
}

/** The written paper under which the tenant's seal signs by itself (law 1). */
function standingPaper({ id, seal }: TenantRecord, from: Instant): StandingAuthorisation {
  return {
    id: sealPaper,
    tenant: id,
    seal: sealName,
    documents: seal.documents,
    from,
    until: addSeconds(from, paperDays * daySeconds),
    grantedBy: seal.grantedBy,
  };
}
