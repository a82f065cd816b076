/**
 * Archive time-stamps of version 2 (RFC 5126 §6.4.1): over the whole message as it was before them.
 */
import { equal } from '#base/bytes';
import { readStampedMessage, type StampedMessage } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { StampEntry } from '../etsi/docket.ts';
import { judgeTokenIntegrity, type Token } from '../etsi/stamp.ts';
import { archivedObjects, boundBy, type Signed } from './added.ts';

/** One stamp of version 2 and what it is over; undefined where no reading of the message fits. */
export interface MessageStamp {
  readonly token: Token;
  readonly over: StampedMessage | undefined;
}

/** Archive time-stamps of version 2, each held against the message as it was before it. */
export async function readMessageStamps(
  { one, message, content }: Omit<Signed, 'entry'>,
  engine: Engine,
): Promise<readonly MessageStamp[]> {
  const all = [...one.messageTokens, ...one.archiveTokens];
  return Promise.all(
    one.messageTokens.map(async (token) => {
      const { imprint, time } = token;
      const isEarlier = (der: Uint8Array): boolean =>
        all.some((other) => other.time < time && equal(other.cms.der, der));
      const ask = { ...imprint, content, isEarlier };
      const { hash } = imprint;
      const of = { message, signer: one.signer };
      const over = hash && (await readStampedMessage(of, { ...ask, hash }, engine));
      return { token, over };
    }),
  );
}

/** Each that fits proves everything in the message. */
export async function messageStampsOf(
  stamps: readonly MessageStamp[],
  { entry, message, certificates }: Signed,
  engine: Engine,
): Promise<readonly StampEntry[]> {
  const entries: StampEntry[] = [];
  for (const { token, over } of stamps) {
    if (over === undefined) continue;
    const { certificates: bag, revocation } = message;
    const { attributes, stamped } = over;
    const integrity = await judgeTokenIntegrity(token, stamped, { engine, certificates });
    const held = archivedObjects({ certificates: bag, revocation, attributes });
    const covers = [...boundBy(entry.integrity), ...held, ...entry.covers];
    const part = `${entry.part}/archive`;
    entries.push({ part, over: 'document', token, integrity, covers, of: entry });
  }
  return entries;
}
