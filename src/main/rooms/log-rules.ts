/**
 * By whose cosignatures each log of the house is run: what it was installed with, and since then
 * what its members voted.
 *
 * A register that was adopted and has its place in the log is written among the public files of the
 * trust folder, `registers/<tenant>/NNNN.note`. Every process reads it there: the one that asks the
 * witnesses, those that say a level, and whoever is handed the folder to judge.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { type Clock, type Instant, systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { parseNote } from '#formats/tlog';
import { type LevelRule, levelRuleAt, levelRules, parseRegister } from '#formats/witness';
import { quorum, sentinelName, voterNames } from '../estate/plan.ts';
import { pause } from '../estate/repeat.ts';
import { writeText } from '../estate/secrets.ts';
import { registersFolder, witnessKey } from '../estate/trust-folder.ts';

const publicMode = 0o644;
const folderMode = 0o755;
const numberDigits = 4;
const millis = 1_000;
/** How long after its time a register may begin to count here. */
const ruleLookMs = 5_000;

/** What a log of this house has before anybody voted. */
export async function installedRule(trust: string): Promise<LevelRule> {
  const names = [sentinelName, ...voterNames];
  return {
    number: 0,
    fromSeconds: 0,
    policy: { sentinel: sentinelName, voters: voterNames, quorum },
    witnesses: await Promise.all(names.map((role) => witnessKey(trust, role, nodeEngine))),
  };
}

/** Reads a log's rules out of the trust folder, anew when a register has come. */
export class LogRules {
  readonly #trust: string;
  readonly #known = new Map<TenantId, { readonly count: number; readonly rules: Rules }>();

  constructor(trust: string) {
    this.#trust = trust;
  }

  /** The installed one first; a register that says nothing of levels is not among them. */
  async of(tenant: TenantId): Promise<Rules> {
    const notes = await notesOf(this.#trust, tenant);
    const known = this.#known.get(tenant);
    if (known?.count === notes.length) return known.rules;
    const texts = await Promise.all(notes.map((path) => readFile(path, 'utf8')));
    const registers = await Promise.all(
      texts.map((note) => parseRegister(parseNote(note).text, nodeEngine)),
    );
    const rules = levelRules(await installedRule(this.#trust), registers);
    this.#known.set(tenant, { count: notes.length, rules });
    return rules;
  }

  /** The one in force at a time. */
  async at(tenant: TenantId, at: Instant): Promise<LevelRule> {
    const rules = await this.of(tenant);
    return levelRuleAt(rules, Math.floor(at / millis)) ?? installedRule(this.#trust);
  }
}

/** A log that runs by one rule, and what ends it. */
interface Ruled {
  readonly rules: Pick<LogRules, 'at'>;
  readonly tenant: TenantId;
  readonly rule: LevelRule;
  readonly stop: AbortSignal;
  readonly clock?: Clock;
  readonly look?: typeof pause;
}

/** Ends the run when another rule comes into force; who keeps it running opens it under that. */
export async function runUnder(
  run: (stop: AbortSignal) => Promise<void>,
  { rules, tenant, rule, stop, clock = systemClock, look = pause }: Ruled,
): Promise<void> {
  const other = new AbortController();
  const ended = AbortSignal.any([stop, other.signal]);
  const watch = async (): Promise<void> => {
    while (!ended.aborted) {
      await look(ruleLookMs, ended);
      const now = await rules.at(tenant, clock.now());
      if (now.number !== rule.number) other.abort();
    }
  };
  // Who cannot read the rules any more goes on by the one he has; the next start will say it.
  const watching = watch().catch(() => undefined);
  try {
    await run(ended);
  } finally {
    other.abort();
    await watching;
  }
}

type Rules = readonly LevelRule[];

/** Writes the registers that bind a log, oldest first; what stands there stays. */
export async function publishRegisters(
  trust: string,
  tenant: TenantId,
  notes: readonly Uint8Array[],
): Promise<void> {
  if (notes.length === 0) return;
  const folder = join(trust, registersFolder, tenant);
  await mkdir(folder, { recursive: true, mode: folderMode });
  for (const [at, note] of notes.entries()) {
    const name = `${String(at + 1).padStart(numberDigits, '0')}.note`;
    await writeText(join(folder, name), fromUtf8(note), publicMode);
  }
}

/** The paths of a log's own registers, or of those that were installed for all. */
export async function notesOf(trust: string, tenant: TenantId): Promise<readonly string[]> {
  const folder = join(trust, registersFolder);
  for (const place of [join(folder, tenant), folder]) {
    const names = await readdir(place).catch(() => []);
    const notes = names.filter((name) => name.endsWith('.note')).toSorted();
    if (notes.length > 0) return notes.map((name) => join(place, name));
  }
  return [];
}
