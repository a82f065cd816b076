/** What the program prints for people and for other programs. */
export { verdictText } from './verdict-text.ts';
export { type ReportOccasion, verificationData } from './verification-report.ts';
export {
  judgedBy,
  printVerdict,
  readJudgingTime,
  runVerify,
  type VerifyCommand,
} from './verify.ts';
