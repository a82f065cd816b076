/**
 * Takes a statement that a third party signed and submits by itself: CA, TSA, SMS, face, payment.
 *
 * Nobody has to be believed about what it says of itself: the signature is the party's own, the
 * kind is one that this party may state now, the case is the one it names, and the entry it saw is
 * one of that case. The same statement is one entry, however often it comes.
 */
import { canonical } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import type { Engine, SignatureAlgorithm } from '#formats/crypto';
import {
  type Attestation,
  attestationJson,
  isAttestedBy,
  isPartyStatement,
  parseEntry,
  partyEntryOf,
  statedPlace,
  statementFlaw,
} from '#formats/entry';
import type { EntryDraft, Evidence, Recorded } from './evidence.ts';
import type { EntryStore } from './ports.ts';

/** A party's public key, DER SubjectPublicKeyInfo. */
export interface PartyKey {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/** What the admission leans on. */
export interface AdmissionParts {
  readonly evidence: Pick<Evidence, 'record'>;
  readonly store: EntryStore;
  /** The slots of the case that wait for a statement of this kind, as an entry names them. */
  readonly slotsFor?: (unit: Unit, caseId: string, kind: string) => Promise<EntryDraft['of']>;
  readonly caseOfTag: (unit: Unit, caseTag: string) => Promise<string | undefined>;
  /** The key of a party in trust, by its name. */
  readonly keyOf: (by: string) => Promise<PartyKey | undefined>;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** What the party is told: where its statement stands. */
export type Admitted = Pick<Recorded, 'hash' | 'seq'>;

/** Admits statements that third parties signed themselves. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Refuses with evidence.statement_refused and says why. */
  admit(att: Attestation): Commit<Admitted> {
    return async (unit) => {
      const { clock, keyOf, engine, caseOfTag, store, evidence } = this.#parts;
      const type = partyEntryOf(att) ?? 'statement.received';
      const flaw = statementFlaw(att, { type, at: clock.now() });
      if (flaw !== undefined) throw refused(flaw);
      const key = await keyOf(att.by);
      if (key === undefined || !(await isAttestedBy(att, key, engine))) {
        throw refused('the signature is not its own');
      }
      const place = statedPlace(att.statement);
      const caseId = place && (await caseOfTag(unit, place.caseTag));
      if (place === undefined || caseId === undefined) throw refused('it names no case');
      // Locked before it is looked at: of two that come at once one finds the other.
      const [chain] = await store.lockChains(unit, [{ caseId, freshTag: place.caseTag }]);
      const entries = (await store.ofCase(unit, caseId)).map((row) => ({
        ...row,
        entry: parseEntry(row.bytes),
      }));
      const before = entries.find(
        ({ entry }) => isPartyStatement(entry.type) && entry.att?.statement['id'] === place.id,
      );
      if (before?.entry.att !== undefined) {
        const isSame =
          canonical(attestationJson(before.entry.att)) === canonical(attestationJson(att));
        if (!isSame) throw refused('its id stands for another statement');
        return { hash: before.hash, seq: before.seq };
      }
      const seen = entries.find(({ hash }) => hash === place.seen);
      if (seen === undefined || chain?.head == null) throw refused('it saw no entry of this case');
      const { kind } = att.statement;
      const told = typeof kind === 'string' ? kind : '';
      const draft = {
        caseId,
        type,
        disclosures: [],
        of: (await this.#parts.slotsFor?.(unit, caseId, told)) ?? [],
        att,
        refs: { seen: seen.hash },
      } as const;
      const { hash, seq } = await evidence.record(unit, draft);
      return { hash, seq };
    };
  }
}

function refused(why: string): Fault {
  return new Fault('evidence.statement_refused', { why });
}
