/**
 * Step 4 of judging a package: the entries of the case, their signatures, chain and openings.
 *
 * Each entry must be canonical, signed by an actor of operators.json, chained to the one before,
 * and what is opened must be committed to under both digests. An attestation inside must be signed
 * by the gateway it names.
 */
import type { Json } from '#base/canonical';
import { faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { parseDisclosures } from '#formats/disclosure';
import {
  type CaseFlaw,
  type ChainPlace,
  caseFlaws,
  type Entry,
  isAttestedBy,
  type NewerEntry,
  openEntry,
  parseEntry,
  signatureFlaw,
} from '#formats/entry';
import type { Findings } from '../report/findings.ts';
import type { FlawCode } from '../report/flaws.ts';
import type { Trust, VerifyingKey } from '../trust.ts';
import type { PackageFiles } from './container.ts';

/** Actors' clocks may differ by this much before their order is called wrong. */
export const clockSlackMs = 5_000;
/** How the format says that a newer program wrote an entry. */
export const newerCode = 'entry.version_unknown';

/** One entry as later steps use it. */
export interface Recorded {
  /** `entries/0007.json` */
  readonly part: string;
  readonly bytes: Uint8Array;
  readonly entry: Entry;
  readonly hash: string;
  /** What was opened of it, by name. */
  readonly values: ReadonlyMap<string, Json>;
  /** Of what was opened, the commitment (base64url SHA-256) by name: which one is which. */
  readonly commitments: ReadonlyMap<string, string>;
  /** Its attestation is signed by the gateway that it names. */
  readonly attested: boolean;
}

/** Any entry of the package, read or not: what its proofs and its place in the log stand for. */
export interface Placed {
  readonly part: string;
  readonly bytes: Uint8Array;
  readonly place: ChainPlace;
}

/** `entries/0007.json` → `proofs/0007.tlog-proof`; in the twin's folder for the twin. */
export function proofOf(entry: string, folder: 'proofs' | 'twin' = 'proofs'): string {
  return `${folder}/${entry.slice('entries/'.length, -'.json'.length)}.tlog-proof`;
}

/** The entries that were read, and all of them in their order: newer ones are not read. */
export interface JudgedEntries {
  readonly recorded: readonly Recorded[];
  readonly placed: readonly Placed[];
}

type Dated = Pick<Placed, 'part' | 'place'>;

interface Parts {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
}

const chainCodes: Record<CaseFlaw['code'], FlawCode> = {
  entry_malformed: 'entry_malformed',
  version_unknown: 'entry_version_unknown',
  case_differs: 'entry_case_differs',
  seq_differs: 'entry_chain_broken',
  prev_differs: 'entry_chain_broken',
  ref_unknown: 'entry_chain_broken',
  seal_differs: 'case_seal_differs',
  case_empty: 'evidence_missing',
};

export async function judgeEntries(files: PackageFiles, parts: Parts): Promise<JudgedEntries> {
  const found = files.at('entry');
  const chain = await caseFlaws(
    found.map((file) => file.bytes),
    parts.engine,
  );
  for (const { code, at, detail } of chain.flaws) {
    parts.findings.add(chainCodes[code], found[at]?.name ?? 'entries', `${code}: ${detail}`);
  }
  const placed: Placed[] = [];
  const recorded: Recorded[] = [];
  let youngest: Dated | undefined;
  const links = [...chain.entries, ...chain.unread].toSorted((a, b) => a.at - b.at);
  for (const { entry, hash, at } of links) {
    const { name: part, bytes } = found[at] ?? { name: 'entries', bytes: new Uint8Array() };
    judgeNumber({ part, seq: entry.seq }, parts.findings);
    await judgeActor(entry, part, parts);
    judgeOrder(youngest, { part, place: entry }, parts.findings);
    if (youngest === undefined || entry.at > youngest.place.at) youngest = { part, place: entry };
    placed.push({ part, bytes, place: entry });
    if ('v' in entry) continue;
    const attested = await judgeAttestation(entry, part, parts);
    const opened = await openValues(entry, files, parts);
    recorded.push({ part, bytes, entry, hash, ...opened, attested });
  }
  refuseLooseDisclosures(files, placed, parts.findings);
  return { recorded, placed };
}

/** An entry that stands beside the case; undefined after saying that it is none, or a newer one. */
export function besideEntry(
  part: string,
  bytes: Uint8Array,
  findings: Findings,
): Entry | undefined {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === undefined) throw thrown;
    const isNewer = code === newerCode;
    findings.add(isNewer ? 'entry_version_unknown' : 'entry_malformed', part, code);
    return undefined;
  }
}

