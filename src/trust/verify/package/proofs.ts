/**
 * Step 5 of judging a package: the log. A checkpoint a shard, an inclusion proof an entry, the
 * cosignatures its policy asks for, and the policy itself logged like any other fact.
 *
 * RFC 6962 trees, C2SP checkpoints, cosignatures and proof files. Every signature line must hold:
 * a line that nobody can check is a line that anybody could have changed.
 */
import { equal, fromUtf8, toBase64 } from '#base/bytes';
import { borderName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { signatureFlaw } from '#formats/entry';
import {
  hashLeaf,
  inclusionFlaw,
  type JudgedCheckpoint,
  judgeCheckpoint,
  levelUnder,
  parseLogProof,
} from '#formats/tlog';
import type { Findings } from '../report/findings.ts';
import type { EvidenceLevel } from '../report/report.ts';
import type { Trust } from '../trust.ts';
import type { ClosedTree } from './closed-tree.ts';
import type { PackageFiles } from './container.ts';
import { besideEntry, type Placed, proofOf } from './entries.ts';
import { logNamedBy } from './institution.ts';
import { wrongLines } from './log-context.ts';

const checkpointName = 'checkpoint.txt';
/** A witness's clock may be behind an actor's by this much. */
const witnessSlackMs = 60_000;

/** What every step about the log is told. */
export interface LogParts {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

/** A tree of the log: the note under which its proofs stand, judged. */
interface Checkpointed {
  readonly part: string;
  readonly text: string;
  readonly judged: JudgedCheckpoint;
}

const levels: readonly EvidenceLevel[] = ['L0', 'L1', 'L2'];

/**
 * The level the proofs reach together: the lowest of the checkpoints, or L0 when one entry is
 * outside. `closed`: the shards before that of `checkpoint.txt`, oldest first.
 */
export async function judgeProofs(
  of: {
    readonly files: PackageFiles;
    readonly placed: readonly Placed[];
    readonly closed: readonly ClosedTree[];
  },
  parts: LogParts,
): Promise<EvidenceLevel> {
  const { files, placed, closed } = of;
  const checkpoint = await readCheckpoint(files, parts);
  if (checkpoint === undefined) return 'L0';
  judgeLines(checkpoint.judged, checkpointName, parts.findings);
  const reached = [judgeLevel(checkpoint.judged, checkpointName, parts)];
  const trees = closed.map(({ number, note, judged, level }) => {
    reached.push(level);
    return { part: borderName('closing proof', number), text: note, judged };
  });
  trees.push(checkpoint);
  const inTree: Placed[][] = trees.map(() => []);
  let before: LeafPlace = { tree: 0, index: -1 };
  let allInside = checkpoint.judged.signedByLog;
  for (const one of placed) {
    const part = proofOf(one.part);
    const at = await judgeProof({ part, leaf: one.bytes, files, trees }, parts);
    allInside &&= at !== undefined;
    inTree[at?.tree ?? 0]?.push(one);
    if (at === undefined) continue;
    // Each entry names the one before: a log that got it later was not told at once.
    if (at.tree < before.tree || (at.tree === before.tree && at.index <= before.index)) {
      parts.findings.add('proof_wrong', part, 'logged before the entry that it follows');
    }
    before = at;
  }
  for (const [at, tree] of trees.entries()) judgeTimes(tree, inTree[at] ?? [], parts.findings);
  await judgePolicy(files, trees, parts);
  const lowest = Math.min(...reached.map((level) => levels.indexOf(level)));
  return allInside ? (levels[lowest] ?? 'L0') : 'L0';
}

async function readCheckpoint(
  files: PackageFiles,
  parts: LogParts,
): Promise<Checkpointed | undefined> {
  const bytes = files.named(checkpointName);
  const { logs, witnesses } = parts.trust;
  if (bytes === undefined) return undefined;
  if (logs.length === 0) {
    parts.findings.add('trust_missing', 'trust/logs', 'no log is trusted');
    return undefined;
  }
  const part = checkpointName;
  const log = logNamedBy(files, parts.trust)?.key;
  if (log === undefined) {
    parts.findings.add('checkpoint_unsigned', part, 'names no log that is trusted');
    return undefined;
  }
  return parts.findings.triedLater({ code: 'checkpoint_malformed', part }, async () => {
    const text = fromUtf8(bytes);
    return { part, text, judged: await judgeCheckpoint(text, { log, witnesses }, parts.engine) };
  });
}

/** Every signature line must hold, and one must be the log's. */
export function judgeLines(judged: JudgedCheckpoint, part: string, findings: Findings): void {
  if (!judged.signedByLog) findings.add('checkpoint_unsigned', part, 'not signed by the log');
  for (const name of wrongLines(judged)) findings.add('checkpoint_signature_wrong', part, name);
}

/** A witness cannot have cosigned a tree before its youngest entry was made. */
function judgeTimes(
  { part, judged }: Checkpointed,
  placed: readonly Placed[],
  findings: Findings,
): void {
  const youngest = Math.max(...placed.map(({ place }) => place.at));
  for (const { name, atSeconds } of judged.cosigners) {
    if (atSeconds * 1000 + witnessSlackMs >= youngest) continue;
    findings.add('witness_time_wrong', part, `${name} cosigned before the last entry`);
  }
}

/** The level that these cosignatures reach under the trusted policy. */
export function judgeLevel(
  judged: JudgedCheckpoint,
  part: string,
  parts: Pick<LogParts, 'trust' | 'findings'>,
): EvidenceLevel {
  const { policy } = parts.trust;
  if (policy === undefined) {
    parts.findings.add('trust_missing', 'trust/policy.json', 'no policy is trusted');
    return 'L0';
  }
  const level = levelUnder(policy, judged.cosigners);
  const names = judged.cosigners.map(({ name }) => name);
  if (!names.includes(policy.sentinel)) {
    parts.findings.add('sentinel_missing', part, policy.sentinel);
  }
  const votes = policy.voters.filter((voter) => names.includes(voter)).length;
  if (votes < policy.quorum) {
    const detail = `${votes} of ${policy.quorum} needed`;
    parts.findings.add('witness_quorum_missing', part, detail);
  }
  return level;
}

interface ProofClaim {
  readonly part: string;
  readonly leaf: Uint8Array;
  readonly files: PackageFiles;
  readonly trees: readonly Checkpointed[];
}

/** Which of the trees holds the leaf, and where. */
interface LeafPlace {
  readonly tree: number;
  readonly index: number;
}

/** Where the leaf stands, or undefined after saying why nowhere. */
async function judgeProof(claim: ProofClaim, parts: LogParts): Promise<LeafPlace | undefined> {
  const { part, trees } = claim;
  const bytes = claim.files.named(part);
  if (bytes === undefined) {
    parts.findings.add('proof_missing', part, 'no proof that the log holds this entry');
    return undefined;
  }
  const flaw = { code: 'proof_malformed', part } as const;
  const proof = parts.findings.tried(flaw, () => parseLogProof(fromUtf8(bytes)));
  if (proof === undefined) return undefined;
  const at = trees.findIndex(({ text }) => proof.checkpoint === text);
  const tree = trees[at];
  if (tree === undefined) {
    parts.findings.add('proof_wrong', part, 'for another checkpoint than checkpoint.txt');
    return undefined;
  }
  const { size, root } = tree.judged.checkpoint;
  const leaf = await hashLeaf(claim.leaf, parts.engine);
  const inclusion = { leaf, index: proof.index, size, root, proof: proof.hashes };
  const wrong = await inclusionFlaw(inclusion, parts.engine);
  if (wrong !== undefined) parts.findings.add('proof_wrong', part, wrong);
  return wrong === undefined ? { tree: at, index: proof.index } : undefined;
}

/** The policy must be the trusted one, and its adoption an entry of the same log. */
async function judgePolicy(
  files: PackageFiles,
  trees: readonly Checkpointed[],
  parts: LogParts,
): Promise<void> {
  const { findings, trust, engine } = parts;
  const policy = files.named('policy.json');
  const entryBytes = files.named('policy-entry.json');
  if (policy === undefined || entryBytes === undefined) return;
  if (trust.policyBytes !== undefined && !equal(policy, trust.policyBytes)) {
    findings.add('policy_differs', 'policy.json', 'not the policy of the trust folder');
  }
  const part = 'policy-entry.json';
  const entry = besideEntry(part, entryBytes, findings);
  if (entry === undefined) return;
  const actor = await signatureFlaw(entry, (by) => trust.actorKey(by), engine);
  if (actor !== undefined) findings.add('entry_signature_wrong', part, actor.detail);
  const sha256 = toBase64(await engine.digest('sha256', policy));
  const sm3 = toBase64(await engine.digest('sm3', policy));
  const names = entry.of.some((one) => one.sha256 === sha256 && one.sm3 === sm3);
  if (entry.type !== 'policy.adopted' || !names) {
    findings.add('policy_not_logged', part, 'does not adopt this policy.json');
  }
  await judgeProof({ part: 'policy.tlog-proof', leaf: entryBytes, files, trees }, parts);
}
