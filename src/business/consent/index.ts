/** Separate consents as separate acts. */
export {
  type ConsentDecision,
  type ConsentParts,
  type ConsentShelf,
  type ConsentStore,
  Consents,
  type ConsentText,
} from './consents.ts';
export { consentFaults } from './faults.ts';
