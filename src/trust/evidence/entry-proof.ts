/**
 * The proof that an entry stands in the log (C2SP tlog-proof), checked before it is handed out: a
 * damaged tile must be seen here, not by the judge.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  hashLeaf,
  inclusionFlaw,
  inclusionProof,
  type NodeReader,
  parseCheckpoint,
  printLogProof,
} from '#formats/tlog';

/** The file `.tlog-proof` under the checkpoint of `note`; evidence.root_differs if it fails. */
export async function provedEntry(
  entry: { readonly index: number; readonly bytes: Uint8Array },
  under: { readonly note: string; readonly nodes: NodeReader },
  engine: Engine,
): Promise<string> {
  const { note, nodes } = under;
  const { size, root } = parseCheckpoint(note);
  const { index, bytes } = entry;
  const hashes = await inclusionProof({ index, size }, nodes, engine);
  const leaf = await hashLeaf(bytes, engine);
  const flaw = await inclusionFlaw({ leaf, index, size, root, proof: hashes }, engine);
  if (flaw !== undefined) throw new Fault('evidence.root_differs', { index, size, flaw });
  return printLogProof({ index, hashes, checkpoint: note });
}
