/**
 * One signature of a source over all records of a request (RFC 6962 section 2.1, as in RFC 4998).
 *
 * A system that signs in hardware signs once for hundreds of records; each record keeps the path
 * from its own leaf to what was signed, so that it proves by itself what its source said. The house
 * makes the tree from the records that came, in their order: no path is taken from anybody.
 */
import { toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import { batchMessage, isBlind, type SourceRecord, sourceLeaf } from '#formats/entry';
import { type HeldTree, hashLeaf, heldTree } from '#formats/tlog';
import { taken } from './slot-lines.ts';
import {
  type GivenSignature,
  type JudgingParts,
  type Source,
  signedWord,
} from './source-signature.ts';

/** What of a record says which it is and how it is signed. */
interface BatchedOrder {
  readonly deposit: string;
  readonly own: string;
  /** 16 bytes of chance, base64url. */
  readonly blind?: string | undefined;
  readonly signature?: GivenSignature | undefined;
}

/** A record with what hides it from those who hold its neighbours. */
export interface BlindRecord {
  readonly record: SourceRecord;
  readonly blind: string;
}

/**
 * Refuses with deposit.batch_mixed records that are signed one by one beside a signature over all,
 * with deposit.blind_wrong a blind that is missing, misspelled or drawn twice, and with
 * deposit.name_taken a record that stands twice under one signature.
 */
export function requireBatchable(
  orders: readonly BatchedOrder[],
  signature: GivenSignature | undefined,
): void {
  const blinds = new Set<string>();
  const names = new Set<string>();
  for (const { deposit, own, blind, signature: single } of orders) {
    const isMixed = signature === undefined ? blind !== undefined : single !== undefined;
    if (isMixed) throw new Fault('deposit.batch_mixed', { item: own });
    if (signature === undefined) continue;
    if (blind === undefined || !isBlind(blind) || blinds.has(blind)) {
      throw new Fault('deposit.blind_wrong', { item: own });
    }
    blinds.add(blind);
    const name = `${deposit} ${own}`;
    if (names.has(name)) throw taken(own);
    names.add(name);
  }
}

/** What the entries commit to under `@source`, record by record; or deposit.batch_wrong. */
export async function batchWords(
  unit: Unit,
  told: {
    readonly source: Source;
    readonly records: readonly BlindRecord[];
    readonly signature: GivenSignature;
  },
  parts: JudgingParts,
): Promise<readonly Json[]> {
  const { source, records, signature } = told;
  const leaves = await Promise.all(
    records.map(({ record, blind }) => hashLeaf(sourceLeaf(record, blind), parts.engine)),
  );
  const tree = await heldTree(leaves, parts.engine);
  const size = records.length;
  const message = batchMessage({ root: tree.root, size });
  const word = await signedWord(unit, { source, message, signature }, parts);
  if (word === undefined) throw new Fault('deposit.batch_wrong', { size });
  const { algorithm, ...others } = word;
  const root = toBase64(tree.root);
  const paths = await spelledPaths(tree, size);
  return records.map(({ blind }, index) => {
    // Members in the order of the canonical text, which is spelled in one go then.
    const batch = { blind, index, path: paths[index] ?? [], root, size };
    return { algorithm, batch, ...others };
  });
}

/** Of every leaf. Neighbours share most of their nodes, each of which is spelled once. */
async function spelledPaths(tree: HeldTree, size: number): Promise<readonly (readonly string[])[]> {
  const spelled = new Map<Uint8Array, string>();
  const spell = (hash: Uint8Array): string => {
    const text = spelled.get(hash) ?? toBase64(hash);
    spelled.set(hash, text);
    return text;
  };
  const paths: string[][] = [];
  for (let index = 0; index < size; index += 1) paths.push((await tree.path(index)).map(spell));
  return paths;
}
