/**
 * A member of staff as every request sees him: the row as it is now, not as it was at login.
 */
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Permission } from './permission.ts';

/** Where an account stands. Who has left never comes back under the same account. */
export type StaffState = 'active' | 'locked' | 'left';

export const staffMoves = {
  active: ['locked', 'left'],
  locked: ['active', 'left'],
  left: [],
} as const satisfies Record<StaffState, readonly StaffState[]>;

/** How somebody proved who he is; a permission may demand more than a password. */
export type Factor = 'password' | 'webauthn' | 'oidc';

/** A member of staff: an account of one tenant at one unit, never a name or a phone number. */
export interface Staff {
  readonly id: string;
  readonly tenant: TenantId;
  readonly login: string;
  /** The code of the unit he works at. */
  readonly unit: string;
  /** The way from the root to that unit, `/head-office/nanhu/`. */
  readonly unitPath: string;
  readonly roles: readonly string[];
  readonly state: StaffState;
  /** Until he has chosen a password of his own he may do nothing else. */
  readonly mustChange: boolean;
  /** What stands open for him beyond his roles, each for one case and a few minutes. */
  readonly glass: readonly OpenGlass[];
}

/** A break-glass that stands open now. */
export interface OpenGlass {
  readonly id: string;
  readonly permission: Permission;
  /** The only case it opens. */
  readonly caseId: string;
  readonly until: Instant;
}

/** A login is an account's name: an employee number or a word, never an address or a phone. */
const loginPattern = /^[a-z][a-z0-9-]{2,31}$/;

export function requireLogin(text: string): string {
  if (!loginPattern.test(text)) throw new Fault('access.login_malformed');
  return text;
}

/** The state after a move, or access.staff_out_of_order. */
export function staffMoved(from: StaffState, to: StaffState): StaffState {
  const allowed: readonly StaffState[] = staffMoves[from];
  if (!allowed.includes(to)) throw new Fault('access.staff_out_of_order', { state: from, to });
  return to;
}
