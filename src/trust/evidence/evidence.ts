/**
 * Records facts of a case: what is committed with a unit is evidence, what is not never happened.
 *
 * `record` writes the entry in the same transaction as the rows it speaks of (L0: durable,
 * promised). The entry is signed by this process's own key and chained to the case's previous one
 * under a lock; it holds salted commitments, and the openings go to the keeper as ciphertext.
 */
import { fromBase64Url, toBase64Url } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { Clock, Instant } from '#base/clock';
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { type Engine, type Signer, spelledBy } from '#formats/crypto';
import { type Disclosure, discloseAll, printDisclosures, saltBytes } from '#formats/disclosure';
import {
  type Attestation,
  attestationJson,
  caseTagBytes,
  type Entry,
  type EntryType,
  entryBytesMax,
  entryHash,
  type Original,
  parseEntry,
  signedEntry,
  statementFlaw,
  type UnsignedEntry,
} from '#formats/entry';
import { atLeast, keyIdText, type Level, noteKey } from '#formats/tlog';
import { disclosurePlace } from './disclosure-place.ts';
import { refusePersonal } from './personal.ts';
import type { Chain, DisclosureKeeper, EntryStore, NewEntry } from './ports.ts';
import { officeSubject, registerCaseId, registerFirst, registerOpening } from './register.ts';

/** A document by its bytes. */
interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface EntryDraft {
  readonly caseId: string;
  readonly type: EntryType;
  /** Its source signed it in a batch; of records only. */
  readonly batched?: true;
  /** Under whose key the openings are kept; needed when there are disclosures. */
  readonly subject?: string;
  /** A salt (base64url, 128 bits) only where another entry must show the same commitment. */
  readonly disclosures: readonly { name: string; value: Json; salt?: string }[];
  /** Documents by their bytes, or with lengths and digests already made. */
  readonly of: readonly (NamedBytes | Original)[];
  readonly att?: Attestation;
  /** Hashes of earlier entries of the case, by what they are to this one. */
  readonly refs?: Readonly<Record<string, string>>;
}

export interface Recorded {
  readonly hash: string;
  readonly caseTag: string;
  readonly seq: number;
  readonly at: Instant;
}

/** Makes `slots.json` from the entries of a case as they stand under the lock. */
export type SlotsOf = (entries: readonly Entry[]) => Promise<Uint8Array>;

/** What the seal of a case calls its `slots.json`. */
const slotsOriginal = 'slots';

interface ReadyDraft {
  readonly draft: EntryDraft;
  readonly sd: readonly string[];
  readonly sd3: readonly string[];
  readonly of: readonly Original[];
  readonly sealed: Uint8Array | undefined;
}

export class Evidence {
  readonly #parts: EvidenceParts;
  #actor: Promise<string> | undefined;
  /** The last note judged of each tenant: between two checkpoints questions are about the same. */
  readonly #judged = new Map<TenantId, { readonly note: string; readonly level: Level }>();

  constructor(parts: EvidenceParts) {
    this.#parts = parts;
  }

  /** Adds one entry to its case, within the unit. */
  async record(unit: Unit, draft: EntryDraft): Promise<Recorded> {
    const { caseId } = draft;
    const [recorded] = await this.recordAll(unit, caseId, [draft]);
    assert(recorded !== undefined, 'one draft is one entry');
    return recorded;
  }

  /** Adds entries to one case in their order, within the unit: they come together or not at all. */
  async recordAll(
    unit: Unit,
    caseId: string,
    drafts: readonly Omit<EntryDraft, 'caseId'>[],
  ): Promise<readonly Recorded[]> {
    const [recorded] = await this.recordCases(unit, [{ caseId, drafts }]);
    return recorded ?? [];
  }

