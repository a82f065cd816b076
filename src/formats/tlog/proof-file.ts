/**
 * A `.tlog-proof`: everything a stranger needs to see that an entry is in the log
 * (C2SP tlog-proof v1): its index, the inclusion proof, the cosigned checkpoint.
 *
 * Extra data is refused: it is not authenticated, and a file that nobody can alter unseen must not
 * hold a line that anybody can alter.
 */
import { toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type JudgedCheckpoint, judgeCheckpoint } from './checkpoint.ts';
import { hashLeaf } from './merkle.ts';
import type { NoteKey } from './note.ts';
import { inclusionFlaw, type ProofFlaw } from './proof-checks.ts';
import { parseHash, parseSize } from './size.ts';

const firstLine = 'c2sp.org/tlog-proof@v1';
const hashesMax = 63;
const proofLettersMax = 512 * 1024;

export interface LogProof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

export interface JudgedProof extends JudgedCheckpoint {
  readonly index: number;
  readonly flaw: ProofFlaw | undefined;
}

export function printLogProof(proof: LogProof): string {
  const hashes = proof.hashes.map((hash) => `${toBase64(hash)}\n`).join('');
  return `${firstLine}\nindex ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

export function parseLogProof(text: string): LogProof {
  if (text.length > proofLettersMax) throw new Fault('tlog.proof_malformed', { why: 'length' });
  const split = text.indexOf('\n\n');
  const [first, second, ...hashes] = text.slice(0, Math.max(split, 0)).split('\n');
  if (split < 0 || first !== firstLine || second?.startsWith('index ') !== true) {
    throw new Fault('tlog.proof_malformed', { why: 'lines' });
  }
  if (hashes.length > hashesMax) throw new Fault('tlog.proof_malformed', { why: 'hashes' });
  return {
    index: parseSize(second.slice('index '.length)),
    hashes: hashes.map(parseHash),
    checkpoint: text.slice(split + 2),
  };
}

/** Judges the whole file for one entry's bytes. Throws only for text that is no proof. */
export async function judgeLogProof(
  claim: { text: string; entry: Uint8Array },
  keys: { log: NoteKey; witnesses: readonly NoteKey[] },
  engine: Engine,
): Promise<JudgedProof> {
  const proof = parseLogProof(claim.text);
  const judged = await judgeCheckpoint(proof.checkpoint, keys, engine);
  const { size, root } = judged.checkpoint;
  const leaf = await hashLeaf(claim.entry, engine);
  const flaw = await inclusionFlaw(
    { leaf, index: proof.index, size, root, proof: proof.hashes },
    engine,
  );
  return { ...judged, index: proof.index, flaw };
}
