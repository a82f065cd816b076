/** A digest as six words that two people can compare over a telephone. */
export { checkPhrase, checkWord, wordsOfPhrase } from './check-phrase.ts';
