/**
 * What everybody does alike who asks a time-stamping authority (RFC 3161 §2.2): a nonce of one's
 * own, one question with a deadline, and a time that is held against one's own clock.
 */
import { toHex } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { errorCode, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Der } from '#formats/der';
import { parseResponse, type TimestampResponse } from '#formats/tsp';

/** Carries one TimeStampReq to the authority and its TimeStampResp back, before the deadline. */
export interface TimestampLine {
  /** Who is asked, for whoever is told that nobody answered. */
  readonly name?: string;
  ask(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
}

interface Question {
  readonly line: TimestampLine;
  readonly request: Uint8Array;
  readonly msMax: number;
}

const nonceBytes = 16;
/** A stamp this far from our own clock means that one of the two clocks was set. */
const clockDifferenceMsMax = 60_000;

export function freshNonce(random: Random): bigint {
  return BigInt(`0x${toHex(random.bytes(nonceBytes))}`);
}

/** How an answer is read, and the token in it. */
interface Reading<Token> {
  readonly answer?: (bytes: Uint8Array) => TimestampResponse;
  readonly token: (token: Der) => Token;
}

/**
 * The token in the answer, as it is to be read. Refuses with timestamp.unavailable when nobody
 * answered or the authority would not, which may pass, with timestamp.answer_wrong for the rest.
 */
export async function askForToken<Token>(
  question: Question,
  { answer: read = parseResponse, token }: Reading<Token>,
): Promise<Token> {
  const answer = await answerTo(question);
  try {
    const response = read(answer);
    if (response.is === 'granted') return token(response.token);
    const why = response.failure ?? 'rejected';
    throw new Fault('timestamp.unavailable', { why }, { retryable: true });
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === 'timestamp.unavailable') throw cause;
    throw new Fault('timestamp.answer_wrong', { why: cause.code }, { cause });
  }
}

async function answerTo({ line, request, msMax }: Question): Promise<Uint8Array> {
  try {
    return await line.ask(request, msMax);
  } catch (cause) {
    // Whatever broke the line, a dead authority means the same to the caller: not now.
    const { name } = line;
    const authority = name === undefined ? {} : { authority: name };
    const details = { ...authority, ...silenceOf(cause) };
    throw new Fault('timestamp.unavailable', details, { cause, retryable: true });
  }
}

/** What the network said: a wrong address is not a slow service. */
function silenceOf(cause: unknown): { readonly why?: string } {
  if (!(cause instanceof Error)) return {};
  const { cause: inner, name } = cause;
  // `fetch` says no more than that it failed, and keeps the reason inside.
  const said = inner instanceof Error ? inner.message : undefined;
  const why = errorCode(cause) ?? errorCode(inner) ?? said;
  if (why !== undefined) return { why };
  return name === 'TimeoutError' ? { why: 'timeout' } : {};
}

/** Refuses a time that our own clock does not know. */
export function checkClock(time: Instant, clock: Clock): void {
  const differenceMs = time - clock.now();
  if (Math.abs(differenceMs) <= clockDifferenceMsMax) return;
  throw new Fault('timestamp.clock_differs', { seconds: Math.round(differenceMs / 1000) });
}

export function wrong(why: string): Fault {
  return new Fault('timestamp.answer_wrong', { why });
}