  /** The same for many cases at once; answers case by case. */
  async recordCases(
    unit: Unit,
    cases: readonly {
      readonly caseId: string;
      readonly drafts: readonly Omit<EntryDraft, 'caseId'>[];
    }[],
  ): Promise<readonly (readonly Recorded[])[]> {
    const { store } = this.#parts;
    const ready: ReadyDraft[][] = [];
    for (const { caseId, drafts } of cases) {
      const own: ReadyDraft[] = [];
      for (const draft of drafts) own.push(await this.#prepare(unit, { ...draft, caseId }));
      ready.push(own);
    }
    // The locks come last: from here to the end of the unit other entries of the cases wait.
    const asked = cases.map(({ caseId }) => ({ caseId, freshTag: this.#freshTag() }));
    const chains = await store.lockChains(unit, asked);
    const entries: NewEntry[] = [];
    const recorded: Recorded[][] = [];
    for (const [at, own] of ready.entries()) {
      const chain = chains[at];
      assert(chain !== undefined, 'each case has its chain');
      recorded.push(await this.#chained(own, chain, entries));
    }
    await store.append(unit, entries);
    return recorded;
  }

  /** Numbers and signs the entries of one case, one after another, and adds them to `entries`. */
  async #chained(
    ready: readonly ReadyDraft[],
    chain: Chain,
    entries: NewEntry[],
  ): Promise<Recorded[]> {
    const recorded: Recorded[] = [];
    let { seq, head: prev } = chain;
    for (const one of ready) {
      const { bytes, hash, at } = await this.#state(one, { ...chain, seq, head: prev });
      const { caseId, type, subject } = one.draft;
      entries.push({ caseId, seq, hash, type, bytes, subject, sealed: one.sealed });
      recorded.push({ hash, caseTag: chain.caseTag, seq, at });
      prev = hash;
      seq += 1;
    }
    return recorded;
  }

  #freshTag(): string {
    return toBase64Url(this.#parts.random.bytes(caseTagBytes));
  }

  async #lockChain(unit: Unit, caseId: string): Promise<Chain> {
    const asked = [{ caseId, freshTag: this.#freshTag() }];
    const [chain] = await this.#parts.store.lockChains(unit, asked);
    assert(chain !== undefined, 'a case has its chain');
    return chain;
  }

  /** Everything of an entry that does not depend on the one before. */
  async #prepare(unit: Unit, draft: EntryDraft): Promise<ReadyDraft> {
    refusePersonal(draft.of.map(({ name }) => name));
    if (draft.att !== undefined) {
      refusePersonal(attestationJson(draft.att));
      const why = statementFlaw(draft.att, { type: draft.type, at: this.#parts.clock.now() });
      if (why !== undefined) throw new Fault('evidence.statement_refused', { why });
    }
    const openings = await this.#disclose(draft);
    const sd = openings.map(({ sha256 }) => sha256).toSorted();
    const sd3 = openings.map(({ sm3 }) => sm3).toSorted();
    const of: Original[] = [];
    for (const item of draft.of) of.push('sha256' in item ? item : await this.#original(item));
    return { draft, sd, sd3, of, sealed: await this.#seal(unit, draft, { openings, sd }) };
  }

  async #state(
    { draft, sd, sd3, of }: ReadyDraft,
    chain: Chain,
  ): Promise<{ bytes: Uint8Array; hash: string; at: Instant }> {
    const { clock, signer, engine } = this.#parts;
    const unsigned: UnsignedEntry = {
      type: draft.type,
      ...(draft.batched === undefined ? {} : { batched: draft.batched }),
      caseTag: chain.caseTag,
      seq: chain.seq,
      prev: chain.head,
      at: clock.now(),
      clock: clock.source,
      by: await this.#by(),
      env: this.#parts.environment,
      sd,
      sd3,
      of,
      ...(draft.att === undefined ? {} : { att: draft.att }),
      ...refsOf(draft),
    };
    const bytes = await signedEntry(unsigned, (message) => signer.sign(message));
    if (bytes.length > entryBytesMax) throw new Fault('evidence.entry_too_long');
    return { bytes, hash: await entryHash(bytes, engine), at: unsigned.at };
  }

  /**
   * Adds one entry to the tenant's register, which it opens if nobody has: what concerns the tenant
   * and no single case. Openings are kept under the office, a subject that is no person, unless
   * another is named.
   *
   * The register is one chain for the whole tenant, so its lock is the last one a unit takes.
   */
  async note(unit: Unit, draft: Omit<EntryDraft, 'caseId'>): Promise<Recorded> {
    const caseId = await registerCaseId(unit.tenant, this.#parts.engine);
    const { seq } = await this.#lockChain(unit, caseId);
    if (seq === 0 && draft.type !== registerFirst) {
      await this.record(unit, { caseId, ...registerOpening(unit.tenant) });
    }
    return this.record(unit, { subject: officeSubject, ...draft, caseId });
  }

  /**
   * Seals the case as it is now: the entry's own number says how many stand before it, `refs.head`
   * the hash of the last of them. Whoever shows the seal can leave none out. `slots` is what the
   * case must hold and by what each slot is filled (slots.json), made under the same lock.
   * `case.closed` says besides that nothing is missing; whoever asks for it has looked.
   */
  async sealCase(
    unit: Unit,
    caseId: string,
    how: { readonly type?: 'case.sealed' | 'case.closed'; readonly slots?: SlotsOf } = {},
  ): Promise<Recorded & { n: number; head: string; slots: Uint8Array | undefined }> {
    const { store } = this.#parts;
    const { seq, head } = await this.#lockChain(unit, caseId);
    if (head === null) throw new Fault('evidence.case_unknown', { case: caseId });
    const entries = how.slots === undefined ? [] : await store.ofCase(unit, caseId);
    const slots = await how.slots?.(entries.map(({ bytes }) => parseEntry(bytes)));
    const of = slots === undefined ? [] : [{ name: slotsOriginal, bytes: slots }];
    const draft = { type: how.type ?? 'case.sealed', disclosures: [], of, refs: { head } } as const;
    return { ...(await this.record(unit, { caseId, ...draft })), n: seq, head, slots };
  }

  /** How far this entry has come. */
  async levelOf(unit: Unit, hash: string): Promise<Level> {
    const entry = await this.#parts.store.byHash(unit, hash);
    if (entry === undefined) throw new Fault('evidence.entry_unknown');
    return this.#levelAt(unit, entry.index);
  }

  /** Does the case hold an entry of this type? Asked where a row alone must not be believed. */
  async holds(unit: Unit, caseId: string, type: EntryType): Promise<boolean> {
    const entries = await this.#parts.store.ofCase(unit, caseId);
    return entries.some((entry) => entry.type === type);
  }

  /** The hash of the last entry of the case as it is now; the case has one. */
  async headOf(unit: Unit, caseId: string): Promise<string> {
    const head = (await this.#parts.store.ofCase(unit, caseId)).at(-1)?.hash;
    if (head === undefined) throw new Fault('evidence.case_unknown', { case: caseId });
    return head;
  }

  /** Have all entries of the case, as they are now, reached the level? */
  async caseHasLevel(unit: Unit, caseId: string, level: Level): Promise<boolean> {
    const entries = await this.#parts.store.ofCase(unit, caseId);
    if (entries.length === 0) throw new Fault('evidence.case_unknown', { case: caseId });
    const places = entries.map(({ index }) => index ?? Number.POSITIVE_INFINITY);
    const last = Math.max(...places);
    return atLeast(await this.#levelAt(unit, Number.isFinite(last) ? last : undefined), level);
  }

  async #levelAt(unit: Unit, index: number | undefined): Promise<Level> {
    if (index === undefined) return 'L0';
    for (const level of ['L2', 'L1'] as const) {
      const checkpoint = await this.#parts.store.newestCheckpoint(unit, level, index);
      if (checkpoint === undefined || checkpoint.size <= index) continue;
      if (atLeast(await this.#levelOfNote(checkpoint.note, unit.tenant), level)) return level;
    }
    return 'L0';
  }

  /** What the cosignatures themselves say: a column that says L2 is not two signatures. */
  async #levelOfNote(note: string, tenant: TenantId): Promise<Level> {
    const before = this.#judged.get(tenant);
    if (before?.note === note) return before.level;
    const level = await this.#parts.judge(note, tenant);
    this.#judged.set(tenant, { note, level });
    return level;
  }

  async #disclose(draft: EntryDraft) {
    const { engine, random } = this.#parts;
    const names = new Set(draft.disclosures.map(({ name }) => name));
    if (names.size !== draft.disclosures.length) {
      throw new Fault('disclosure.malformed', { why: 'name repeated' });
    }
    // Chance in one go: each question of it costs more than a digest.
    const fresh = draft.disclosures.filter(({ salt }) => salt === undefined);
    const salts = random.bytes(saltBytes * fresh.length);
    let at = 0;
    const openings = draft.disclosures.map(({ name, value, salt }) => {
      const bytes =
        salt === undefined ? salts.subarray(at, (at += saltBytes)) : fromBase64Url(salt);
      return { salt: bytes, name, value };
    });
    return discloseAll(openings, engine);
  }

  async #seal(
    unit: Unit,
    draft: EntryDraft,
    { openings, sd }: { readonly openings: readonly Disclosure[]; readonly sd: readonly string[] },
  ): Promise<Uint8Array | undefined> {
    if (openings.length === 0) return undefined;
    if (draft.subject === undefined) throw new Fault('evidence.subject_missing');
    const { caseId, type, subject } = draft;
    const place = await disclosurePlace({ subject, caseId, type, sd }, this.#parts.engine);
    return this.#parts.keeper.seal(unit, place, printDisclosures(openings));
  }

  async #original({ name, bytes }: NamedBytes): Promise<Original> {
    const { engine } = this.#parts;
    return {
      name,
      bytes: bytes.length,
      sha256: await spelledBy(engine, { hash: 'sha256', of: bytes, as: 'base64' }),
      sm3: await spelledBy(engine, { hash: 'sm3', of: bytes, as: 'base64' }),
    };
  }

  #by(): Promise<string> {
    const { actor: name, signer, engine } = this.#parts;
    this.#actor ??= noteKey({ name, kind: 'ed25519', publicKey: signer.publicKey }, engine).then(
      keyIdText,
    );
    return this.#actor;
  }
}

/** An entry that leans on nothing has no refs at all: one spelling for one fact. */
function refsOf({ refs }: EntryDraft): Pick<UnsignedEntry, 'refs'> {
  return refs === undefined || Object.keys(refs).length === 0 ? {} : { refs };
}

export interface EvidenceParts {
  /**
   * The level a checkpoint of this tenant's log has by its own signatures, under the keys and the
   * policy in trust; another tenant's log is refused.
   */
  readonly judge: (note: string, tenant: TenantId) => Promise<Level>;
  readonly store: EntryStore;
  readonly keeper: DisclosureKeeper;
  /** This process's own Ed25519 key. */
  readonly signer: Signer;
  /** The name of that key: `serve`, `work`. */
  readonly actor: string;
  /** base64 SHA-256 of the record of what program runs where. */
  readonly environment: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}
