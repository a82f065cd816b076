/**
 * What an examiner must see of a chain: steps out of order, fields that were not collected, and of
 * whose words it is made (S2-07, S2-18, S2-57).
 */
import type { Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import { parseDisclosure } from '#formats/disclosure';
import { type Entry, orderFlaws, parseEntry, type SourceMix, stageTimesOf } from '#formats/entry';
import type { CaseFile } from '#trust/evidence';

/** One entry with everything of it that is open here. */
export interface OpenedEntry {
  readonly entry: Entry;
  readonly hash: string;
  readonly index: number | undefined;
  readonly values: ReadonlyMap<string, Json>;
}

/** What an examiner is told, and beside which entry. */
export interface ExaminerFlag {
  readonly seq: number;
  readonly flag: string;
}

export async function openedEntries(
  stored: Awaited<ReturnType<CaseFile['openings']>>,
  engine: Engine,
): Promise<readonly OpenedEntry[]> {
  const opened: OpenedEntry[] = [];
  for (const { bytes, hash, index, disclosures } of stored) {
    const values = new Map<string, Json>();
    for (const encoded of disclosures ?? []) {
      const { name, value } = await parseDisclosure(encoded, engine);
      values.set(name, value);
    }
    opened.push({ entry: parseEntry(bytes), hash, index, values });
  }
  return opened;
}

/** `order:grant#2>note#5`: the grant of entry 2 is later than the note of entry 5. */
export function examinerFlags(opened: readonly OpenedEntry[]): ExaminerFlag[] {
  const orders = orderFlaws(stageTimesOf(opened)).map(({ earlier, later }) => ({
    seq: later.seq,
    flag: `order:${earlier.stage}#${earlier.seq}>${later.stage}#${later.seq}`,
  }));
  const told = opened.flatMap(({ entry, values }) => {
    const flags = values.get('@flags');
    const list = Array.isArray(flags) ? (flags as readonly Json[]) : [];
    return list.flatMap((flag) => (typeof flag === 'string' ? [{ seq: entry.seq, flag }] : []));
  });
  return [...orders, ...told];
}

export function shownMix({ score, classes }: SourceMix) {
  return { score, classes: classes.map((one) => ({ ...one })) };
}
