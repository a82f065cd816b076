/**
 * Compares rows with entries: each row says what the log must hold for it, and is held to it.
 *
 * Law 5: row and entry commit together and neither is derived from the other, so a thief of the
 * database who alters one leaves the other standing. The log holds commitments only; what they
 * commit to is compared where the openings are shown, and passed over where a person was erased.
 */
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { parseDisclosures } from '#formats/disclosure';
import { type EntryType, openEntry } from '#formats/entry';
import type { CaseChains, FollowedChain, FollowedEntry } from './case-chains.ts';

/** Something a stored row says of its case, and where the row stands. */
export interface RowClaim {
  readonly table: string;
  /** The row's key in its table, without the tenant. */
  readonly key: string;
  readonly caseId: string;
  readonly demand: RowDemand;
}

/** What must be so for a row to be believed. */
export type RowDemand =
  /** The case's newest original of this name has this base64 SHA-256. */
  | { readonly is: 'state'; readonly name: string; readonly sha256: string }
  /** This very entry stands in the case. */
  | { readonly is: 'entry'; readonly type: EntryType; readonly hash: string }
  /** An entry of this type names an original of these bytes (base64 SHA-256). */
  | { readonly is: 'original'; readonly type: EntryType; readonly sha256: string }
  | {
      readonly is: 'count';
      readonly type: EntryType;
      readonly least: number;
      readonly most?: number;
      /** Entries that open to one of these have no row and are not counted. */
      readonly apart?: readonly Opened[];
    }
  /** Of the entries that open to `by`, and open `shows` at all, the last is one of `ends`. */
  | {
      readonly is: 'opened';
      readonly among: readonly EntryType[];
      readonly by: Opened;
      readonly shows?: readonly string[];
      readonly ends: readonly { readonly type: EntryType; readonly values: Opened }[];
    }
  /** Each of these entries opens to one of `by`: no row of theirs was taken away. */
  | {
      readonly is: 'covered';
      readonly among: readonly EntryType[];
      readonly by: readonly Opened[];
    }
  /** A value that follows from what entries state, computed again. */
  | { readonly is: 'follows'; readonly committed: string; readonly found: string };

/** Values by name, as openings show them. */
export type Opened = Readonly<Record<string, Json>>;

/** The rows of one tenant, as what they claim. */
export interface RowClaims {
  claims(): AsyncIterable<RowClaim>;
}

/** Opens the entries of a case: encoded disclosures by entry hash, undefined after an erasure. */
export interface Openings {
  of(caseId: string): Promise<ReadonlyMap<string, readonly string[] | undefined>>;
}

/** A row that says another thing than its case. */
export interface RowFlaw {
  /** Table and key. */
  readonly part: string;
  readonly detail: string;
}

interface Parts {
  readonly chains: CaseChains;
  readonly rows: RowClaims;
  readonly openings: Openings | undefined;
  readonly engine: Engine;
}

/** Every row flaw of the tenant; a state that entries speak of and no row has is one, too. */
export async function rowFlaws(parts: Parts): Promise<readonly RowFlaw[]> {
  const reader = new OpenedEntries(parts);
  const flaws: RowFlaw[] = [];
  const claimed = new Set<string>();
  for await (const { table, key, caseId, demand } of parts.rows.claims()) {
    if (demand.is === 'state') claimed.add(`${caseId} ${demand.name}`);
    const chain = parts.chains.of(caseId) ?? { caseId, entries: [], states: new Map() };
    const detail = await unmet(demand, chain, reader).catch(unreadable);
    if (detail !== undefined) flaws.push({ part: `${table} ${key}`, detail });
  }
  for (const { caseId, states } of parts.chains.all()) {
    for (const name of states.keys()) {
      if (claimed.has(`${caseId} ${name}`)) continue;
      const part = `${name.slice(name.indexOf('/') + 1)} ${caseId}`;
      flaws.push({ part, detail: 'no row, but entries speak of one' });
    }
  }
  return flaws;
}

