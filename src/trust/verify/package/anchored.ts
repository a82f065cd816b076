/**
 * Step 5d: anchors of the log's heads on a chain, where the package holds some. Each is judged as
 * the same file by itself, and its head must be a beginning of the package's tree.
 */
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type AnchorFile, parseAnchorFile } from '#formats/evm';
import { blockNotices, blockOf, isSealed } from '../input/anchor-block.ts';
import type { Notice } from '../report/report.ts';
import { requireHead } from './heads.ts';
import { covers, type LogContext, lastOf, requireOwnName } from './log-context.ts';

/** What the anchors of a package show. */
export interface AnchoredHeads {
  /**
   * All entries of the case but the seal at its end stand in a tree whose head is anchored. The
   * seal is made with the package, and an anchor takes its time; it only counts what is before it.
   */
  readonly holds: boolean;
  readonly notices: readonly Notice[];
}

export async function judgeAnchored(context: LogContext): Promise<AnchoredHeads> {
  const { files, trust, findings, places } = context;
  const last = lastOf(context.isSealed ? places.slice(0, -1) : places, context);
  const notices: Notice[] = [];
  let holds = false;
  const found = [...files.at('anchor'), ...files.at('anchor consistency')];
  const stems = new Set(found.map(({ name }) => name.slice(0, name.indexOf('.'))));
  for (const stem of stems) {
    const name = `${stem}.anchor`;
    const consistency = `${stem}.consistency`;
    try {
      const file = await anchorIn({ name, consistency }, context);
      if (trust.chain === undefined) {
        notices.push({ code: 'anchor_not_judged', detail: name });
        continue;
      }
      const head = await requireHead(utf8(file.checkpoint), consistency, context);
      const block = blockOf(file, head, trust.chain);
      // Where validators are named, a block that too few of them sealed anchors nothing.
      holds ||= covers(head, last) && (block.sealed === undefined || isSealed(block.sealed));
      notices.push(...blockNotices(block, trust.chain));
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      findings.add('anchor_wrong', name, String(thrown.details['why'] ?? thrown.code));
    }
  }
  return { holds, notices };
}

/** The anchor of a whole group under its own name: so much is asked of it whatever is trusted. */
async function anchorIn(
  { name, consistency }: { readonly name: string; readonly consistency: string },
  { files, engine }: LogContext,
): Promise<AnchorFile> {
  const bytes = files.named(name);
  if (bytes === undefined || files.named(consistency) === undefined) {
    throw new Fault('verify.head_wrong', { why: 'anchor or consistency is missing' });
  }
  await requireOwnName('anchor', { name, bytes }, engine);
  return parseAnchorFile(bytes);
}
