/**
 * Time stamps from anybody's authorities (RFC 3161), for people who sign with nothing but a key:
 * asked in their order, the next one where one is silent or lies.
 *
 * The house's own contracts take `TimestampClient`, which knows its one authority by name.
 */
import { equal } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { assert, Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine, HashName } from '#formats/crypto';
import { buildPath } from '#formats/pkix';
import {
  buildRequest,
  checkTimestamp,
  readResponse,
  readTimestamp,
  type TimestampFacts,
} from '#formats/tsp';
import { type Certificate, certificateIfReadable, purposeOid } from '#formats/x509';
import { askForToken, checkClock, freshNonce, type TimestampLine, wrong } from './exchange.ts';
import { oddityIn } from './token-oddities.ts';

/** A checked token and the time it says. */
export interface Stamp {
  readonly der: Uint8Array;
  readonly time: Instant;
}

export interface StampLinesParts {
  readonly lines: readonly TimestampLine[];
  /** The policy that a token must be made under; any, unless said. */
  readonly policy?: string;
  /** Where an authority's chain must end; without any, the chain is not looked at. */
  readonly anchors: readonly Certificate[];
  /** Certificates that may stand between an authority and an anchor, beside those in its token. */
  readonly pool: readonly Certificate[];
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

const answerMsMax = 10_000;

/**
 * `stamp` resolves with a checked token over exactly these bytes, or refuses as TimestampClient
 * does: a lie is told before a silence, for it says more.
 */
export class StampLines {
  readonly #parts: StampLinesParts;
  #lastRead: Certificate | undefined;

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
    const { engine, random, policy } = this.#parts;
    const imprint = { hash: 'sha256', digest: await engine.digest('sha256', bytes) } as const;
    const nonce = freshNonce(random);
    const under = policy === undefined ? {} : { policy };
    const request = buildRequest({ imprint, nonce, ...under });
    const question = { line, request, msMax: answerMsMax };
    const facts = await askForToken(question, { answer: readResponse, token: readTimestamp });
    if (facts.nonce !== nonce) throw wrong('the nonce is not ours');
    if (policy !== undefined && facts.policy !== policy) throw wrong('another policy');
    const stamped = {
      digest: async (hash: HashName) =>
        hash === imprint.hash ? imprint.digest : engine.digest(hash, bytes),
    };
    const read = (der: Uint8Array): Certificate | undefined => this.#read(der);
    const checked = await checkTimestamp({ facts, stamped, read }, engine);
    const oddity = oddityIn(facts, checked);
    if (oddity !== undefined) throw wrong(oddity);
    // RFC 3161 §2.4.2: it repeats the imprint that was sent.
    const isSameHash = facts.imprint.hash === imprint.hash;
    if (!isSameHash || checked.imprintIntact !== true) throw wrong('another imprint');
    checkClock(facts.time, this.#parts.clock);
    await this.#checkChain(facts, checked.certificate);
    return { der: facts.der, time: facts.time };
  }

  /** An authority has one certificate for years: reading it is a third of a check. */
  #read(der: Uint8Array): Certificate | undefined {
    if (this.#lastRead === undefined || !equal(this.#lastRead.der, der)) {
      this.#lastRead = certificateIfReadable(der.slice());
    }
    return this.#lastRead;
  }

  async #checkChain(facts: TimestampFacts, target: Certificate | undefined): Promise<void> {
    const { anchors, engine, pool } = this.#parts;
    if (target === undefined) throw wrong('no certificate');
    if (facts.time < target.notBefore || facts.time > target.notAfter) throw wrong('expired');
    if (anchors.length === 0) return;
    const verdict = await buildPath({
      target,
      anchors: anchors.map((certificate) => ({ certificate, applies: 'key' }) as const),
      pool: [...pool, ...facts.cms.certificates.flatMap((der) => certificateIfReadable(der) ?? [])],
      at: facts.time,
      purposes: [purposeOid.timeStamping],
      engine,
    });
    if (verdict.is === 'valid') return;
    const { code: because } = verdict.because;
    throw new Fault('timestamp.authority_untrusted', { because });
  }
}
