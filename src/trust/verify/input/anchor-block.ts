/**
 * The block of an anchor: after it the trusted contract held the root of this head, and the chain's
 * validators stand for it by their seals (docs/specs/anchor.md).
 */
import { equal, toHex } from '#base/bytes';
import { formatInstant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import {
  type AnchorFile,
  anchorNameOf,
  type BlockHeader,
  provedAnchor,
  type Sealed,
  sealedBy,
} from '#formats/evm';
import type { TreeHead } from '#formats/tlog';
import type { Notice } from '../report/report.ts';
import type { TrustedChain } from '../trust.ts';

/** A block that was proved, and whose seals it bears, where validators are trusted. */
export interface ProvedBlock {
  readonly header: BlockHeader;
  readonly sealed: Sealed | undefined;
}

/** Refuses with evm.… what does not lead from the block to the head in the trusted contract. */
export function blockOf({ proof }: AnchorFile, head: TreeHead, trusted: TrustedChain): ProvedBlock {
  const isTrusted = proof.chain === trusted.chain && equal(proof.contract, trusted.contract);
  if (!isTrusted) throw new Fault('evm.proof_wrong', { why: 'another chain or contract' });
  const log = anchorNameOf(head.origin);
  const header = provedAnchor(proof, { log, size: BigInt(head.size), root: head.root });
  const { validators } = trusted;
  const headers = [proof.header, ...(proof.descendants ?? [])];
  return { header, sealed: validators && sealedBy(headers, validators) };
}

/** Do enough validators stand for it? */
export function isSealed({ by, needed }: Sealed): boolean {
  return by.length >= needed;
}

/** What was shown, and what was not: the block's place in its chain. */
export function blockNotices(
  { header, sealed }: ProvedBlock,
  { name }: TrustedChain,
): readonly Notice[] {
  const at = formatInstant(instantFromMs(Number(header.timestamp) * 1_000));
  const block = `${name}, block ${header.number}, ${toHex(header.hash)}`;
  const seals = sealed && `sealed by ${sealed.by.length} of ${sealed.of} validators`;
  const isEnough = sealed !== undefined && isSealed(sealed);
  const told = `${block}, ${at}${isEnough ? `, ${seals}` : ''}`;
  if (isEnough) return [{ code: 'anchored', detail: told }];
  const missing = sealed === undefined ? '' : `, ${seals}, ${sealed.needed} needed`;
  return [
    { code: 'anchored', detail: told },
    { code: 'block_not_judged', detail: `${block}${missing}` },
  ];
}
