/**
 * A block's header (Yellow Paper section 4.4.3): its hash, number, time and the root of the state.
 *
 * Forks have added members behind the fifteen first ones; the hash covers them all, whatever they
 * mean, so a header stays checkable after forks that nobody here has heard of.
 */
import { Fault } from '#base/fault';
import { keccak256 } from './keccak.ts';
import { decodeRlp, listOf, numberOfRlp, stringOf } from './rlp.ts';

const place = { parent: 0, stateRoot: 3, number: 8, timestamp: 11, extraData: 12 } as const;
const membersMin = 15;
const membersMax = 32;
const hashBytes = 32;

/** What is read of a block's header. */
export interface BlockHeader {
  /** Keccak-256 over the header as it came. */
  readonly hash: Uint8Array;
  readonly parent: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly number: bigint;
  /** Seconds since 1970, by the clock of whoever sealed the block. */
  readonly timestamp: bigint;
  readonly extraData: Uint8Array;
}

export function parseHeader(bytes: Uint8Array): BlockHeader {
  const members = listOf(decodeRlp(bytes));
  if (members.length < membersMin || members.length > membersMax) {
    throw new Fault('evm.malformed', { why: 'members of a header' });
  }
  return {
    hash: keccak256(bytes),
    parent: hashAt(members[place.parent]),
    stateRoot: hashAt(members[place.stateRoot]),
    number: numberOfRlp(members[place.number]),
    timestamp: numberOfRlp(members[place.timestamp]),
    extraData: stringOf(members[place.extraData]),
  };
}

function hashAt(value: ReturnType<typeof listOf>[number] | undefined): Uint8Array {
  const bytes = stringOf(value);
  if (bytes.length !== hashBytes) throw new Fault('evm.malformed', { why: 'hash' });
  return bytes;
}
