/**
 * Asks a time-stamping authority and believes nothing it says unchecked (RFC 3161 §2.2).
 */
import type { Clock } from '#base/clock';
import type { Random } from '#base/random';
import type { Engine } from '#formats/crypto';
import {
  buildRequest,
  checkToken,
  type Imprint,
  parseToken,
  type TimestampToken,
} from '#formats/tsp';
import type { Certificate } from '#formats/x509';
import { askForToken, checkClock, freshNonce, type TimestampLine, wrong } from './exchange.ts';

interface TimestampClientParts {
  readonly line: TimestampLine;
  /** The time-stamping certificates that are trusted, by their bytes. */
  readonly authorities: readonly Certificate[];
  /** Those that are trusted now: asked when a key stamps that is not known, once for each stamp. */
  readonly reread?: () => Promise<readonly Certificate[]>;
  readonly policy: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

const answerMsMax = 5_000;

/**
 * Where signatures get their time. `stamp` resolves with a checked token over exactly these bytes,
 * or refuses: timestamp.unavailable when nobody answered, which may pass, timestamp.answer_wrong
 * or timestamp.clock_differs when the answer is not to be believed.
 */
export class TimestampClient {
  readonly #parts: TimestampClientParts;
  #authorities: readonly Certificate[];

  constructor(parts: TimestampClientParts) {
    this.#parts = parts;
    this.#authorities = parts.authorities;
  }

  async stamp(bytes: Uint8Array): Promise<TimestampToken> {
    const digest = await this.#parts.engine.digest('sha256', bytes);
    return this.stampImprint({ hash: 'sha256', digest });
  }

  /** The same over a digest that somebody else has made, as evidence records do. */
  async stampImprint(imprint: Imprint): Promise<TimestampToken> {
    const { random, policy } = this.#parts;
    const nonce = freshNonce(random);
    const request = buildRequest({ imprint, nonce, policy });
    const question = { line: this.#parts.line, request, msMax: answerMsMax };
    const token = await askForToken(question, { token: parseToken });
    await this.#check(token, { imprint, nonce });
    return token;
  }

  async #check(token: TimestampToken, asked: { imprint: Imprint; nonce: bigint }): Promise<void> {
    const { clock, engine, policy, reread } = this.#parts;
    if (token.nonce !== asked.nonce) throw wrong('the nonce is not ours');
    if (token.policy !== policy) throw wrong('another policy');
    const judged = (authorities: readonly Certificate[]) =>
      checkToken({ token, imprint: asked.imprint, authorities, strict: true }, engine);
    let verdict = await judged(this.#authorities);
    if (verdict.is === 'invalid' && verdict.because === 'stamp_authority_unknown' && reread) {
      this.#authorities = await reread();
      verdict = await judged(this.#authorities);
    }
    if (verdict.is === 'invalid') throw wrong(`${verdict.because} ${verdict.detail}`.trim());
    checkClock(token.time, clock);
  }
}
