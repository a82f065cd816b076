/**
 * Time stamps from anybody's authorities (RFC 3161), for people who sign with nothing but a key:
 * asked in their order, the next one where one is silent or lies.
 *
 * The house's own contracts take `TimestampClient`, which knows its one authority by name.
 */
import { toHex } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine } from '#formats/crypto';
import { buildPath } from '#formats/pkix';
import {
  buildRequest,
  checkTimestamp,
  parseResponse,
  readTimestamp,
  type TimestampFacts,
} from '#formats/tsp';
import { type Certificate, purposeOid, readCertificate } from '#formats/x509';
import type { TimestampLine } from './client.ts';

/** A checked token and the time it says. */
export interface Stamp {
  readonly der: Uint8Array;
  readonly time: Instant;
}

export interface StampLinesParts {
  readonly lines: readonly TimestampLine[];
  /** Where an authority's chain must end; without any, the chain is not looked at. */
  readonly anchors: readonly Certificate[];
  /** Certificates that may stand between an authority and an anchor, beside those in its token. */
  readonly pool: readonly Certificate[];
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

const answerMsMax = 10_000;
const nonceBytes = 16;
/** A stamp this far from our own clock means that one of the two clocks was set. */
const clockDifferenceMsMax = 60_000;

/**
 * `stamp` resolves with a checked token over exactly these bytes, or refuses as TimestampClient
 * does: a lie is told before a silence, for it says more.
 */
export class StampLines {
  readonly #parts: StampLinesParts;

  constructor(parts: StampLinesParts) {
    assert(parts.lines.length > 0, 'there is somebody to ask');
    this.#parts = parts;
  }

  async stamp(bytes: Uint8Array): Promise<Stamp> {
    const refusals: Fault[] = [];
    for (const line of this.#parts.lines) {
      try {
        return await this.#stampBy(line, bytes);
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown;
        refusals.push(thrown);
      }
    }
    const lie = refusals.find(({ code }) => code !== 'timestamp.unavailable');
    throw lie ?? refusals[0] ?? new Fault('timestamp.unavailable');
  }

  async #stampBy(line: TimestampLine, bytes: Uint8Array): Promise<Stamp> {
    const { engine, random } = this.#parts;
    const imprint = { hash: 'sha256', digest: await engine.digest('sha256', bytes) } as const;
    const nonce = BigInt(`0x${toHex(random.bytes(nonceBytes))}`);
    const answer = await line.ask(buildRequest({ imprint, nonce }), answerMsMax).catch((cause) => {
      throw new Fault('timestamp.unavailable', {}, { cause, retryable: true });
    });
    const facts = tokenIn(answer);
    if (facts.nonce !== nonce) throw wrong('the nonce is not ours');
    const stamped = {
      digest: (hash: Parameters<Engine['digest']>[0]) => engine.digest(hash, bytes),
    };
    const checked = await checkTimestamp({ facts, stamped }, engine);
    const broken = checked.findings.find(({ weight }) => weight === 'invalid');
    if (broken !== undefined) throw wrong(broken.code);
    if (checked.imprintIntact !== true || checked.signatureIntact !== true) throw wrong('imprint');
    if (checked.purpose !== 'only') throw wrong('the certificate is not for stamping alone');
    const differenceMs = facts.time - this.#parts.clock.now();
    if (Math.abs(differenceMs) > clockDifferenceMsMax) {
      throw new Fault('timestamp.clock_differs', { seconds: Math.round(differenceMs / 1000) });
    }
    await this.#checkChain(facts, checked.certificate);
    return { der: facts.der, time: facts.time };
  }

  async #checkChain(facts: TimestampFacts, target: Certificate | undefined): Promise<void> {
    const { anchors, engine, pool } = this.#parts;
    if (target === undefined) throw wrong('no certificate');
    if (facts.time < target.notBefore || facts.time > target.notAfter) throw wrong('expired');
    if (anchors.length === 0) return;
    const verdict = await buildPath({
      target,
      anchors: anchors.map((certificate) => ({ certificate, applies: 'key' }) as const),
      pool: [...pool, ...readable(facts.cms.certificates)],
      at: facts.time,
      purposes: [purposeOid.timeStamping],
      engine,
    });
    if (verdict.is !== 'valid') throw wrong(verdict.because.code);
  }
}

function tokenIn(answer: Uint8Array): TimestampFacts {
  try {
    const response = parseResponse(answer);
    if (response.is === 'granted') return readTimestamp(response.token);
    const why = response.failure ?? 'rejected';
    throw new Fault('timestamp.unavailable', { why }, { retryable: true });
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code === 'timestamp.unavailable') throw cause;
    throw new Fault('timestamp.answer_wrong', { why: cause.code }, { cause });
  }
}

function readable(ders: readonly Uint8Array[]): Certificate[] {
  return ders.flatMap((der) => {
    try {
      return [readCertificate(der)];
    } catch (thrown) {
      if (thrown instanceof Fault) return [];
      throw thrown;
    }
  });
}

function wrong(why: string): Fault {
  return new Fault('timestamp.answer_wrong', { why });
}
