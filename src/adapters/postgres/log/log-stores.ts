/**
 * What blocks, receipts, packages and votes are read from and kept in, beside a log's entries.
 */
import { PostgresExplorer } from './explorer-store.ts';
import { partyShelf } from './party-shelf.ts';
import { PostgresRegisters } from './register-store.ts';
import { PostgresStamps } from './stamp-store.ts';
import { PostgresTwins } from './twin-store.ts';
import { unplacedEntry } from './unplaced-store.ts';

export function logStores() {
  return {
    explorer: new PostgresExplorer(),
    stamps: new PostgresStamps(),
    twins: new PostgresTwins(),
    registers: new PostgresRegisters(),
    /** As the sequencer's own role sees them. */
    partyShelf,
    unplacedEntry,
  };
}
