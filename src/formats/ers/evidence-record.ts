/**
 * The evidence record as bytes (RFC 4998 appendix A, IMPLICIT TAGS), read and written.
 *
 * A record is a sequence of chains, one for each hash algorithm, each a sequence of archive time
 * stamps. Encryption information is refused: what it would explain is nowhere encrypted for it.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';
import { digestBytes, type HashName } from '#formats/crypto';
import {
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  integer,
  octetString,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { hashAlgorithmDer, hashAlgorithmOf } from '#formats/x509';

const recordBytesMax = 16 * 1024 * 1024;
const listsMax = 64;
const hashesMax = 65_536;

/** One archive time stamp (RFC 4998 §4.1). */
export interface ArchiveStamp {
  /** Of its tree and of the imprint in its token. */
  readonly hash: HashName;
  /** The reduced hash tree: each list joins the root of the one before; empty for one hash. */
  readonly tree: readonly (readonly Uint8Array[])[];
  /** The RFC 3161 token, DER ContentInfo. */
  readonly token: Uint8Array;
}

/** A parsed evidence record: chains from the oldest, stamps of each from the oldest. */
export interface EvidenceRecord {
  readonly chains: readonly (readonly ArchiveStamp[])[];
}

export function printEvidenceRecord(record: EvidenceRecord): Uint8Array {
  const names = [...new Set(record.chains.flatMap((chain) => chain.map(({ hash }) => hash)))];
  return sequence(integer(1), sequence(...names.map(hashAlgorithmDer)), printChains(record.chains));
}

/** The ArchiveTimeStampSequence: what a hash-tree renewal hashes. */
export function printChains(chains: EvidenceRecord['chains']): Uint8Array {
  return sequence(...chains.map((chain) => sequence(...chain.map(printStamp))));
}

function printStamp({ hash, tree, token }: ArchiveStamp): Uint8Array {
  const lists = tree.map((list) => sequence(...list.map(octetString)));
  const algorithm = contextConstructed(0, parseDer(hashAlgorithmDer(hash)).content);
  return sequence(
    algorithm,
    ...(lists.length === 0 ? [] : [contextConstructed(2, ...lists)]),
    token,
  );
}

/** Refuses with ers.malformed or der.malformed; what holds is for verifyEvidenceRecord to say. */
export function parseEvidenceRecord(bytes: Uint8Array): EvidenceRecord {
  if (bytes.length > recordBytesMax) throw malformed('length');
  const reader = new DerReader(parseDer(bytes), tag.sequence);
  if (smallIntegerOf(reader.next(tag.integer)) !== 1) throw malformed('version');
  const named = new Set(reader.next(tag.sequence).children.map(hashAlgorithmOf));
  if (reader.optional(contextTag(0, 'constructed')) !== undefined) throw malformed('cryptoInfos');
  if (reader.optional(contextTag(1, 'constructed')) !== undefined) throw malformed('encryption');
  const chains = reader.next(tag.sequence).children.map(chainOf);
  reader.end();
  if (chains.length === 0) throw malformed('no chain');
  const used = chains.flatMap((chain) => chain.map(({ hash }) => hash));
  if (!used.every((hash) => named.has(hash))) throw malformed('digest algorithms');
  return { chains };
}

function chainOf(value: Der): readonly ArchiveStamp[] {
  if (value.tag !== tag.sequence || value.children.length === 0) throw malformed('chain');
  return value.children.map(stampOf);
}

function stampOf(value: Der): ArchiveStamp {
  const reader = new DerReader(value, tag.sequence);
  const algorithm = reader.optional(contextTag(0, 'constructed'));
  // Without it the token's own algorithm would count (§4.1); a record of ours always says it.
  if (algorithm === undefined) throw malformed('digestAlgorithm');
  if (reader.optional(contextTag(1, 'constructed')) !== undefined) throw malformed('attributes');
  const lists = reader.optional(contextTag(2, 'constructed'))?.children ?? [];
  const token = reader.next(tag.sequence).der;
  reader.end();
  const hash = hashAlgorithmOf(parseDer(retagged(algorithm)));
  if (lists.length > listsMax) throw malformed('tree');
  return { hash, tree: lists.map((list) => hashesOf(list, hash)), token };
}

function hashesOf(list: Der, hash: HashName): readonly Uint8Array[] {
  const { children } = list;
  const fits = (one: Der): boolean =>
    one.tag === tag.octetString && one.content.length === digestBytes[hash];
  if (list.tag !== tag.sequence || children.length === 0 || children.length > hashesMax) {
    throw malformed('tree');
  }
  if (!children.every(fits)) throw malformed('tree hash');
  return children.map(({ content }) => content);
}

/** IMPLICIT: the bytes of a SEQUENCE under another identifier. */
function retagged({ der }: Der): Uint8Array {
  return concat(Uint8Array.of(tag.sequence), der.subarray(1));
}

function malformed(why: string): Fault {
  return new Fault('ers.malformed', { why });
}
