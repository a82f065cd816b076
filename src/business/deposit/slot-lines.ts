/**
 * The slots of a deposit as lines of its list, and how an entry says which one it fills.
 */
import { canonicalBytes, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { JsonObject } from './json.ts';

const ownPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** One slot of a deposit with its line. */
export interface ScenarioLine {
  readonly slot: string;
  readonly line: JsonObject;
}

/** What an entry names to say which slot it fills. */
export function slotOriginal(line: JsonObject): { name: string; bytes: Uint8Array } {
  return { name: `slot/${wordOf(line)}`, bytes: canonicalBytes(line) };
}

/** Refuses a name that is none, or that could be a person's number. */
export function requireOwn(own: string): void {
  if (!ownPattern.test(own) || /\d{11}/.test(own)) {
    throw new Fault('deposit.record_malformed', { field: 'name', why: 'pattern' });
  }
}

/** The lines of a list that are slots of the deposit's own. */
export function linesIn(required: Uint8Array): readonly JsonObject[] {
  const list = parseCanonical(required) as JsonObject;
  const { entries } = list;
  const lines = Array.isArray(entries) ? (entries as readonly JsonObject[]) : [];
  return lines.filter((line) => 'slot' in line);
}

/** The only slot that takes records of this schema, if there is one. */
export function slotFor(
  slots: readonly ScenarioLine[],
  order: { readonly schema: string },
): string | undefined {
  const fitting = slots.filter(({ line }) => line['schema'] === order.schema);
  return fitting.length === 1 ? fitting[0]?.slot : undefined;
}

/** The line of that slot, if it takes records of this schema. */
export function lineOf(slots: readonly ScenarioLine[], slot: string, schema: string): JsonObject {
  const found = slots.find((one) => one.slot === slot);
  if (found?.line['schema'] !== schema) throw new Fault('deposit.slot_unknown', { slot });
  return found.line;
}

/** The name stands for something else already. */
export function taken(own: string): Fault {
  return new Fault('deposit.name_taken', { name: own });
}

/** The slot's own word. */
export function wordOf(line: JsonObject): string {
  const { slot } = line;
  if (typeof slot !== 'string') throw new Fault('deposit.slot_unknown');
  return slot;
}
