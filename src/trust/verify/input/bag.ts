/**
 * Everything that messages and tokens bring along: certificates, revocation material, signatures.
 */
import type { CmsFacts } from '#formats/cms';
import type { Token } from '../etsi/stamp.ts';
import type { OpenedMessage } from './opened.ts';
import { type OpenedRecord, tokensOfRecord } from './opened-record.ts';

/** DER of everything a file brings along. */
export interface Bag {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

/** Everything a message brings along, that of its tokens after its own. */
export function bagOf({ message, signers }: OpenedMessage): Bag {
  const inner = signers.flatMap(({ counters, ...one }) =>
    [
      ...one.tokens,
      ...one.contentTokens,
      ...one.archiveTokens,
      ...one.messageTokens,
      ...one.records.flatMap(tokensOfRecord),
      ...counters.flatMap((counter) => counter.tokens),
    ].map((token) => bagOfOne(token.cms)),
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

/** Everything that the tokens of records beside the file bring along. */
export function bagOfRecords(records: readonly OpenedRecord[]): Bag {
  return joined(records.flatMap(tokensOfRecord).map(({ cms }) => bagOfOne(cms)));
}

/** What a message itself holds; the tokens in it hold their own. */
export function bagOfOne(message: CmsFacts): Bag {
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
