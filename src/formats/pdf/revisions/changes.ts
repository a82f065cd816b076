/**
 * What came after each signature of a file, judged by what the signatures so far allow (ISO 32000-2
 * §12.8.2): DocMDP, FieldMDP, locks of fields; and where nothing is said, forms and signatures.
 *
 * What a viewer would show is what is judged. Two kinds of viewer are asked: one that follows the
 * cross-references, and one that looks for objects itself.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { FieldLock, ModificationLevel } from '../fields/permissions.ts';
import type { PdfFile } from '../file/file.ts';
import { readCounted } from '../file/open.ts';
import type { PdfSignature } from '../signatures/signatures.ts';
import { judgeCovering } from './covering.ts';
import { judgeFaceTexts } from './face-text.ts';
import { RevisionJudge } from './revision-judge.ts';
import { answerOf, forbidden, judgeStates, type RevisionChange, unchanged } from './revisions.ts';
import { judgeViews, recoveringView } from './views.ts';

/** Where the document is not certified: forms may be filled in and signed. */
const levelOtherwise: ModificationLevel = 2;

/**
 * One answer for each signature, in the order in which readSignatures gave them. Never throws for
 * anything in the file: what cannot be read or costs too much is `forbidden`.
 */
export async function judgeChanges(
  file: PdfFile,
  signatures: readonly PdfSignature[],
  engine: Engine,
): Promise<readonly RevisionChange[]> {
  const answers: RevisionChange[] = [];
  const locks: FieldLock[] = [];
  let level: ModificationLevel = levelOtherwise;
  let isCertified = false;
  for (const signature of signatures) {
    locks.push(...signature.locks);
    const { certification } = signature;
    if (certification !== undefined) {
      level = isCertified && level < certification ? level : certification;
      isCertified = true;
    }
    const policy = { strict: false, level, isCertified, locks: [...locks] };
    answers.push(await judgedSince(file, signature.revisionEnd, { policy, engine }));
  }
  return answers;
}

async function judgedSince(
  file: PdfFile,
  end: number,
  parts: { readonly policy: RevisionJudge['policy']; readonly engine: Engine },
): Promise<RevisionChange> {
  if (end === file.bytes.length) return unchanged;
  try {
    const before = await stateBefore(file, end, parts.engine);
    if (before === undefined) {
      const what = 'the cross-references do not lead from what is signed to the end of the file';
      return forbidden('file', what, 'chain_broken');
    }
    const found = new RevisionJudge(before, file, parts.policy);
    const sync = judgeStates(found);
    if (sync.is === 'permitted') {
      await judgeFaceTexts(found, parts.engine);
      await judgeCovering(found);
    }
    judgeViews(found, recoveringView(file, end));
    return answerOf(found);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return forbidden('file', thrown.code, 'unreadable');
  }
}

/**
 * The file as it was signed. A file that reads by itself up to there, and not with what was added,
 * was broken by the addition: viewers repair it, each in its own way.
 */
async function stateBefore(
  file: PdfFile,
  end: number,
  engine: Engine,
): Promise<PdfFile | undefined> {
  if (end <= 0 || end > file.bytes.length) return undefined;
  if (!file.facts.repaired) return file.stateAt(end);
  const alone = await readCounted(file.bytes.subarray(0, end), engine, file.reading.work);
  return alone.facts.repaired ? alone : undefined;
}
