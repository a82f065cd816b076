/**
 * Says how far a checkpoint is cosigned, by the keys and the policy of the trust folder alone.
 */
import { nodeEngine } from '#adapters/engine';
import { Fault } from '#base/fault';
import { judgeCheckpoint, type Level, levelUnder } from '#formats/tlog';
import { mirrorName, quorum, sentinelName, voterNames, witnessNames } from './plan.ts';
import { logKey, witnessKey } from './trust-folder.ts';

export async function openNoteJudge(trust: string): Promise<(note: string) => Promise<Level>> {
  const log = await logKey(trust, nodeEngine);
  const voting = witnessNames.filter((role) => role !== mirrorName);
  const witnesses = await Promise.all(voting.map((role) => witnessKey(trust, role, nodeEngine)));
  return async (note) => {
    const judged = await judgeCheckpoint(note, { log, witnesses }, nodeEngine);
    if (!judged.signedByLog)
      throw new Fault('evidence.root_differs', { why: 'not signed by the log' });
    return levelUnder({ sentinel: sentinelName, voters: voterNames, quorum }, judged.cosigners);
  };
}