/** Why the demand is not met, or undefined. */
async function unmet(
  demand: RowDemand,
  chain: FollowedChain,
  reader: OpenedEntries,
): Promise<string | undefined> {
  const { entries, states } = chain;
  if (demand.is === 'state') {
    return states.get(demand.name) === demand.sha256 ? undefined : 'its entries state another';
  }
  if (demand.is === 'follows') {
    const { committed, found } = demand;
    return committed === found ? undefined : `${found} where ${committed} follows`;
  }
  if (demand.is === 'opened') return unmetOpened(demand, chain, reader);
  if (demand.is === 'covered') return uncovered(demand, chain, reader);
  const ofType = entries.filter(({ entry }) => entry.type === demand.type);
  if (demand.is === 'entry') {
    const held = ofType.some(({ hash }) => hash === demand.hash);
    return held ? undefined : `no such entry ${demand.type}`;
  }
  if (demand.is === 'original') {
    const named = ofType.some(({ entry }) =>
      entry.of.some(({ sha256 }) => sha256 === demand.sha256),
    );
    return named ? undefined : `no ${demand.type} names these bytes`;
  }
  return miscounted(demand, ofType, reader);
}

async function miscounted(
  { type, least, most = Number.POSITIVE_INFINITY, apart = [] }: Extract<RowDemand, { is: 'count' }>,
  ofType: readonly FollowedEntry[],
  reader: OpenedEntries,
): Promise<string | undefined> {
  let [count, closed] = [0, 0];
  for (const entry of ofType) {
    const values = apart.length === 0 ? undefined : await reader.valuesOf(entry);
    if (values !== undefined && apart.some((one) => agrees(values, one))) continue;
    count += 1;
    // What does not open may be one of those apart.
    if (apart.length > 0 && values === undefined) closed += 1;
  }
  if (count >= least && count - closed <= most) return undefined;
  return `${count} entries ${type} where ${spanOf(least, most)} belong`;
}

/** Openings that do not open are damage to be named, not the end of the check. */
function unreadable(thrown: unknown): string {
  if (thrown instanceof Fault && !thrown.retryable) return `its openings: ${thrown.code}`;
  throw thrown;
}

function spanOf(least: number, most: number): string {
  if (least === most) return String(least);
  return Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`;
}

async function unmetOpened(
  demand: Extract<RowDemand, { is: 'opened' }>,
  chain: FollowedChain,
  reader: OpenedEntries,
): Promise<string | undefined> {
  const { among, by, shows = [], ends } = demand;
  const candidates = chain.entries.filter(({ entry }) => among.includes(entry.type));
  let last: { entry: FollowedEntry; values: ReadonlyMap<string, Json> } | undefined;
  for (const entry of candidates) {
    const values = await reader.valuesOf(entry);
    // What is closed cannot be compared, and the one meant may be it.
    if (values === undefined) return undefined;
    const speaks = agrees(values, by) && shows.every((name) => values.has(name));
    if (speaks) last = { entry, values };
  }
  if (last === undefined) return `no ${among.join(' or ')} opens to it`;
  const { entry, values } = last;
  const ended = ends.some((end) => end.type === entry.entry.type && agrees(values, end.values));
  return ended ? undefined : `entry ${entry.entry.type} ${entry.entry.seq} opens to another`;
}

async function uncovered(
  demand: Extract<RowDemand, { is: 'covered' }>,
  chain: FollowedChain,
  reader: OpenedEntries,
): Promise<string | undefined> {
  for (const followed of chain.entries) {
    const { type, seq } = followed.entry;
    if (!demand.among.includes(type)) continue;
    const values = await reader.valuesOf(followed);
    if (values === undefined || demand.by.some((by) => agrees(values, by))) continue;
    return `entry ${type} ${seq} opens to what no row has`;
  }
  return undefined;
}

function agrees(values: ReadonlyMap<string, Json>, wanted: Opened): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const held = values.get(name);
    return held !== undefined && canonical(held) === canonical(value);
  });
}

/** Reads the openings of one case after the other; each is checked against its commitments. */
class OpenedEntries {
  readonly #parts: Parts;
  #case: { caseId: string; openings: ReadonlyMap<string, readonly string[] | undefined> } = {
    caseId: '',
    openings: new Map(),
  };

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async valuesOf(followed: FollowedEntry): Promise<ReadonlyMap<string, Json> | undefined> {
    const { openings, engine } = this.#parts;
    if (openings === undefined) return undefined;
    const { caseId, hash, entry } = followed;
    if (this.#case.caseId !== caseId) {
      this.#case = { caseId, openings: await openings.of(caseId) };
    }
    const encoded = this.#case.openings.get(hash);
    if (encoded === undefined) return undefined;
    const disclosures = await parseDisclosures(canonicalBytes([...encoded]), engine);
    return openEntry(entry, disclosures).values;
  }
}
