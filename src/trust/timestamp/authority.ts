/**
 * The time-stamping authority (RFC 3161, RFC 5816; ETSI EN 319 422): answers one request.
 *
 * It stamps digests only and learns nothing else. Its times strictly grow, so its tokens say
 * `ordering`; it says how accurate its clock is claimed to be, and its certificate names where the
 * time comes from. When its clock cannot be trusted it refuses (law 4).
 */
import { toHex } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine, HashName } from '#formats/crypto';
import {
  buildGranted,
  buildRejected,
  buildToken,
  parseRequest,
  type TimestampFailure,
  type TimestampRequest,
} from '#formats/tsp';
import type { Certificate } from '#formats/x509';
import type { ClockGuard } from './clock-guard.ts';
import { type LivingKey, type StampKey, stampingKey } from './stamp-keys.ts';

/** Under the arc that ITU-T X.660 keeps for examples, for this authority is a TEST. */
export const testStampPolicy = '2.999.1.1';

export interface TimestampAuthorityParts {
  /** The oldest first; asked at each stamp, for a successor may have come. */
  readonly keys: () => readonly StampKey[];
  readonly policy: string;
  readonly guard: ClockGuard;
  readonly engine: Engine;
  readonly random: Random;
}

const accuracyMs = 1_500;
/** Microseconds count the stamps of one millisecond, so that none waits for the next one. */
const microsMax = 999;
/** A clock that stands still is no clock: times run ahead of it by so much and no further. */
const aheadMsMax = 500;
const serialBytes = 16;
const hashesAccepted: readonly HashName[] = ['sha256', 'sha384', 'sha512', 'sm3'];

export class TimestampAuthority {
  readonly #parts: TimestampAuthorityParts;
  #last = { ms: 0, micros: 0 };

  constructor(parts: TimestampAuthorityParts) {
    this.#parts = parts;
  }

  /** Of every key that stamps, has stamped or will stamp soon, the oldest first. */
  get certificates(): readonly Certificate[] {
    return this.#parts.keys().map(({ certificate }) => certificate);
  }

  /** A TimeStampResp for any bytes whatsoever; a refusal is an answer too. */
  async answer(requestDer: Uint8Array): Promise<Uint8Array> {
    const request = requestIn(requestDer);
    if ('failure' in request) return buildRejected(request.failure, request.text);
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return buildRejected(refusal.failure, refusal.text);
    const next = await this.#next();
    if (next === undefined) return buildRejected('timeNotAvailable', '时钟不可信，拒绝签发');
    return buildGranted(await this.#token(request, next));
  }

  /** Can it stamp now? For the process's health. */
  async ready(): Promise<boolean> {
    const now = await timeIfTrusted(this.#parts.guard);
    return now !== undefined && stampingKey(this.#parts.keys(), now) !== undefined;
  }

  #refusalOf(request: TimestampRequest): Refusal | undefined {
    if (!hashesAccepted.includes(request.imprint.hash)) return unknownDigest;
    // RFC 3161 §2.4.1: not understood is not stamped, whether it is critical or not.
    if (request.isExtended) return { failure: 'unacceptedExtension', text: '不支持扩展项' };
    if (request.policy !== undefined && request.policy !== this.#parts.policy) {
      return { failure: 'unacceptedPolicy', text: '不支持该策略' };
    }
    return undefined;
  }

  async #next(): Promise<Next | undefined> {
    const now = await timeIfTrusted(this.#parts.guard);
    const key = now === undefined ? undefined : stampingKey(this.#parts.keys(), now);
    if (now === undefined || key === undefined) return undefined;
    const { ms, micros } = this.#last;
    const isFull = micros === microsMax;
    const next = isFull ? { ms: ms + 1, micros: 0 } : { ms, micros: micros + 1 };
    const at = now > ms ? { ms: now, micros: 0 } : next;
    if (at.ms - now > aheadMsMax) return undefined;
    this.#last = at;
    return { time: instantFromMs(at.ms), micros: at.micros, key };
  }

  async #token(request: TimestampRequest, { time, micros, key }: Next): Promise<Uint8Array> {
    const { engine, random, policy } = this.#parts;
    const serial = random.bytes(serialBytes);
    serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
    return buildToken(
      {
        policy,
        imprint: request.imprint,
        serial: toHex(serial),
        time,
        micros,
        accuracyMs,
        ordering: true,
        nonce: request.nonce,
      },
      // RFC 3161 §2.4.1: who did not ask for the certificate must not be given it.
      { ...key, engine, isBagless: !request.certReq },
    );
  }
}

interface Next {
  readonly time: Instant;
  readonly micros: number;
  readonly key: LivingKey;
}

interface Refusal {
  readonly failure: TimestampFailure;
  readonly text: string;
}

const unknownDigest: Refusal = { failure: 'badAlg', text: '不接受该摘要算法' };

function requestIn(der: Uint8Array): TimestampRequest | Refusal {
  try {
    return parseRequest(der);
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === undefined) throw thrown;
    if (code === 'x509.algorithm_unknown') return unknownDigest;
    return { failure: 'badDataFormat', text: '请求无法解析' };
  }
}

async function timeIfTrusted(guard: ClockGuard): Promise<Instant | undefined> {
  try {
    return await guard.now();
  } catch (thrown) {
    if (faultCode(thrown) !== 'timestamp.clock_untrusted') throw thrown;
    return undefined;
  }
}
