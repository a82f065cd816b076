/** What this room refuses with. */
import { Fault } from '#base/fault';
import type { Level } from '#formats/tlog';

/** Every code this room refuses with. */
export const evidenceFaults = [
  'evidence.subject_missing',
  'evidence.personal_value',
  'evidence.statement_refused',
  'evidence.block_unknown',
  'evidence.case_unknown',
  'evidence.entry_unknown',
  'evidence.entry_too_long',
  'evidence.level_not_reached',
  'evidence.lease_taken',
  'evidence.head_moved',
  'evidence.entry_known',
  'evidence.intake_malformed',
  'evidence.intake_full',
  'evidence.intake_closed',
  'evidence.tile_differs',
  'evidence.root_differs',
  'evidence.rolled_back',
  'evidence.forked',
  'evidence.convicted',
  'evidence.start_unproved',
] as const;

/** Passes when the witnesses have cosigned further. */
export function levelNotReached(level: Level): Fault {
  return new Fault('evidence.level_not_reached', { level }, { retryable: true });
}
