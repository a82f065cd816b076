/**
 * A signed message as a docket: the entries to be judged (CAdES, ETSI EN 319 122-1; PAdES,
 * EN 319 142-1).
 */
import type { Instant } from '#base/clock';
import { bytesBehindMessage, type CmsFacts, type DetachedContent } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, type Integrity, judgeIntegrity } from '../etsi/integrity.ts';
import { findPolicy } from '../etsi/signature-policy.ts';
import { judgeTokenIntegrity } from '../etsi/stamp.ts';
import type { PolicyText } from '../policies.ts';
import type { Notice } from '../report/report.ts';
import { archiveStampsOf, boundBy, counterEntriesOf, leftOut, type Signed } from './added.ts';
import { objectsOf } from './bag.ts';
import { type RecordStamps, stampsOfHeld } from './evidence-record.ts';
import { messageStampsOf, readMessageStamps } from './message-stamps.ts';
import type { OpenedMessage, OpenedSigner } from './opened.ts';

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
  /** Texts of signature policies that the asker handed in. */
  readonly policies: readonly PolicyText[];
}

/** What is judged of one message or of one of its signers. */
interface Items {
  readonly entries: readonly Entry[];
  readonly stamps: readonly StampEntry[];
}

/** One entry for each signer, and one for each of his stamps. */
export async function entriesOf(ask: MessageAsk, engine: Engine): Promise<Items> {
  const { signers } = ask.opened;
  const found: Items[] = [];
  for (const [index, one] of signers.entries()) {
    const part = signers.length === 1 ? ask.part : `${ask.part}/signer ${index + 1}`;
    found.push(await itemsOf(one, { ...ask, part }, engine));
  }
  return {
    entries: found.flatMap(({ entries }) => entries),
    stamps: found.flatMap(({ stamps }) => stamps),
  };
}

async function itemsOf(one: OpenedSigner, ask: MessageAsk, engine: Engine): Promise<Items> {
  const { part, opened, content, certificates, covers, policies: texts } = ask;
  const { message } = opened;
  const { signer } = one;
  const stamped = content ?? (message.content && contentOf(message.content, engine));
  const integrity = await judgeIntegrity({ message, signer, content, certificates }, engine);
  const claimed = signer.signingTime ?? ask.claimed;
  const older = await readMessageStamps({ one, message, content: stamped, certificates }, engine);
  const isUnread = older.some(({ over }) => over === undefined);
  const unread = isUnread ? [{ code: 'archive_stamp_not_used', detail: part } as const] : [];
  const { notices: named, ...policy } = await findPolicy({ signer, message, part, texts }, engine);
  const kept = await recordsOf(one, { ...ask, content: stamped }, { integrity, engine });
  const said = [...named, ...leftOut(signer, part), ...unread, ...kept.notices];
  const notices = [...said, ...behind(message, part)];
  const entry = { part, integrity, covers, claimed, notices, policy };
  const archived = { entry, one, message, content: stamped, certificates };
  const counters = await counterEntriesOf(archived, engine);
  const stamps = [
    ...(await ownStampsOf(archived, engine)),
    ...(await archiveStampsOf(archived, engine)),
    ...(await messageStampsOf(older, archived, engine)),
    ...kept.stamps.map((stamp) => ({ ...stamp, of: entry })),
    ...counters.stamps,
  ];
  return { entries: [entry, ...counters.entries], stamps };
}

/** Stamps over the signature's value, and over the content before it. */
async function ownStampsOf(
  { entry, one, content, certificates }: Signed,
  engine: Engine,
): Promise<readonly StampEntry[]> {
  const { part, integrity } = entry;
  const stamps: StampEntry[] = [];
  for (const token of one.tokens) {
    const own = contentOf(one.signer.signature, engine);
    const whole = await judgeTokenIntegrity(token, own, { engine, certificates });
    const covers = [...boundBy(integrity), ...entry.covers];
    stamps.push({ part, over: 'signature', token, integrity: whole, covers, of: entry });
  }
  for (const token of one.contentTokens) {
    const whole = await judgeTokenIntegrity(token, content, { engine, certificates });
    stamps.push({ part, over: 'content', token, integrity: whole, covers: [], of: entry });
  }
  return stamps;
}

/** Evidence records in the message: over all that it held before them. */
async function recordsOf(
  { records }: OpenedSigner,
  { part, opened, content, certificates, covers }: MessageAsk,
  { integrity, engine }: { readonly integrity: Integrity; readonly engine: Engine },
): Promise<RecordStamps> {
  if (records.length === 0) return { stamps: [], notices: [] };
  const proved = [...boundBy(integrity), ...objectsOf(opened), ...covers];
  const over = { message: opened.message.der, content };
  return stampsOfHeld(
    records,
    { part, ...over, covers: proved, of: undefined, certificates },
    engine,
  );
}

/** What lies behind a message no reader looks at, and no signature covers. */
function behind({ notStrict }: CmsFacts, part: string): readonly Notice[] {
  const odd = notStrict.find((one) => one === bytesBehindMessage);
  return odd === undefined ? [] : [{ code: 'spelling_unusual', detail: `${part} ${odd}` }];
}
