/**
 * An anchor as one file a stranger can check: the log's checkpoint, and the proof that a contract
 * held its root (docs/specs/anchor.md). Canonical JSON (RFC 8785); bytes are hex or base64.
 */
import { fromBase64, fromHex, toBase64, toHex } from '#base/bytes';
import { canonicalBytes, isList, isObject, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { AnchorProof } from './anchor.ts';

/** Without descendants a file is of the first version: one spelling for one fact. */
const versions = { alone: 1, withDescendants: 2 } as const;
const fileBytesMax = 262_144;
const members = ['account', 'chain', 'checkpoint', 'contract', 'header', 'storage', 'v'];
const descendantsMax = 64;

/** A checkpoint as the log signed it and witnesses did, with the proof of its anchor. */
export interface AnchorFile {
  readonly checkpoint: string;
  readonly proof: AnchorProof;
}

export function printAnchorFile({ checkpoint, proof }: AnchorFile): Uint8Array {
  const { descendants = [] } = proof;
  return canonicalBytes({
    ...(descendants.length === 0
      ? { v: versions.alone }
      : { v: versions.withDescendants, descendants: descendants.map(toBase64) }),
    chain: proof.chain.toString(),
    contract: toHex(proof.contract),
    checkpoint,
    header: toBase64(proof.header),
    account: proof.account.map(toBase64),
    storage: proof.storage.map(toBase64),
  });
}

/** Refuses with evm.malformed what printAnchorFile does not print. */
export function parseAnchorFile(bytes: Uint8Array): AnchorFile {
  if (bytes.length > fileBytesMax) throw new Fault('evm.limit', { why: 'file_bytes' });
  const value = parseCanonical(bytes);
  if (!isObject(value)) throw malformed('members');
  const { descendants, ...others } = value;
  const version = descendants === undefined ? versions.alone : versions.withDescendants;
  if (Object.keys(others).join() !== members.join() || value['v'] !== version) {
    throw malformed('members');
  }
  const chain = textOf(value['chain']);
  if (!/^[1-9][0-9]{0,18}$/.test(chain)) throw malformed('chain');
  return {
    checkpoint: textOf(value['checkpoint']),
    proof: {
      chain: BigInt(chain),
      contract: fromHex(textOf(value['contract'])),
      header: fromBase64(textOf(value['header'])),
      account: nodesOf(value['account']),
      storage: nodesOf(value['storage']),
      ...(descendants === undefined ? {} : { descendants: descendantsOf(descendants) }),
    },
  };
}

function descendantsOf(value: Json): readonly Uint8Array[] {
  const headers = nodesOf(value);
  if (headers.length === 0 || headers.length > descendantsMax) throw malformed('descendants');
  return headers;
}

function nodesOf(value: Json | undefined): readonly Uint8Array[] {
  if (!isList(value)) throw malformed('nodes');
  return value.map((node) => fromBase64(textOf(node)));
}

function textOf(value: Json | undefined): string {
  if (typeof value !== 'string') throw malformed('text');
  return value;
}

function malformed(why: string): Fault {
  return new Fault('evm.malformed', { why });
}
