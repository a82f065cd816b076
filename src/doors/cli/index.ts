/** What the program prints for people and for other programs. */
export { verdictText } from './verdict-text.ts';
export { readJudgingTime, runVerify, type VerifyCommand } from './verify.ts';
