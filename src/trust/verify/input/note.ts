/**
 * Judges a checkpoint of a transparency log by itself (C2SP tlog-checkpoint, tlog-cosignature), or
 * a proof that an entry stands under one (tlog-proof): by the logs, witnesses and policy of the
 * trust folder. With the entry as content, its inclusion is judged too.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { formatInstant, instantFromMs } from '#base/clock';
import {
  hashLeaf,
  inclusionFlaw,
  type JudgedCheckpoint,
  judgeCheckpoint,
  parseLogProof,
} from '#formats/tlog';
import type { Answer, Judging } from '../judging.ts';
import { logOfNote } from '../package/institution.ts';
import { trustUnderRule } from '../package/level-rule.ts';
import { isSelfAttested } from '../package/operators.ts';
import { judgeLevel, judgeLines } from '../package/proofs.ts';
import { verdictOf } from '../report/findings.ts';
import { law13Of } from '../report/law13.ts';
import type { EvidenceLevel, Notice, SignatureReport } from '../report/report.ts';

interface NoteFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A checkpoint, and what was found of its signatures. */
export interface JudgedNote {
  readonly judged: JudgedCheckpoint | undefined;
  readonly signatures: readonly SignatureReport[];
  readonly notices: readonly Notice[];
}

export async function judgeCheckpointFile(file: NoteFile, judging: Judging): Promise<Answer> {
  const { signatures, notices } = await judgeNote(file, judging);
  return { kind: 'checkpoint', signatures, notices };
}

export async function judgeProofFile({ name, bytes }: NoteFile, judging: Judging): Promise<Answer> {
  const { findings, engine, content } = judging;
  const flaw = { code: 'proof_malformed', part: name } as const;
  const proof = findings.tried(flaw, () => parseLogProof(fromUtf8(bytes)));
  if (proof === undefined) return { kind: 'proof', signatures: [], notices: [] };
  const note = { name: `${name}/checkpoint`, bytes: utf8(proof.checkpoint) };
  const { judged, signatures, notices } = await judgeNote(note, judging);
  const answer = { kind: 'proof', signatures, notices } as const;
  if (content === undefined) {
    const said: Notice = { code: 'content_not_compared', detail: `entry ${proof.index}` };
    return { ...answer, notices: [...notices, said] };
  }
  if (judged === undefined) return answer;
  const { size, root } = judged.checkpoint;
  const leaf = await hashLeaf(content, engine);
  const inclusion = { leaf, index: proof.index, size, root, proof: proof.hashes };
  const wrong = await inclusionFlaw(inclusion, engine);
  if (wrong !== undefined) findings.add('proof_wrong', name, wrong);
  return answer;
}

export async function judgeNote({ name, bytes }: NoteFile, judging: Judging): Promise<JudgedNote> {
  const { findings, engine } = judging;
  const trust = await trustUnderRule({ checkpoint: bytes, notes: [] }, judging.trust, engine);
  const nothing = { judged: undefined, signatures: [], notices: [] };
  const log = logOfNote(bytes, trust);
  if (log === undefined) {
    const lacks = trust.logs.length === 0;
    const detail = lacks ? 'no log is trusted' : 'names no log that is trusted';
    findings.add(lacks ? 'trust_missing' : 'checkpoint_unsigned', name, detail);
    return nothing;
  }
  const keys = { log: log.key, witnesses: trust.witnesses };
  const judged = await findings.triedLater({ code: 'checkpoint_malformed', part: name }, () =>
    judgeCheckpoint(fromUtf8(bytes), keys, engine),
  );
  if (judged === undefined) return nothing;
  judgeLines(judged, name, findings);
  const level = judgeLevel(judged, name, { trust, findings });
  const line = noteLine(name, judged, { source: log.key.name, level });
  const selfAttested: Notice = { code: 'self_attested', detail: log.key.name };
  const notices = isSelfAttested(trust) ? [selfAttested] : [];
  return { judged, signatures: [{ ...line, ...verdictOf(findings.flaws) }], notices };
}

/** The latest time a witness names is the time since which this tree head is known. */
function noteLine(
  document: string,
  judged: JudgedCheckpoint,
  { source, level }: { readonly source: string; readonly level: EvidenceLevel },
): Omit<SignatureReport, 'is' | 'because' | 'etsi'> {
  const times = judged.cosigners.map(({ atSeconds }) => atSeconds);
  const law13 = law13Of([], { hasCertificate: judged.signedByLog, showsControl: false });
  return {
    document,
    field: `${source} ${judged.checkpoint.size} ${level}`,
    kind: 'timestamp',
    signer: source,
    ...(times.length === 0
      ? {}
      : { signedAt: formatInstant(instantFromMs(Math.max(...times) * 1000)) }),
    timeFrom: 'timestamp',
    timeSource: judged.cosigners.map(({ name }) => name).join(' '),
    level: 'B-B',
    algorithm: 'ed25519',
    covers: 'document',
    changesAfter: 'none',
    law13,
  };
}
