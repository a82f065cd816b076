/** Sentences that people read, in Chinese and English. */
export { entryPhrases } from './entry-phrases.ts';
export { faultPhrase, type Phrase, phrasedCodes } from './fault-phrases.ts';
export { statePhrases } from './state-phrases.ts';
export { flawPhrases, noticePhrases } from './verdicts.ts';
