/**
 * The proof that a ticket's intention was recorded: the entry seal.intended itself, signed by a
 * process the key store knows, committing to this ticket, to the tenant and to the kind of
 * document.
 *
 * The caller's word counts for nothing here: kind and tenant are opened from the entry's own
 * commitments. A thief of that process's key can still sign an entry that never reaches the log;
 * the journal keeps the entry's digest, so that what the log does not hold is found by comparing.
 */
import { equal, fromBase64, fromBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault, faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { discloseAll } from '#formats/disclosure';
import { type Entry, openEntry, parseEntry, signatureFlaw } from '#formats/entry';
import type { ActorKeys } from './ports.ts';
import type { TicketToSeal } from './ticket.ts';

/** The entry's bytes and the base64url salts of two of its commitments. */
export interface IntentionProof {
  readonly entry: Uint8Array;
  readonly salts: { readonly kind: string; readonly institution: string };
}

export interface Claimed {
  readonly tenant: string;
  readonly kind: string;
  readonly intention: IntentionProof;
}

/** Answers the SHA-256 of the entry; refuses with keys.intention_unproved and why. */
export async function provedIntention(
  claimed: Claimed,
  about: { readonly json: Json; readonly ticket: TicketToSeal },
  parts: { readonly actors: ActorKeys; readonly engine: Engine },
): Promise<Uint8Array> {
  const { engine } = parts;
  const entry = entryOf(claimed.intention.entry);
  if (entry.type !== 'seal.intended') throw unproved('type');
  const keys = await parts.actors.actorKeys();
  const flaw = await signatureFlaw(entry, (by) => keys.get(by), engine);
  if (flaw !== undefined) throw unproved(flaw.code);
  await requireOriginal(entry, { name: 'ticket', bytes: canonicalBytes(about.json) }, engine);
  await requireOriginal(entry, { name: 'certificate', bytes: about.ticket.certificate }, engine);
  await requireOpened(entry, claimed, engine);
  return engine.digest('sha256', claimed.intention.entry);
}

function entryOf(bytes: Uint8Array): Entry {
  try {
    return parseEntry(bytes);
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw unproved('entry', cause);
  }
}

async function requireOriginal(
  entry: Entry,
  original: { readonly name: string; readonly bytes: Uint8Array },
  engine: Engine,
): Promise<void> {
  const held = entry.of.find(({ name }) => name === original.name);
  const sha256 = await engine.digest('sha256', original.bytes);
  const fits = held !== undefined && equal(fromBase64(held.sha256), sha256);
  if (!fits || held.bytes !== original.bytes.length) throw unproved(original.name);
}

async function requireOpened(entry: Entry, claimed: Claimed, engine: Engine): Promise<void> {
  const { salts } = claimed.intention;
  const openings = [
    { name: 'kind', value: claimed.kind, salt: saltOf(salts.kind) },
    { name: 'institution', value: claimed.tenant, salt: saltOf(salts.institution) },
  ];
  const disclosures = await discloseAll(openings, engine);
  const [flaw] = openEntry(entry, disclosures).flaws;
  if (flaw !== undefined) throw unproved(flaw.detail);
}

function saltOf(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch (cause) {
    throw unproved('salt', cause);
  }
}

function unproved(why: string, cause?: unknown): Fault {
  return new Fault('keys.intention_unproved', { why }, { cause });
}
