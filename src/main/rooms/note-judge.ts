/**
 * Says how far a checkpoint is cosigned, by the keys of the trust folder and the rule that was in
 * force when the sentinel cosigned it.
 */
import { nodeEngine } from '#adapters/engine';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { judgeCheckpoint, type Level, levelUnder, parseCheckpoint } from '#formats/tlog';
import { levelRuleAt, witnessesOf } from '#formats/witness';
import { shardKey } from '../estate/trusted-logs.ts';
import { LogRules } from './log-rules.ts';

export type NoteJudge = (note: string, tenant: TenantId) => Promise<Level>;

/** Only the tenant's own log is believed: another's checkpoint says nothing of its entries. */
export function openNoteJudge(trust: string): NoteJudge {
  const rules = new LogRules(trust);
  return async (note, tenant) => {
    const { origin } = parseCheckpoint(note);
    const log = await shardKey(trust, { tenant, origin }, nodeEngine);
    if (log === undefined) throw new Fault('evidence.root_differs', { why: 'of another log' });
    const known = await rules.of(tenant);
    const witnesses = witnessesOf(known) ?? [];
    const judged = await judgeCheckpoint(note, { log, witnesses }, nodeEngine);
    if (!judged.signedByLog)
      throw new Fault('evidence.root_differs', { why: 'not signed by the log' });
    const [installed] = known;
    const seen = judged.cosigners.find(({ name }) => name === installed?.policy.sentinel);
    const rule = levelRuleAt(known, seen?.atSeconds ?? 0);
    return rule === undefined ? 'L0' : levelUnder(rule.policy, judged.cosigners);
  };
}
