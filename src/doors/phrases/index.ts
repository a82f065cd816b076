/** Sentences that people read, in Chinese and English. */
export { entryPhrases } from './entry-phrases.ts';
export {
  conclusionPhrases,
  examinationPhrases,
  examinedPhrases,
} from './examination-phrases.ts';
export { faultPhrase, phrasedCodes } from './fault-phrases.ts';
export type { Phrase } from './phrase.ts';
export { statePhrases } from './state-phrases.ts';
export { noticePhrases } from './verdict-notices.ts';
export { flawPhrases } from './verdicts.ts';
