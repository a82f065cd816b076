/**
 * A signed message as a docket: the entries to be judged (CAdES, ETSI EN 319 122-1; PAdES,
 * EN 319 142-1).
 */
import type { Instant } from '#base/clock';
import { bytesBehindMessage, type CmsFacts, type DetachedContent } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, judgeIntegrity } from '../etsi/integrity.ts';
import { judgeTokenIntegrity } from '../etsi/stamp.ts';
import type { Notice } from '../report/report.ts';
import { archiveStampsOf, boundBy, counterEntriesOf, leftOut } from './added.ts';
import { messageStampsOf, readMessageStamps } from './message-stamps.ts';
import type { OpenedMessage } from './opened.ts';

/** What a signature of a container needs besides its message. */
export interface MessageAsk {
  readonly part: string;
  readonly opened: OpenedMessage;
  readonly content: DetachedContent | undefined;
  /** DER of certificates that may be the signer's, beside those of the message. */
  readonly certificates: readonly Uint8Array[];
  /** Objects that the content covers. */
  readonly covers: readonly Uint8Array[];
  /** The time its container claims, where the message claims none. */
  readonly claimed: Instant | undefined;
}

/** One entry for each signer, and one for each of his stamps. */
export async function entriesOf(
  ask: MessageAsk,
  engine: Engine,
): Promise<{ readonly entries: readonly Entry[]; readonly stamps: readonly StampEntry[] }> {
  const { opened, content, certificates, covers } = ask;
  const { message } = opened;
  const stamped = content ?? (message.content && contentOf(message.content, engine));
  const entries: Entry[] = [];
  const stamps: StampEntry[] = [];
  for (const [index, one] of opened.signers.entries()) {
    const { signer, tokens, contentTokens } = one;
    const part = opened.signers.length === 1 ? ask.part : `${ask.part}/signer ${index + 1}`;
    const integrity = await judgeIntegrity({ message, signer, content, certificates }, engine);
    const claimed = signer.signingTime ?? ask.claimed;
    const older = await readMessageStamps({ one, message, content: stamped, certificates }, engine);
    const isUnread = older.some(({ over }) => over === undefined);
    const unread = isUnread ? [{ code: 'archive_stamp_not_used', detail: part } as const] : [];
    const notices = [...leftOut(signer, part), ...unread, ...behind(message, part)];
    const entry = { part, integrity, covers, claimed, notices };
    entries.push(entry);
    for (const token of tokens) {
      const own = contentOf(signer.signature, engine);
      const whole = await judgeTokenIntegrity(token, own, { engine, certificates });
      const proved = [...boundBy(integrity), ...covers];
      stamps.push({ part, over: 'signature', token, integrity: whole, covers: proved, of: entry });
    }
    for (const token of contentTokens) {
      const whole = await judgeTokenIntegrity(token, stamped, { engine, certificates });
      stamps.push({ part, over: 'content', token, integrity: whole, covers: [], of: entry });
    }
    const archived = { entry, one, message, content: stamped, certificates };
    stamps.push(...(await archiveStampsOf(archived, engine)));
    stamps.push(...(await messageStampsOf(older, archived, engine)));
    const counters = await counterEntriesOf(archived, engine);
    entries.push(...counters.entries);
    stamps.push(...counters.stamps);
  }
  return { entries, stamps };
}

/** What lies behind a message no reader looks at, and no signature covers. */
function behind({ notStrict }: CmsFacts, part: string): readonly Notice[] {
  const odd = notStrict.find((one) => one === bytesBehindMessage);
  return odd === undefined ? [] : [{ code: 'spelling_unusual', detail: `${part} ${odd}` }];
}
