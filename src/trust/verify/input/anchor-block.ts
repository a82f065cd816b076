/**
 * The block of an anchor: after it the trusted contract held the root of this head
 * (docs/specs/anchor.md).
 */
import { equal, toHex } from '#base/bytes';
import { formatInstant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { type AnchorFile, anchorNameOf, type BlockHeader, provedAnchor } from '#formats/evm';
import type { TreeHead } from '#formats/tlog';
import type { Notice } from '../report/report.ts';
import type { TrustedChain } from '../trust.ts';

/** Refuses with evm.… what does not lead from the block to the head in the trusted contract. */
export function blockOf({ proof }: AnchorFile, head: TreeHead, trusted: TrustedChain): BlockHeader {
  const isTrusted = proof.chain === trusted.chain && equal(proof.contract, trusted.contract);
  if (!isTrusted) throw new Fault('evm.proof_wrong', { why: 'another chain or contract' });
  const log = anchorNameOf(head.origin);
  return provedAnchor(proof, { log, size: BigInt(head.size), root: head.root });
}

/** What was shown, and what was not: the block's place in its chain. */
export function blockNotices(header: BlockHeader, { name }: TrustedChain): readonly Notice[] {
  const at = formatInstant(instantFromMs(Number(header.timestamp) * 1_000));
  const block = `${name}, block ${header.number}, ${toHex(header.hash)}`;
  return [
    { code: 'anchored', detail: `${block}, ${at}` },
    { code: 'block_not_judged', detail: block },
  ];
}
