/**
 * Files of a package beside entries and documents: the slots that its seal names, and the records
 * of the environments in which its entries were stated (在线诉讼规则 17(3), 17(4)).
 */
import { fromBase64, toBase64, toHex } from '#base/bytes';
import type { TenantId, Unit } from '#base/unit';
import { type BundleFile, digestName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type Entry, isSeal, parseEntry } from '#formats/entry';
import type { FiledCase, FiledEntry } from '#trust/evidence';

/** The records behind the `env` of entries, by base64 SHA-256. */
export interface EnvironmentShelf {
  find(unit: Unit, sha256: string): Promise<Uint8Array | undefined>;
}

/** What a package holds of the log itself: its twin, trusted time, anchors, registers. */
export interface PackagePapers {
  /**
   * Brings trusted time and the twin up to the case, before it is read. Refuses with a retryable
   * evidence.level_not_reached while witnesses have not seen all of it.
   */
  settle(tenant: TenantId, caseId: string): Promise<void>;
  of(unit: Unit, filed: FiledCase): Promise<readonly BundleFile[]>;
}

/** `slots.json` as the last seal names it; a seal of before there were slots names none. */
export async function slotsFile(
  entries: readonly Entry[],
  make: (before: readonly Entry[]) => Promise<Uint8Array>,
  engine: Engine,
): Promise<readonly BundleFile[]> {
  const seal = entries.at(-1);
  if (seal === undefined || !isSeal(seal.type)) return [];
  const named = seal.of.find(({ name }) => name === 'slots');
  if (named === undefined) return [];
  const bytes = await make(entries.slice(0, -1));
  const isIt = toBase64(await engine.digest('sha256', bytes)) === named.sha256;
  return isIt ? [{ name: 'slots.json', bytes }] : [];
}

/** One file for each environment that the entries name and that was kept. */
export async function environmentFiles(
  unit: Unit,
  filed: readonly FiledEntry[],
  shelf: EnvironmentShelf,
): Promise<readonly BundleFile[]> {
  const named = new Set(filed.map(({ bytes }) => parseEntry(bytes).env));
  const files: BundleFile[] = [];
  for (const env of named) {
    const bytes = await shelf.find(unit, env);
    if (bytes === undefined) continue;
    files.push({ name: digestName('environment', toHex(fromBase64(env))), bytes });
  }
  return files;
}
