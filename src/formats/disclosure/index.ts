/** Salted commitments to single values, opened one by one (RFC 9901). */
export {
  type Disclosure,
  disclose,
  discloseAll,
  parseDisclosure,
  parseDisclosures,
  printDisclosures,
  saltBytes,
} from './disclosure.ts';
export { disclosureFaults } from './faults.ts';
export { givenPlace, givenTime } from './given.ts';
