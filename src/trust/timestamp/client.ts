/**
 * Asks a time-stamping authority and believes nothing it says unchecked (RFC 3161 §2.2).
 */
import { toHex } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine } from '#formats/crypto';
import {
  buildRequest,
  checkToken,
  type Imprint,
  parseResponse,
  parseToken,
  type TimestampToken,
} from '#formats/tsp';
import type { Certificate } from '#formats/x509';

/** Carries one TimeStampReq to the authority and its TimeStampResp back, before the deadline. */
export interface TimestampLine {
  ask(request: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
}

interface TimestampClientParts {
  readonly line: TimestampLine;
  /** The time-stamping certificates that are trusted, by their bytes. */
  readonly authorities: readonly Certificate[];
  readonly policy: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

const answerMsMax = 5_000;
const nonceBytes = 16;
/** A stamp this far from our own clock means that one of the two clocks was set. */
const clockDifferenceMsMax = 60_000;

/**
 * Where signatures get their time. `stamp` resolves with a checked token over exactly these bytes,
 * or refuses: timestamp.unavailable when nobody answered, which may pass, timestamp.answer_wrong
 * or timestamp.clock_differs when the answer is not to be believed.
 */
export class TimestampClient {
  readonly #parts: TimestampClientParts;

  constructor(parts: TimestampClientParts) {
    this.#parts = parts;
  }

  async stamp(bytes: Uint8Array): Promise<TimestampToken> {
    const { engine, random, policy } = this.#parts;
    const imprint: Imprint = { hash: 'sha256', digest: await engine.digest('sha256', bytes) };
    const nonce = BigInt(`0x${toHex(random.bytes(nonceBytes))}`);
    const answer = await this.#ask(buildRequest({ imprint, nonce, policy }));
    const token = tokenIn(answer);
    await this.#check(token, { imprint, nonce });
    return token;
  }

  async #ask(request: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#parts.line.ask(request, answerMsMax);
    } catch (cause) {
      // Whatever broke the line, a dead authority means the same to the caller: not now.
      throw new Fault('timestamp.unavailable', {}, { cause, retryable: true });
    }
  }

  async #check(token: TimestampToken, asked: { imprint: Imprint; nonce: bigint }): Promise<void> {
    const { authorities, clock, engine, policy } = this.#parts;
    if (token.nonce !== asked.nonce) throw wrong('the nonce is not ours');
    if (token.policy !== policy) throw wrong('another policy');
    const check = { token, imprint: asked.imprint, authorities, strict: true };
    const verdict = await checkToken(check, engine);
    if (verdict.is === 'invalid') throw wrong(`${verdict.because} ${verdict.detail}`.trim());
    const differenceMs = token.time - clock.now();
    if (Math.abs(differenceMs) > clockDifferenceMsMax) {
      throw new Fault('timestamp.clock_differs', { seconds: Math.round(differenceMs / 1000) });
    }
  }
}

function tokenIn(answer: Uint8Array): TimestampToken {
  try {
    const response = parseResponse(answer);
    if (response.is === 'granted') return parseToken(response.token);
    const why = response.failure ?? 'rejected';
    throw new Fault('timestamp.unavailable', { why }, { retryable: true });
  } catch (cause) {
    const code = faultCode(cause);
    if (code === undefined || code === 'timestamp.unavailable') throw cause;
    throw new Fault('timestamp.answer_wrong', { why: code }, { cause });
  }
}

function wrong(why: string): Fault {
  return new Fault('timestamp.answer_wrong', { why });
}
