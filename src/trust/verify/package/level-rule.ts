/**
 * Before step 5: by which register's rule a checkpoint is judged.
 *
 * Whoever trusts the first register of a log trusts what its members voted since: the register in
 * force when the sentinel cosigned says whose cosignatures make a quorum. Without a trusted first
 * one `policy.json` alone counts, or a package could bring the register that suits it. Votes and
 * chain are judged here; that the log held each register in time is judged in step 5e.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { judgeCheckpoint } from '#formats/tlog';
import {
  followRegisters,
  type LevelRule,
  levelRuleAt,
  levelRules,
  type Register,
  witnessesOf,
} from '#formats/witness';
import type { Trust } from '../trust.ts';
import { logOfNote } from './institution.ts';

/** `notes`: registers that the package brings, the first one first. */
export async function trustUnderRule(
  of: { readonly checkpoint: Uint8Array | undefined; readonly notes: readonly Uint8Array[] },
  trust: Trust,
  engine: Engine,
): Promise<Trust> {
  const { policy, witnesses } = trust;
  if (policy === undefined || of.checkpoint === undefined) return trust;
  const log = logOfNote(of.checkpoint, trust)?.key;
  const registers = log === undefined ? [] : trust.registersOf(log.name);
  if (log === undefined || registers.length === 0) return trust;
  const notes = [...registers, ...of.notes.slice(registers.length)].map(fromUtf8);
  try {
    const installed: LevelRule = { number: 0, fromSeconds: 0, policy, witnesses };
    const rules = levelRules(installed, await adopted(notes, engine));
    const known = witnessesOf(rules) ?? witnesses;
    const text = fromUtf8(of.checkpoint);
    const { cosigners } = await judgeCheckpoint(text, { log, witnesses: known }, engine);
    // By the log's own memory: a later register did not count for what came before it.
    const at = cosigners.find(({ name }) => name === policy.sentinel)?.atSeconds;
    const rule = levelRuleAt(rules, at ?? 0);
    return trust.under(rule?.policy ?? policy, known);
  } catch (thrown) {
    // What cannot be read is said by the steps that read it for itself.
    if (thrown instanceof Fault) return trust;
    throw thrown;
  }
}

async function adopted(notes: readonly string[], engine: Engine): Promise<readonly Register[]> {
  const judged = await followRegisters(
    notes.map((note) => ({ note, loggedAtSeconds: 0 })),
    engine,
  );
  return judged.filter(({ flaws }) => flaws.length === 0).map(({ register }) => register);
}
