/**
 * The hand of the `receipt.message` job: number and check phrase go to her telephone once.
 */
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Afterwards } from './afterwards.ts';

/** The gateway that sends texts; the same message again sends nothing more. */
export interface TextGateway {
  tell(message: { message: string; phone: string; text: string }): Promise<void>;
}

export interface ReceiptMessageParts {
  readonly units: Units;
  readonly afterwards: Pick<Afterwards, 'message'>;
  readonly gateway: TextGateway;
  /** One more message was sent to a telephone. */
  readonly messageSent: (unit: Unit) => Promise<void>;
}

/** Sends it, or nothing to whoever was erased meanwhile; the commit counts it. */
export async function sendReceipt(
  { units, afterwards, gateway, messageSent }: ReceiptMessageParts,
  { tenant, caseId }: { readonly tenant: TenantId; readonly caseId: string },
): Promise<Commit<void>> {
  const text = await units.run(tenant, (unit) => afterwards.message(unit, caseId));
  if (text === undefined) return async () => undefined;
  await gateway.tell({ message: `receipt-${caseId}`, ...text });
  return messageSent;
}
