/**
 * Schemas and scenarios: brought by one, approved by another, and from then on the same for ever.
 *
 * What is approved is a digest, so that nobody approves what he was not shown; the approval is an
 * entry of the tenant's register that names these very bytes.
 */
import { toHex } from '#base/bytes';
import { type Json, parseCanonical } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { Evidence } from '#trust/evidence';
import type { DefinitionRow, DefinitionStore } from './ports.ts';
import { type Definition, readDefinition } from './scenario.ts';
import { type EvidenceSchema, refuseUnfillable } from './schema.ts';

const definitionBytesMax = 128 * 1024;

/** A definition as people and programs are shown it. */
export interface ShownDefinition {
  readonly id: string;
  readonly version: number;
  readonly kind: Definition['kind'];
  readonly title: string;
  /** Lower-case hex SHA-256 of the canonical JSON. */
  readonly sha256: string;
  readonly approved: boolean;
  readonly definition: Json;
}

/** An approved definition with its version. */
export interface Held<Kind extends Definition> {
  readonly version: number;
  readonly definition: Kind;
}

/** What the definitions lean on. */
export interface DefinitionParts {
  readonly store: DefinitionStore;
  readonly evidence: Pick<Evidence, 'note'>;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** Brings, approves and hands out schemas and scenarios. */
export class Definitions {
  readonly #parts: DefinitionParts;

  constructor(parts: DefinitionParts) {
    this.#parts = parts;
  }

  /** Takes a definition as the next version of its id; nothing may be deposited by it yet. */
  propose(by: string, json: Json): Commit<ShownDefinition> {
    const definition = readDefinition(json);
    if (definition.kind === 'schema') refuseUnfillable(definition);
    const { id, bytes } = definition;
    if (bytes.length > definitionBytesMax)
      throw new Fault('deposit.definition_malformed', { at: 'length' });
    return async (unit) => {
      const proposedAt = this.#parts.clock.now();
      const row = await this.#parts.store.propose(unit, { id, bytes, proposedBy: by, proposedAt });
      return this.#shown(row);
    };
  }

  /** Another one than who brought it says that these bytes are in force. */
  approve(
    by: string,
    word: { readonly id: string; readonly version: number; readonly sha256: string },
  ): Commit<ShownDefinition> {
    const { store, clock, evidence } = this.#parts;
    return async (unit) => {
      const row = await store.definition(unit, word.id, word.version);
      if (row === undefined) throw new Fault('deposit.definition_unknown', { id: word.id });
      if (row.proposedBy === by) throw new Fault('deposit.definition_own');
      const shown = await this.#shown(row);
      if (shown.sha256 !== word.sha256) throw new Fault('deposit.definition_differs');
      if (row.approvedAt !== undefined) return shown;
      await store.approve(unit, { id: row.id, version: row.version, by, at: clock.now() });
      await evidence.note(unit, {
        type: 'schema.approved',
        disclosures: [{ name: 'by', value: by }],
        of: [{ name: `${shown.kind}/${row.id}@${row.version}`, bytes: row.bytes }],
      });
      return { ...shown, approved: true };
    };
  }

  async list(unit: Unit): Promise<readonly ShownDefinition[]> {
    const rows = await this.#parts.store.definitions(unit);
    return Promise.all(rows.map((row) => this.#shown(row)));
  }

  /** The newest approved version, or deposit.definition_unknown. */
  async schema(unit: Unit, id: string, version?: number): Promise<Held<EvidenceSchema>> {
    const held = await this.#held(unit, id, version);
    const { definition } = held;
    if (definition.kind !== 'schema') throw new Fault('deposit.definition_unknown', { id });
    return { version: held.version, definition };
  }

  async scenario(unit: Unit, id: string) {
    const held = await this.#held(unit, id);
    const { definition } = held;
    if (definition.kind !== 'scenario') throw new Fault('deposit.definition_unknown', { id });
    return { version: held.version, definition };
  }

  async #held(unit: Unit, id: string, version?: number): Promise<Held<Definition>> {
    const row = await this.#parts.store.definition(unit, id, version);
    if (row?.approvedAt === undefined) throw new Fault('deposit.definition_unknown', { id });
    return { version: row.version, definition: readDefinition(parseCanonical(row.bytes)) };
  }

  async #shown(row: DefinitionRow): Promise<ShownDefinition> {
    const json = parseCanonical(row.bytes);
    const { kind, title } = readDefinition(json);
    return {
      id: row.id,
      version: row.version,
      kind,
      title,
      sha256: toHex(await this.#parts.engine.digest('sha256', row.bytes)),
      approved: row.approvedAt !== undefined,
      definition: json,
    };
  }
}
