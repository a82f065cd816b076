/**
 * Under whose vault key texts of the desks stand, and who may write them.
 */
import { Fault } from '#base/fault';
import type { Caller, StaffCaller } from './caller.ts';

/** The tenant's own vault subject: no person, never erased. */
export const office = 'office';
const reasonCharactersMin = 4;
const reasonCharactersMax = 500;

/** The vault subject of a member of staff. */
export function staffSubject(id: string): string {
  return `staff:${id}`;
}

/** A sentence that says why; refuses with access.reason_missing. */
export function requireReason(text: string): string {
  const reason = text.trim();
  const length = [...reason].length;
  if (length < reasonCharactersMin || length > reasonCharactersMax) {
    throw new Fault('access.reason_missing', { charactersMin: reasonCharactersMin });
  }
  return reason;
}

/** These are acts of people: a machine has nobody who answers for them. */
export function requireStaff(caller: Caller): StaffCaller {
  if (caller.kind === 'staff') return caller;
  throw new Fault(caller.kind === 'nobody' ? 'access.unauthenticated' : 'access.not_permitted');
}
