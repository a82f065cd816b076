/**
 * Says how far a checkpoint is cosigned, by the keys and the policy of the trust folder alone.
 */
import { nodeEngine } from '#adapters/engine';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { judgeCheckpoint, type Level, levelUnder } from '#formats/tlog';
import { mirrorName, quorum, sentinelName, voterNames, witnessNames } from './plan.ts';
import { logKey, witnessKey } from './trust-folder.ts';

export type NoteJudge = (note: string, tenant: TenantId) => Promise<Level>;

/** Only the tenant's own log is believed: another's checkpoint says nothing of its entries. */
export async function openNoteJudge(trust: string): Promise<NoteJudge> {
  const voting = witnessNames.filter((role) => role !== mirrorName);
  const witnesses = await Promise.all(voting.map((role) => witnessKey(trust, role, nodeEngine)));
  return async (note, tenant) => {
    const log = await logKey(trust, tenant, nodeEngine);
    const judged = await judgeCheckpoint(note, { log, witnesses }, nodeEngine);
    if (!judged.signedByLog)
      throw new Fault('evidence.root_differs', { why: 'not signed by the log' });
    return levelUnder({ sentinel: sentinelName, voters: voterNames, quorum }, judged.cosigners);
  };
}
