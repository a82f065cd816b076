/**
 * Puts the signer's room together: her devices, her photos, her way, what she holds afterwards.
 */
import { SmsGateway } from '#adapters/gateways';
import { PostgresPackages, signerStores } from '#adapters/postgres';
import type { Unit } from '#base/unit';
import type { JobHand } from '#business/integration';
import { Afterwards, Captures, Handwriting, Progress, sendReceipt, Visits } from '#business/signer';
import type { SignerDesk } from '#doors/http';
import { trustFilesOf } from '../estate/trust-folder.ts';
import type { Ground } from './ground.ts';
import { gatewayParts, type LendingRooms } from './lending.ts';
import { samplePages } from './rehearsal.ts';

/** The hand of the job that sends the receipt. */
export async function openReceiptHand(ground: Ground, lending: LendingRooms): Promise<JobHand> {
  const gateway = new SmsGateway(await gatewayParts(ground, 'sms'));
  const { units } = ground;
  const messageSent = (unit: Unit) => lending.loan.tenancy.messageSent(unit);
  const parts = { units, afterwards: afterwardsOf(ground, lending), gateway, messageSent };
  return (tenant, caseId) => sendReceipt(parts, { tenant, caseId });
}

function afterwardsOf({ shelf }: Ground, { loan, file }: LendingRooms): Afterwards {
  return new Afterwards({ ...loan, file, shelf, store: signerStores().afterwards });
}

export function openSignerDesk(ground: Ground, lending: LendingRooms): SignerDesk {
  const { loan, file } = lending;
  const stores = signerStores();
  const { vault, entries } = ground;
  const captures = new Captures({
    ...loan,
    file,
    store: stores.captures,
    objects: ground.objects,
    seal: vault,
  });
  const handwriting = new Handwriting({ ...loan, file });
  const packages = new PostgresPackages({ objects: ground.objects });
  return {
    visits: new Visits({ ...loan, ...stores, file }),
    captures,
    progress: new Progress({ ...loan, file, shelf: ground.shelf, captures, handwriting }),
    handwriting,
    afterwards: afterwardsOf(ground, lending),
    checkpoint: (unit) => entries.newestCheckpoint(unit, 'L2'),
    packageOf: (unit, caseId) => packages.newestOf(unit, caseId),
    offered: async (tenant) => {
      const { catalog } = lending;
      const { products } = await ground.units.run(tenant, (unit) => ground.tenants.view(unit));
      const now = ground.clock.now();
      return catalog
        .products(now)
        .filter((id) => products === undefined || products.includes(id))
        .flatMap((id) => catalog.product(id, now) ?? []);
    },
    rehearsal: samplePages(lending),
    authority: async () => (await ground.centre.root()).publicKey,
    trust: (tenant) => trustFilesOf(ground.settings.trust, tenant),
  };
}
