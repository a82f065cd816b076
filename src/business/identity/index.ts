/** Who a person is: local checks before any gateway is asked. */
export { maskBankCard, parseBankCard } from './bank-card.ts';
export { identityFaults } from './faults.ts';
export { type CheckedPerson, checkLocally, type FourElements } from './four-elements.ts';
export { type IdentityMode, type IdNumber, maskIdNumber, parseIdNumber } from './id-number.ts';
export { maskMobile, parseMobile } from './mobile.ts';
