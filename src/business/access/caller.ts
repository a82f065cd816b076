/**
 * Who asks: nobody yet known, a borrower with her case's token, a member of staff, a machine.
 */
import type { Instant } from '#base/clock';
import type { AskingClient } from './client.ts';
import type { Factor, Staff } from './staff.ts';

/** Who stands behind one request, as the door found out. */
export type Caller =
  | { readonly kind: 'nobody' }
  | BorrowerCaller
  | StaffCaller
  | { readonly kind: 'machine'; readonly client: AskingClient };

/** A borrower in her own case. */
export interface BorrowerCaller {
  readonly kind: 'borrower';
  readonly caseId: string;
  readonly subject: string;
  /** When the token she shows is over. */
  readonly until?: Instant;
}

/** A member of staff in one session of his. */
export interface StaffCaller {
  readonly kind: 'staff';
  readonly staff: Staff;
  /** The session's public name; not its token. */
  readonly session: string;
  /** With what he logged in. */
  readonly factors: readonly Factor[];
}
