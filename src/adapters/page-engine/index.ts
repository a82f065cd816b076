/** The cryptographic engine of a page; its old browser is given what it lacks before all else. */
export { filledIn } from './floor.ts';
export { pageEngine } from './page-engine.ts';