/** The file's number must be the entry's own, or a proof could stand beside another entry. */
function judgeNumber(file: { part: string; seq: number }, findings: Findings): void {
  if (Number(/\d{4}/.exec(file.part)?.[0]) === file.seq) return;
  findings.add('entry_chain_broken', file.part, `holds entry ${file.seq}`);
}

async function judgeActor(entry: Entry | NewerEntry, part: string, parts: Parts): Promise<void> {
  const flaw = await signatureFlaw(entry, (by) => parts.trust.actorKey(by), parts.engine);
  if (flaw === undefined) return;
  const code = flaw.code === 'actor_unknown' ? 'entry_actor_unknown' : 'entry_signature_wrong';
  parts.findings.add(code, part, flaw.detail);
}

/** Against the latest time before it: many small steps back are a long way. */
function judgeOrder(before: Dated | undefined, now: Dated, findings: Findings): void {
  if (before === undefined || now.place.at >= before.place.at - clockSlackMs) return;
  findings.add('entry_time_backwards', now.part, `earlier than ${before.part}`);
}

async function judgeAttestation(entry: Entry, part: string, parts: Parts): Promise<boolean> {
  const { att } = entry;
  if (att === undefined) return false;
  const keys = partyKeys(att.by, parts.trust);
  for (const key of keys) if (await isAttestedBy(att, key, parts.engine)) return true;
  const why = keys.length === 0 ? 'no such gateway is trusted' : 'the signature is not its own';
  parts.findings.add('entry_attestation_wrong', part, `${att.by}: ${why}`);
  return false;
}

/** Authorities and clocks are parties like gateways; their keys stand in their certificates. */
function partyKeys(by: string, trust: Trust): readonly VerifyingKey[] {
  const certified = { ca: trust.roots, tsa: trust.stampers }[by];
  if (certified !== undefined) {
    return certified.map(({ publicKey }) => ({ algorithm: 'ecdsa-sha256', publicKey }));
  }
  const key = trust.gatewayKey(by);
  return key === undefined ? [] : [key];
}

async function openValues(
  entry: Entry,
  files: PackageFiles,
  parts: Parts,
): Promise<Pick<Recorded, 'values' | 'commitments'>> {
  const nothing = { values: new Map(), commitments: new Map() };
  const part = `disclosures/${String(entry.seq).padStart(4, '0')}.json`;
  const bytes = files.named(part);
  if (bytes === undefined) return nothing;
  const disclosures = await parts.findings.triedLater({ code: 'disclosure_malformed', part }, () =>
    parseDisclosures(bytes, parts.engine),
  );
  if (disclosures === undefined) return nothing;
  const opened = openEntry(entry, disclosures);
  for (const flaw of opened.flaws) {
    parts.findings.add('disclosure_unlisted', part, `${flaw.code}: ${flaw.detail}`);
  }
  const held = disclosures.filter(({ sha256 }) => entry.sd.includes(sha256));
  const commitments = new Map(held.map(({ name, sha256 }) => [name, sha256]));
  return { values: opened.values, commitments };
}

function refuseLooseDisclosures(
  files: PackageFiles,
  placed: readonly Placed[],
  findings: Findings,
): void {
  const known = new Set(placed.map(({ place }) => place.seq));
  for (const { name } of [
    ...files.at('disclosures'),
    ...files.at('proof'),
    ...files.at('twin proof'),
  ]) {
    const seq = Number(/\d{4}/.exec(name)?.[0]);
    if (!known.has(seq)) findings.add('file_unexpected', name, 'no entry has this number');
  }
}
