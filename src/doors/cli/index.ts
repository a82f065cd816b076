/** What the program prints for people and for other programs. */
export { readJudgingTime, runVerify, type VerifyCommand, verdictText } from './verify.ts';
