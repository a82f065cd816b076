/**
 * Compares a tenant's access journal with the entries that vouch for it: what `fsck` adds to its
 * own findings, because the evidence room does not know the journal.
 */
import { nodeEngine } from '#adapters/engine';
import { PostgresEntries, PostgresJournal } from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { assert } from '#base/fault';
import type { Unit, Units } from '#base/unit';
import { JournalBatches } from '#business/access';
import { parseEntry } from '#formats/entry';
import { type FsckFlaw, registerCaseId } from '#trust/evidence';

export async function journalFlaws(units: Units, unit: Unit): Promise<readonly FsckFlaw[]> {
  const batches = new JournalBatches({
    units,
    store: new PostgresJournal(),
    register: { note: refuse },
    engine: nodeEngine,
    clock: systemClock,
  });
  const register = await registerCaseId(unit.tenant, nodeEngine);
  const entries = (await new PostgresEntries().ofCase(unit, register)).flatMap((stored) => {
    const [statement] = stored.type === 'access.journal' ? parseEntry(stored.bytes).of : [];
    return statement === undefined ? [] : [{ hash: stored.hash, sha256: statement.sha256 }];
  });
  const found = await batches.check(unit, entries);
  return found.map(({ code, at }) => ({
    code: 'journal_differs',
    part: `table access_event: batch ${at}`,
    detail: code,
  }));
}

async function refuse(): Promise<never> {
  assert(false, 'an audit writes nothing');
}
