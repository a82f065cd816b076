/**
 * Sets up the TEST trust centre and has it certify each tenant's seals, once each; of a seal that
 * was destroyed it withdraws the certificate.
 *
 * It opens the trust centre's folder before the process does, so that the process itself never
 * issues a certificate for a seal: its door for seals stays closed.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import {
  createSealRequest,
  destroySeal,
  installAuthorisation,
  installSeal,
  type SealName,
} from '#adapters/keystores';
import { openTrustCentre, type TrustCentre } from '#adapters/trust-centre';
import { fromBase64, toBase64 } from '#base/bytes';
import { addSeconds, type Clock } from '#base/clock';
import { assert } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantRecord } from '#business/tenancy';
import { parseCertificate } from '#formats/x509';
import { type Estate, processFolder } from '../estate/estate.ts';
import { paperOf, sealName } from '../estate/plan.ts';
import {
  isSealGone,
  readSealOrders,
  readSealPapers,
  type SealOrderFile,
} from '../estate/seal-orders.ts';
import { textIn } from '../estate/secrets.ts';
import type { TenantOrder } from '../estate/tenant-orders.ts';
import { keystoreSigners, type PublishedKey, unlessTokenAway } from './keys.ts';
import type { Authority } from './trust.ts';

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
    if (gone) continue;
    // From the authority's first second on: a date that every later start finds again.
    const from = centre.authority.root.notBefore;
    const until = addSeconds(from, paperDays * daySeconds);
    const { words, documents, grantedBy } = record.seal;
    const isGone = await isSealGone(estate.tenants, record.id, sealName);
    const paper = { words, documents, grantedBy, from, until };
    const first = { ...paper, seal: sealName, gone: isGone };
    const settle = (order: SealOrderFile): Promise<void> =>
      order.gone
        ? endSeal(estate, centre, { tenant: record.id, seal: order.seal })
        : certifySeal(estate, centre, { record, order });
    await settle(first);
    for (const order of await readSealOrders(estate.tenants, record.id)) {
      await unlessTokenAway(settle(order));
    }
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
  asked: { readonly record: TenantRecord; readonly order: SealOrderFile },
): Promise<void> {
  const folder = processFolder(estate, 'keystore');
  const { id: tenant, name: organisation, code } = asked.record;
  const { seal, words, documents, from, until, grantedBy } = asked.order;
  const name: SealName = { tenant, seal };
  const signers = await keystoreSigners(estate);
  // The request is kept before it is sent: ECDSA makes another one each time, and the authority
  // answers only the first that it saw for this key.
  const request = await textIn(join(folder, 'seals', tenant, `${seal}.csr`), async () =>
    toBase64(await createSealRequest(folder, { ...name, commonName: words }, signers)),
  );
  const csr = fromBase64(request);
  const id = paperOf(seal);
  const first = { paper: 1, documents, from, until, grantedBy };
  for (const one of [first, ...(await readSealPapers(estate.tenants, tenant, seal))]) {
    const { paper, ...granted } = one;
    const wish = { csr, organisation, name: words, code, paper };
    const held = await authority.issueSealCertificate(wish);
    await installSeal(folder, { ...name, certificate: held.der, paper }, signers);
    // The written paper under which the tenant's seal signs by itself (law 1).
    await installAuthorisation(folder, { id, tenant, ...granted, seal }, paper);
  }
}

/** First the key, then the certificate's end: what is signed in between is signed by nobody. */
async function endSeal(estate: Estate, { authority }: TrustCentre, name: SealName): Promise<void> {
  const folder = processFolder(estate, 'keystore');
  const certificates = await destroySeal(folder, name, await keystoreSigners(estate));
  for (const certificate of certificates) {
    await authority.revoke(parseCertificate(certificate).serial);
  }
}
