/**
 * What a monitor keeps: one small file of what it verified last, promises that were handed to it,
 * the proofs it wrote. All in one folder that can be copied.
 *
 *   verified.json  promises/<any>.note  proofs/<kind>-<sizes>.misbehaviour
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '#adapters/objects';
import { fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { parseCheckpoint, parseEdge, printEdge } from '#formats/tlog';
import type { MonitorMemory, Verified } from '#trust/witness';

const verifiedName = 'verified.json';
const proofSuffix = '.misbehaviour';

export class FileMonitorMemory implements MonitorMemory {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async last(): Promise<Verified | undefined> {
    const bytes = await readIfThere(join(this.#folder, verifiedName));
    if (bytes === undefined) return undefined;
    const json = parseCanonical(bytes);
    if (typeof json === 'object' && json !== null && 'edge' in json && 'note' in json) {
      const { edge, note } = json;
      if (typeof edge === 'string' && typeof note === 'string') {
        return { note, edge: parseEdge(parseCheckpoint(note).size, fromBase64(edge)) };
      }
    }
    throw new Fault('witness.head_malformed');
  }

  async keep({ note, edge }: Verified): Promise<void> {
    const bytes = canonicalBytes({ edge: toBase64(printEdge(edge)), note });
    await replaceFile(join(this.#folder, verifiedName), bytes);
  }

  async promises(): Promise<readonly string[]> {
    const folder = join(this.#folder, 'promises');
    const names = await namesIn(folder, '.note');
    return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  }

  async accuse(name: string, proof: Uint8Array): Promise<void> {
    const path = join(this.#folder, 'proofs', `${name}${proofSuffix}`);
    if ((await readIfThere(path)) === undefined) await replaceFile(path, proof);
  }
}

/** The files of a folder with this ending, in order; of a folder that is not there, none. */
export async function namesIn(folder: string, ending: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(ending)).toSorted();
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}
