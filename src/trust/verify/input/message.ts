/**
 * A signed message opened once: its signers with the time-stamps they carry, what it brings along,
 * and the entries to be judged (CAdES, ETSI EN 319 122-1; PAdES, EN 319 142-1).
 */
import type { Instant } from '#base/clock';
import { type CmsFacts, type CmsSigner, type DetachedContent, readSignedData } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, type Integrity, judgeIntegrity } from '../etsi/integrity.ts';
import { judgeTokenIntegrity, readToken, type Token } from '../etsi/stamp.ts';
import type { Findings } from '../report/findings.ts';
import type { Notice } from '../report/report.ts';

/** One signer and the tokens over his signature and over the content before it. */
interface OpenedSigner {
  readonly signer: CmsSigner;
  readonly tokens: readonly Token[];
  readonly contentTokens: readonly Token[];
}

/** A message with its tokens read. */
export interface OpenedMessage {
  readonly message: CmsFacts;
  readonly signers: readonly OpenedSigner[];
}

/** DER of everything a file brings along. */
export interface Bag {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

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

const tokensMax = 16;

/** Refuses with a der, cms or x509 code what is no message; a token that is none is a finding. */
export function openMessage(bytes: Uint8Array, part: string, findings: Findings): OpenedMessage {
  const message = readSignedData(bytes, { profile: 'etsi' });
  const read = (ders: readonly Uint8Array[]): readonly Token[] => {
    if (ders.length > tokensMax) {
      findings.add('resource_limit', part, `more than ${tokensMax} time-stamps`);
    }
    return ders.slice(0, tokensMax).flatMap((der) => {
      return findings.tried({ code: 'stamp_malformed', part }, () => readToken(der)) ?? [];
    });
  };
  const signers = message.signers.map((signer) => ({
    signer,
    tokens: read(signer.timestamps),
    contentTokens: read(signer.contentTimestamps),
  }));
  return { message, signers };
}

/** One entry for each signer, and one for each of his stamps. */
export async function entriesOf(
  ask: MessageAsk,
  engine: Engine,
): Promise<{ readonly entries: readonly Entry[]; readonly stamps: readonly StampEntry[] }> {
  const { opened, content, certificates, covers } = ask;
  const { message } = opened;
  const entries: Entry[] = [];
  const stamps: StampEntry[] = [];
  for (const [index, { signer, tokens, contentTokens }] of opened.signers.entries()) {
    const part = opened.signers.length === 1 ? ask.part : `${ask.part}/signer ${index + 1}`;
    const integrity = await judgeIntegrity({ message, signer, content, certificates }, engine);
    const claimed = signer.signingTime ?? ask.claimed;
    const entry = { part, integrity, covers, claimed, notices: leftOut(signer, part) };
    entries.push(entry);
    for (const token of tokens) {
      const stamped = contentOf(signer.signature, engine);
      const whole = await judgeTokenIntegrity(token, stamped, { engine, certificates });
      const proved = [...boundBy(integrity), ...covers];
      stamps.push({ part, over: 'signature', token, integrity: whole, covers: proved, of: entry });
    }
    for (const token of contentTokens) {
      const stamped = content ?? (message.content && contentOf(message.content, engine));
      const whole = await judgeTokenIntegrity(token, stamped, { engine, certificates });
      stamps.push({ part, over: 'content', token, integrity: whole, covers: [], of: entry });
    }
  }
  return { entries, stamps };
}

/** What a signer adds and this verifier does not process. */
function leftOut(signer: CmsSigner, part: string): readonly Notice[] {
  const { policy, archiveTimestamps, counterSignatures } = signer;
  const said: Notice[] = [];
  if (policy !== undefined) {
    said.push({ code: 'signature_policy_not_processed', detail: `${part} ${policy}` });
  }
  if (archiveTimestamps.length > 0) said.push({ code: 'archive_stamp_not_used', detail: part });
  if (counterSignatures > 0) said.push({ code: 'counter_signature_not_judged', detail: part });
  return said;
}

/** A stamp over a signature value speaks for it and for the certificate it is bound to. */
function boundBy({ value, certificate }: Integrity): readonly Uint8Array[] {
  return certificate === undefined ? [value.signature] : [value.signature, certificate.der];
}

/** Everything a message brings along, that of its tokens after its own. */
export function bagOf({ message, signers }: OpenedMessage): Bag {
  const inner = signers.flatMap(({ tokens, contentTokens }) =>
    [...tokens, ...contentTokens].map((token) => bagOfOne(token.cms)),
  );
  return joined([bagOfOne(message), ...inner]);
}

/** Every object of a message: what a time-stamp over the whole of it proves to have existed. */
export function objectsOf(opened: OpenedMessage): readonly Uint8Array[] {
  const { certificates, crls, ocsps } = bagOf(opened);
  const signatures = opened.signers.flatMap(({ signer, tokens }) => [
    signer.signature,
    ...tokens.map((token) => token.signer.signature),
  ]);
  return [...certificates, ...crls, ...ocsps, ...signatures];
}

/** The same of a token that stands by itself over a whole document. */
export function objectsOfToken({ cms, signer }: Token): readonly Uint8Array[] {
  const { certificates, crls, ocsps } = bagOfOne(cms);
  return [...certificates, ...crls, ...ocsps, signer.signature];
}

export function joined(bags: readonly Bag[]): Bag {
  return {
    certificates: bags.flatMap(({ certificates }) => certificates),
    crls: bags.flatMap(({ crls }) => crls),
    ocsps: bags.flatMap(({ ocsps }) => ocsps),
  };
}

function bagOfOne(message: CmsFacts): Bag {
  const revocations = [message.revocation, ...message.signers.map(({ revocation }) => revocation)];
  return {
    certificates: [
      ...message.certificates,
      ...message.signers.flatMap(({ certificateValues }) => certificateValues),
    ],
    crls: revocations.flatMap(({ crls }) => crls),
    ocsps: revocations.flatMap(({ ocspResponses }) => ocspResponses),
  };
}
