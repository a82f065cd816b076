/** Separate consents as separate acts. */
export { type ConsentAct, type ConsentKey, type ConsentParts, Consents } from './consents.ts';
export { consentFaults } from './faults.ts';
export { kindOfPortion, portionOf } from './portion.ts';
export type {
  ConsentDecision,
  ConsentMethod,
  ConsentParties,
  ConsentParty,
  ConsentShelf,
  ConsentStore,
  ConsentText,
} from './ports.ts';
export { type Ask, type Screen, type ShownConsent, screensOf } from './screens.ts';
