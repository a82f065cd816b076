/**
 * Judges an anchor: a checkpoint as any other, and the proof that the trusted contract held its
 * root in the state after one block (docs/specs/anchor.md). `valid` says so much and no more;
 * whether the block is one of the chain is asked of a node, and the notice says that it was not.
 */
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { parseAnchorFile } from '#formats/evm';
import type { Answer, Judging } from '../judging.ts';
import { blockNotices, blockOf } from './anchor-block.ts';
import { judgeNote } from './note.ts';

export async function judgeAnchorFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { findings, trust } = judging;
  const flaw = { code: 'anchor_malformed', part: name } as const;
  const file = findings.tried(flaw, () => parseAnchorFile(bytes));
  if (file === undefined) return { kind: 'anchor', signatures: [], notices: [] };
  const note = { name: `${name}/checkpoint`, bytes: utf8(file.checkpoint) };
  const { judged, signatures, notices } = await judgeNote(note, judging);
  const answer = { kind: 'anchor', signatures, notices } as const;
  if (trust.chain === undefined) {
    findings.add('trust_missing', 'trust/anchor.json', 'no contract is trusted');
    return answer;
  }
  if (judged === undefined) return answer;
  try {
    const header = blockOf(file, judged.checkpoint, trust.chain);
    return { ...answer, notices: [...notices, ...blockNotices(header, trust.chain)] };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    findings.add('anchor_wrong', name, String(thrown.details['why'] ?? thrown.code));
    return answer;
  }
}
