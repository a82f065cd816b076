/**
 * What a stranger checks about one entry: its actor's signature, and that openings belong to it.
 *
 * Answers are flaws, not exceptions: a verifier lists everything that is wrong.
 */
import { fromBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import type { Disclosure } from '#formats/disclosure';
import { type Entry, entryMessage, type NewerEntry } from './entry.ts';

export interface EntryFlaw {
  readonly code:
    | 'actor_unknown'
    | 'entry_signature_differs'
    | 'disclosure_not_committed'
    | 'disclosure_name_repeated';
  readonly detail: string;
}

export interface Opened {
  /** The values that were opened and stand in the entry, by name. */
  readonly values: ReadonlyMap<string, Json>;
  /** How many commitments of the entry stay closed. */
  readonly closed: number;
  readonly flaws: readonly EntryFlaw[];
}

/** Is the entry signed by the actor it names? `keyOf` is the verifier's own list of keys (SPKI). */
export async function signatureFlaw(
  entry: Entry | NewerEntry,
  keyOf: (by: string) => Uint8Array | undefined,
  engine: Engine,
): Promise<EntryFlaw | undefined> {
  const publicKey = keyOf(entry.by);
  if (publicKey === undefined) return { code: 'actor_unknown', detail: entry.by };
  const signed = await engine.verify({
    algorithm: 'ed25519',
    publicKey,
    signature: fromBase64(entry.sig),
    message: 'message' in entry ? entry.message : entryMessage(entry),
  });
  return signed ? undefined : { code: 'entry_signature_differs', detail: entry.by };
}

/** Opens an entry: each disclosure must be committed to under both digests, each name once. */
export function openEntry(entry: Entry, disclosures: readonly Disclosure[]): Opened {
  const values = new Map<string, Json>();
  const flaws: EntryFlaw[] = [];
  const spent = new Set<string>();
  for (const { name, value, sha256, sm3 } of disclosures) {
    if (!entry.sd.includes(sha256) || !entry.sd3.includes(sm3)) {
      flaws.push({ code: 'disclosure_not_committed', detail: name });
    } else if (values.has(name)) {
      flaws.push({ code: 'disclosure_name_repeated', detail: name });
    } else {
      values.set(name, value);
      spent.add(sha256);
    }
  }
  return { values, closed: entry.sd.length - spent.size, flaws };
}
