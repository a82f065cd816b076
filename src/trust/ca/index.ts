/** The certification authority: event certificates on an attested intent, seals, revocation. */

export type { NamedPerson } from './attested-person.ts';
export type { Enrolment, EventRequest, SealRequest } from './authority.ts';
export { CertificateAuthority } from './authority.ts';
export { caFaults } from './faults.ts';
export { makeRoot } from './profiles.ts';
export type { Register } from './register.ts';
