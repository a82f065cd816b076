/** Sentences that people read, in Chinese and English. */
export { entryPhrases } from './entry-phrases.ts';
export { faultPhrase, phrasedCodes } from './fault-phrases.ts';
export type { Phrase } from './phrase.ts';
export { statePhrases } from './state-phrases.ts';
export { flawPhrases, noticePhrases } from './verdicts.ts';
