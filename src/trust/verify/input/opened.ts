/**
 * A signed message opened once: its signers with the time-stamps and counter-signatures they carry.
 */
import { type CmsFacts, type CmsSigner, cmsOid, readSignedData, readSigner } from '#formats/cms';
import { readToken, type Token } from '../etsi/stamp.ts';
import { Findings } from '../report/findings.ts';
import { type HeldOpened, heldRecords } from './opened-record.ts';

/** One signer and the tokens over his signature and over the content before it. */
export interface OpenedSigner {
  readonly signer: CmsSigner;
  readonly tokens: readonly Token[];
  readonly contentTokens: readonly Token[];
  /** Archive time-stamps of version 3 (EN 319 122-1 §5.5.3). */
  readonly archiveTokens: readonly Token[];
  /** Archive time-stamps of version 2 (RFC 5126 §6.4.1): over the whole message before them. */
  readonly messageTokens: readonly Token[];
  /** Evidence records over the message before them (RFC 4998 appendix A). */
  readonly records: readonly HeldOpened[];
  /** Those who signed his signature, and their tokens. */
  readonly counters: readonly { readonly signer: CmsSigner; readonly tokens: readonly Token[] }[];
}

/** A message with its tokens read. */
export interface OpenedMessage {
  readonly message: CmsFacts;
  readonly signers: readonly OpenedSigner[];
}

/** Stamps of one kind on one signature, and counter-signatures on it. */
export const tokensMax = 16;

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
  const records = heldRecords(message.signers);
  const signers = message.signers.map((signer, index) => ({
    signer,
    tokens: read(signer.timestamps),
    contentTokens: read(signer.contentTimestamps),
    archiveTokens: read(archivesOf(signer, cmsOid.archiveTimestamp)),
    messageTokens: read(archivesOf(signer, cmsOid.archiveTimestampOfRfc5126)),
    records: records[index] ?? [],
    counters: countersOf(signer, part).map((counter) => {
      return { signer: counter, tokens: read(counter.timestamps) };
    }),
  }));
  return { message, signers };
}

function archivesOf({ archiveTimestamps }: CmsSigner, name: string): readonly Uint8Array[] {
  return archiveTimestamps.flatMap(({ oid, token }) => (oid === name ? [token] : []));
}

/**
 * Beyond the limit, and counter-signatures of counter-signatures, nobody is asked. Anybody can
 * append one: what cannot be read is a word less and no flaw of the signature.
 */
function countersOf(signer: CmsSigner, part: string): readonly CmsSigner[] {
  const flaw = { code: 'cms_malformed', part } as const;
  return signer.counterSignatures.slice(0, tokensMax).flatMap((der) => {
    return new Findings().tried(flaw, () => readSigner(der, [])) ?? [];
  });
}
