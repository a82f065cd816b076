/**
 * A signed message as a docket: the entries to be judged (CAdES, ETSI EN 319 122-1; PAdES,
 * EN 319 142-1).
 */
import type { Instant } from '#base/clock';
import type { DetachedContent } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, judgeIntegrity } from '../etsi/integrity.ts';
import { judgeTokenIntegrity } from '../etsi/stamp.ts';
import { archiveStampsOf, boundBy, counterEntriesOf, leftOut } from './added.ts';
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
    const entry = { part, integrity, covers, claimed, notices: leftOut(signer, part) };
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
    const counters = await counterEntriesOf(archived, engine);
    entries.push(...counters.entries);
    stamps.push(...counters.stamps);
  }
  return { entries, stamps };
}
