/**
 * One head a witness has cosigned, with the proof it accepted: a line of its journal.
 *
 * The proofs are kept for the day somebody asks which entry was altered: each hash in them fixes a
 * range of leaves, and together they narrow a fork down (see trust/evidence fsck).
 */
import { toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { parseHash, parseSize } from '#formats/tlog';

export interface WitnessedHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  /** Where the proof starts: what this witness had cosigned before. */
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly atSeconds: number;
  /** The head as the log signed it, without cosignatures: with it, a fork can be proved. */
  readonly note?: string;
}

export function printWitnessedHead(head: WitnessedHead): Uint8Array {
  return canonicalBytes({
    origin: head.origin,
    size: head.size,
    root: toBase64(head.root),
    old: head.oldSize,
    proof: head.proof.map(toBase64),
    at: head.atSeconds,
    ...(head.note === undefined ? {} : { note: head.note }),
  });
}

export function parseWitnessedHead(bytes: Uint8Array): WitnessedHead {
  const json = parseCanonical(bytes);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed();
  const fields = json as { readonly [key: string]: Json };
  const { note, ...rest } = fields;
  if (Object.keys(rest).toSorted().join() !== 'at,old,origin,proof,root,size') throw malformed();
  if (note !== undefined && typeof note !== 'string') throw malformed();
  const { origin, root, proof } = fields;
  if (typeof origin !== 'string' || typeof root !== 'string') throw malformed();
  if (!Array.isArray(proof)) throw malformed();
  return {
    origin,
    size: wholeOf(fields['size']),
    root: parseHash(root),
    oldSize: wholeOf(fields['old']),
    proof: (proof as readonly Json[]).map((hash) => {
      if (typeof hash !== 'string') throw malformed();
      return parseHash(hash);
    }),
    atSeconds: wholeOf(fields['at']),
    ...(note === undefined ? {} : { note }),
  };
}

function wholeOf(json: Json | undefined): number {
  return parseSize(typeof json === 'number' ? String(json) : '');
}

function malformed(): Fault {
  return new Fault('witness.head_malformed');
}
