/**
 * `fubie verify`: judges one file that was already read, prints JSON or words, answers the exit
 * code of the outside face: 0 valid, 1 invalid, 3 indeterminate.
 *
 * Pure: the bytes, the trust folder and the writer are handed in, so the same words can stand in a
 * page or a court's own program.
 */
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Is, plainJson, type Report, type VerifyOrder, verify } from '#trust/verify';
import { verdictText } from './verdict-text.ts';

/** One file to judge and how to print the answer. */
export interface VerifyCommand extends Omit<VerifyOrder, 'name'> {
  readonly file: string;
  readonly json: boolean;
}

const exitCodes: Readonly<Record<Is, number>> = { valid: 0, invalid: 1, indeterminate: 3 };

export async function runVerify(
  command: VerifyCommand,
  engine: Engine,
  write: (text: string) => void,
): Promise<number> {
  return printVerdict(await judgedBy(command, engine), command.json, write);
}

/** Prints an answer and gives its exit code. */
export function printVerdict(report: Report, json: boolean, write: (text: string) => void): number {
  write(json ? `${plainJson(report)}\n` : `${verdictText(report)}\n`);
  return exitCodes[report.is];
}

/** The answer itself, for who also sets a report from it. */
export function judgedBy(command: VerifyCommand, engine: Engine): Promise<Report> {
  const { file, json: _, ...order } = command;
  return verify({ name: file, ...order }, engine);
}

/** `--at`: as the house prints times, or any ISO 8601 time with its offset. */
export function readJudgingTime(text: string): Instant {
  const withOffset = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = withOffset ? Date.parse(text) : Number.NaN;
  if (!Number.isSafeInteger(ms)) throw new Fault('base.instant_malformed', { text });
  return parseInstant(formatInstant(ms as Instant));
}
