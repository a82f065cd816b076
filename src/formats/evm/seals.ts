/**
 * Which validators stand for a block, by the seals in headers (docs/specs/anchor.md, section 3a).
 *
 * Clique (EIP-225): one signature at the end of `extraData`, over the header without it. Nobody may
 * seal two of ⌊N/2⌋+1 blocks in a row, so descendants show more than half of them. QBFT: a list of
 * signatures in `extraData`, over the header with that list empty; ⌈2N/3⌉ of them make the block.
 */
import { equal, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import { keccak256 } from './keccak.ts';
import { recoverAddress } from './recover.ts';
import { decodeRlp, encodeRlp, listOf, type Rlp, stringOf } from './rlp.ts';

const place = { parent: 0, extraData: 12 } as const;
const cliqueSealBytes = 65;
const qbftMembers = 5;
const descendantsMax = 64;

/** The validators of a chain, as whoever judges was told. */
export interface Validators {
  readonly kind: 'clique' | 'qbft';
  /** 20 bytes each. */
  readonly addresses: readonly Uint8Array[];
}

/** Those who sealed a block or its descendants, lower-case hex, and how many are enough. */
export interface Sealed {
  readonly by: readonly string[];
  readonly of: number;
  readonly needed: number;
}

/**
 * `headers`: RLP of the block and of its descendants, each the child of the one before. Refuses
 * with evm.proof_wrong what is no chain, or what somebody sealed who is no validator.
 */
export function sealedBy(headers: readonly Uint8Array[], validators: Validators): Sealed {
  const { kind, addresses } = validators;
  if (headers.length > descendantsMax + 1) throw new Fault('evm.limit', { why: 'descendants' });
  const isClique = kind === 'clique';
  const known = new Set(addresses.map(toHex));
  const by = new Set<string>();
  for (const [at, header] of headers.entries()) {
    const members = listOf(decodeRlp(header));
    const before = headers[at - 1];
    // A QBFT block is named by another hash than that of its bytes, and needs no descendants.
    const isChild =
      before === undefined ||
      (isClique && equal(stringOf(members[place.parent]), keccak256(before)));
    if (!isChild) throw wrong('not the child of the block before');
    const sealers = isClique ? [cliqueSealer(members)] : qbftSealers(members, known.size);
    for (const address of sealers) {
      const name = address === undefined ? '' : toHex(address);
      if (!known.has(name)) throw wrong('sealed by nobody who is a validator');
      by.add(name);
    }
  }
  const of = known.size;
  const needed = isClique ? Math.floor(of / 2) + 1 : Math.ceil((2 * of) / 3);
  return { by: [...by].toSorted(), of, needed };
}

function cliqueSealer(members: readonly Rlp[]): Uint8Array | undefined {
  const extra = stringOf(members[place.extraData]);
  const digest = digestOver(members, extra.slice(0, Math.max(0, extra.length - cliqueSealBytes)));
  return recoverAddress(digest, extra.slice(-cliqueSealBytes));
}

/** More seals than validators would only cost time. */
function qbftSealers(
  members: readonly Rlp[],
  sealsMax: number,
): readonly (Uint8Array | undefined)[] {
  const extra = listOf(decodeRlp(stringOf(members[place.extraData])));
  if (extra.length !== qbftMembers) throw wrong('no extra data of QBFT');
  const digest = digestOver(members, encodeRlp([...extra.slice(0, -1), []]));
  const seals = listOf(extra.at(-1));
  if (seals.length > sealsMax) throw wrong('more seals than validators');
  return seals.map((seal) => recoverAddress(digest, stringOf(seal)));
}

function digestOver(members: readonly Rlp[], extraData: Uint8Array): Uint8Array {
  return keccak256(
    encodeRlp(members.map((member, at) => (at === place.extraData ? extraData : member))),
  );
}

function wrong(why: string): Fault {
  return new Fault('evm.proof_wrong', { why });
}
