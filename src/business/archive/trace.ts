/**
 * The whole trace of cases in one answer: who, what, when, where, on what device, under which
 * version, each with its proof (S0-06).
 *
 * Read from the log and from nothing else. The proof of an entry is a C2SP `.tlog-proof` under the
 * newest checkpoint that a quorum of witnesses has cosigned; what came after it stands without one,
 * and says so. Values that are kept for a package under its own authorisation stay masked.
 */
import { type Json, parseCanonical } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type SourceClass, sourceClassOf, versionOf } from '#formats/entry';
import type { CaseFile, Evidence } from '#trust/evidence';
import type { EnvironmentShelf } from './beside.ts';
import { examinerFlags, type OpenedEntry, openedEntries } from './examination.ts';
import { masked, maskedText } from './timeline.ts';

/** What somebody asks by: a number on paper, or one event. */
export type Reference =
  | { readonly number: string }
  | { readonly contract: string }
  /** base64 SHA-256 of an entry: a decision, a refusal, an alarm. */
  | { readonly entry: string };

/** Finds the case that a reference belongs to. */
export interface ReferenceRows {
  caseOf(unit: Unit, reference: Reference): Promise<string | undefined>;
}

/** One step of a trace. */
export interface TraceStep {
  readonly case: string;
  readonly seq: number;
  readonly who: {
    /** The key that stated it, and the party outside whose signed word stands in it. */
    readonly key: string;
    readonly party: string | null;
    /** Who acted, where the entry says so. */
    readonly actor: string | null;
    readonly source: SourceClass;
  };
  readonly what: { readonly type: string; readonly facts: { readonly [name: string]: Json } };
  readonly when: { readonly at: string; readonly clock: string; readonly stated: string | null };
  /** Null where it was not collected. */
  readonly where: Json;
  readonly device: Json;
  readonly version: {
    readonly entry: number;
    /** base64 SHA-256 of the record of the program, and what the record says of it. */
    readonly environment: string;
    readonly program: Json;
  };
  readonly hash: string;
  readonly index: number | null;
  readonly level: string;
  /** Null while no witnessed checkpoint covers it. */
  readonly proof: string | null;
}

/** A trace in the order in which things happened, and what an examiner must see in it. */
export interface Trace {
  readonly steps: readonly TraceStep[];
  readonly flags: readonly { case: string; seq: number; flag: string }[];
}

/** What traces lean on. */
export interface TraceParts {
  readonly units: Units;
  readonly cases: CaseFile;
  readonly evidence: Evidence;
  readonly environments: EnvironmentShelf;
  readonly engine: Engine;
}

/** Reads traces. */
export class Traces {
  readonly #parts: TraceParts;

  constructor(parts: TraceParts) {
    this.#parts = parts;
  }

  async read(tenant: TenantId, caseIds: readonly string[]): Promise<Trace> {
    const { units } = this.#parts;
    const read = await units.run(tenant, async (unit) => {
      const all = [];
      for (const caseId of caseIds) all.push(await this.#case(unit, caseId));
      return all;
    });
    return {
      steps: read.flatMap(({ steps }) => steps).toSorted(inOrder),
      flags: read.flatMap(({ flags }) => flags),
    };
  }

  async #case(unit: Unit, caseId: string): Promise<Trace> {
    const { cases, evidence, engine } = this.#parts;
    const opened = await openedEntries(await cases.openings(unit, caseId), engine);
    const proofs = await this.#proofs(unit, caseId);
    const programs = new Map<string, Json>();
    const steps: TraceStep[] = [];
    for (const one of opened) {
      const { env } = one.entry;
      if (!programs.has(env)) programs.set(env, await this.#program(unit, env));
      const level = await evidence.levelOf(unit, one.hash);
      const found = { level, proof: proofs.get(one.hash), program: programs.get(env) };
      steps.push(stepOf(caseId, one, found));
    }
    const flags = examinerFlags(opened).map((flag) => ({ case: caseId, ...flag }));
    return { steps, flags };
  }

  /** By the hashes of entries. A case that has grown since the last checkpoint is proved so far. */
  async #proofs(unit: Unit, caseId: string): Promise<ReadonlyMap<string, string>> {
    try {
      const { entries } = await this.#parts.cases.readSoFar(unit, caseId, 'L2');
      return new Map(entries.map(({ hash, proof }) => [hash, proof]));
    } catch (thrown) {
      if (faultCode(thrown) !== 'evidence.level_not_reached') throw thrown;
      return new Map();
    }
  }

  async #program(unit: Unit, env: string): Promise<Json> {
    const bytes = await this.#parts.environments.find(unit, env);
    return bytes === undefined ? null : parseCanonical(bytes);
  }
}

function stepOf(
  caseId: string,
  { entry, hash, index, values }: OpenedEntry,
  found: {
    readonly level: string;
    readonly proof: string | undefined;
    readonly program: Json | undefined;
  },
): TraceStep {
  const { att } = entry;
  const stated = att?.statement['at'];
  return {
    case: caseId,
    seq: entry.seq,
    who: {
      key: entry.by,
      party: att?.by ?? null,
      actor: textOf(values.get('by') ?? values.get('openedBy')),
      source: sourceClassOf(entry),
    },
    what: { type: entry.type, facts: factsOf(values) },
    when: { at: formatInstant(entry.at), clock: entry.clock, stated: textOf(stated) },
    where: placeIn(values),
    device: deviceIn(values),
    version: {
      entry: versionOf(entry),
      environment: entry.env,
      program: found.program ?? null,
    },
    hash,
    index: index ?? null,
    level: found.level,
    proof: found.proof ?? null,
  };
}

/** Where and on what are answered by themselves; names of persons stay masked. */
function factsOf(values: ReadonlyMap<string, Json>): { readonly [name: string]: Json } {
  const facts: { [name: string]: Json } = {};
  for (const [name, value] of values) {
    if (name === 'place' || name === 'device' || name.startsWith('@')) continue;
    facts[name] = masked.has(name) ? maskedText : value;
  }
  return facts;
}

function placeIn(values: ReadonlyMap<string, Json>): Json {
  return values.get('place') ?? values.get('GPS') ?? null;
}

function deviceIn(values: ReadonlyMap<string, Json>): Json {
  return values.get('device') ?? values.get('设备指纹') ?? null;
}

function textOf(json: Json | undefined): string | null {
  return typeof json === 'string' ? json : null;
}

/** The place in the log is the order; what waits for one comes after, by its time. */
function inOrder(a: TraceStep, b: TraceStep): number {
  if (a.case === b.case) return a.seq - b.seq;
  const [left, right] = [a.index ?? Number.MAX_SAFE_INTEGER, b.index ?? Number.MAX_SAFE_INTEGER];
  if (left !== right) return left - right;
  return a.when.at < b.when.at ? -1 : 1;
}
