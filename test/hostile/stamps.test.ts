/**
 * A time-stamping authority that is slow, wrong, dead or lying, between a signer and her document:
 * no document ever carries a missing or a false time, and the flow goes on when it is honest again.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { addSeconds } from '#base/clock';
import { faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import { parseSignedData } from '#formats/cms';
import { openPdf, readSignatures } from '#formats/pdf';
import {
  buildGranted,
  buildRejected,
  buildRequest,
  buildToken,
  parseRequest,
  parseResponse,
  parseToken,
  type TimestampRequest,
} from '#formats/tsp';
import {
  basicConstraints,
  buildCertificate,
  type Certificate,
  extendedKeyUsage,
  keyUsage,
  purposeOid,
} from '#formats/x509';
import { TimestampClient, type TimestampLine, testStampPolicy } from '#trust/timestamp';
import { Centre } from '../../src/adapters/trust-centre/trust-centre.fixture.ts';
import { bank, Ceremony, documentId } from '../../src/trust/signing/ceremony.fixture.ts';

let centre: Centre;
beforeEach(async () => {
  centre = await Centre.open();
});
afterEach(() => centre.close());

/** How the authority misbehaves: what it does with a request instead of answering it. */
type Misbehaviour = (request: Uint8Array, timeoutMs: number) => Promise<Uint8Array>;
type Claim = Parameters<typeof buildToken>[0];

/** A line that is honest until it is told not to be. */
class Line implements TimestampLine {
  misbehave: Misbehaviour | undefined;

  async ask(request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    return (this.misbehave ?? ((asked, ms) => centre.client.ask(asked, ms)))(request, timeoutMs);
  }
}

/** With the authority's own key, a claim that is not true. */
function lie(twist: (claim: Claim, asked: TimestampRequest) => Partial<Claim>): Misbehaviour {
  return async (request) => {
    const asked = parseRequest(request);
    const signer = softSigner(await openKeyFile(join(centre.folder, 'tsa-key.pem')));
    const certificate = await ownCertificate();
    return grantedBy({ signer, certificate }, asked, twist);
  };
}

async function grantedBy(
  by: { readonly signer: ReturnType<typeof softSigner>; readonly certificate: Certificate },
  asked: TimestampRequest,
  twist: (claim: Claim, asked: TimestampRequest) => Partial<Claim>,
): Promise<Uint8Array> {
  const honest: Claim = {
    policy: testStampPolicy,
    imprint: asked.imprint,
    serial: '5a01',
    time: centre.now,
    accuracyMs: 1_500,
    ordering: true,
    nonce: asked.nonce,
  };
  const claim = { ...honest, ...twist(honest, asked) };
  return buildGranted(await buildToken(claim, { ...by, engine: nodeEngine }));
}

async function ownCertificate(): Promise<Certificate> {
  const [own] = await centre.client.stampCertificates();
  if (own === undefined) throw new TypeError('the authority has a certificate');
  return own;
}

/** The authority's name on another's key. */
async function impostor(): Promise<Misbehaviour> {
  const own = await ownCertificate();
  const signer = softSigner(generateSoftKey('p256'));
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(7),
      issuer: own.issuer,
      subject: own.subject,
      notBefore: own.notBefore,
      notAfter: own.notAfter,
      publicKey: signer.publicKey,
      extensions: [
        basicConstraints(false),
        keyUsage('digitalSignature'),
        extendedKeyUsage(true, purposeOid.timeStamping),
      ],
    },
    signer,
  );
  return async (request) => grantedBy({ signer, certificate }, parseRequest(request), () => ({}));
}

/** Answers every question with what it once said to another one. */
async function parrot(): Promise<Misbehaviour> {
  const imprint = { hash: 'sha256', digest: new Uint8Array(32) } as const;
  const request = buildRequest({ imprint, nonce: 1n, policy: testStampPolicy });
  const once = await centre.client.ask(request, 1_000);
  return async () => once.slice();
}

const misbehaviours: Readonly<
  Record<
    string,
    { readonly code: string; readonly make: () => Misbehaviour | Promise<Misbehaviour> }
  >
> = {
  'dead: nobody answers': {
    code: 'timestamp.unavailable',
    make: () => () => Promise.reject(new Error('ECONNREFUSED')),
  },
  'slow: no answer before the deadline, which is hard': {
    code: 'timestamp.unavailable',
    make: () => (_, timeoutMs) => {
      expect(timeoutMs).toBeLessThanOrEqual(5_000);
      return Promise.reject(new Error('deadline'));
    },
  },
  'wrong: bytes that are no answer': {
    code: 'timestamp.answer_wrong',
    make: () => async () => Uint8Array.of(0x30, 0x03, 0x02, 0x01),
  },
  'wrong: a refusal': {
    code: 'timestamp.unavailable',
    make: () => async () => buildRejected('timeNotAvailable', 'no'),
  },
  'lying: another nonce': {
    code: 'timestamp.answer_wrong',
    make: () => lie((_, { nonce = 0n }) => ({ nonce: nonce + 1n })),
  },
  'lying: no nonce': {
    code: 'timestamp.answer_wrong',
    make: () => lie(() => ({ nonce: undefined })),
  },
  'lying: another policy': {
    code: 'timestamp.answer_wrong',
    make: () => lie(() => ({ policy: '2.999.1.2' })),
  },
  'lying: a stamp over something else': {
    code: 'timestamp.answer_wrong',
    make: () => lie(() => ({ imprint: { hash: 'sha256', digest: new Uint8Array(32) } })),
  },
  'lying: a day ahead': {
    code: 'timestamp.clock_differs',
    make: () => lie(({ time }) => ({ time: addSeconds(time, 86_400) })),
  },
  'lying: an hour ago': {
    code: 'timestamp.clock_differs',
    make: () => lie(({ time }) => ({ time: addSeconds(time, -60 * 60 + 1) })),
  },
  'lying: before its certificate began': {
    code: 'timestamp.answer_wrong',
    make: () => lie(({ time }) => ({ time: addSeconds(time, -10 * 86_400) })),
  },
  'lying: its name on another key': { code: 'timestamp.answer_wrong', make: impostor },
  'lying: what it said to another question': { code: 'timestamp.answer_wrong', make: parrot },
};

async function openCeremony() {
  const line = new Line();
  const now = { now: () => centre.now, source: 'LOCAL_CLOCK' } as const;
  // An hour of life, so that a lie about the last hour is a lie of the clock and of nothing else.
  centre.pass(3_600_000);
  const client = new TimestampClient({
    line,
    authorities: await centre.client.stampCertificates(),
    policy: testStampPolicy,
    engine: nodeEngine,
    clock: now,
    random: systemRandom,
  });
  const ceremony = await Ceremony.open(undefined, client);
  ceremony.clock.at = centre.now;
  const revisions = async () =>
    ceremony.parts.units.run(bank, (unit) => ceremony.shelf.read(unit, documentId));
  return { line, ceremony, revisions, party: await ceremony.party('王样例') };
}

/** The one signature of the document, and the time that it proves. */
async function provedTime(bytes: Uint8Array): Promise<number> {
  const [signature, ...more] = readSignatures(await openPdf(bytes, nodeEngine));
  expect(more).toEqual([]);
  const { timestampToken } = parseSignedData(signature?.contents ?? new Uint8Array()).signer;
  return parseToken(timestampToken ?? new Uint8Array()).time;
}

describe.each(Object.keys(misbehaviours))('an authority that is %s', (name) => {
  const { code, make } = misbehaviours[name] ?? { code: '', make: parrot };

  test('S2-77 before the key is asked: nothing is intended; after it: the ticket waits, and the same signature is sealed later', async () => {
    const { line, ceremony, revisions, party } = await openCeremony();
    const order = ceremony.order(party, 'borrower');
    const misbehave = await make();
    line.misbehave = misbehave;
    expect(await ceremony.prepare(order).catch(faultCode)).toBe(code);
    expect(ceremony.book.facts).toEqual([]);

    line.misbehave = undefined;
    const { ticket } = await ceremony.prepare(order);
    const signature = await party.signer.sign(ticket.signedAttrs);
    line.misbehave = misbehave;
    expect(await ceremony.redeem(ticket.id, signature).catch(faultCode)).toBe(code);
    expect([ceremony.book.types(), (await revisions()).number]).toEqual([['seal.intended'], 0]);

    line.misbehave = undefined;
    await ceremony.redeem(ticket.id, signature);
    expect(ceremony.book.types()).toEqual(['seal.intended', 'seal.done']);
    const { bytes, number } = await revisions();
    expect(number).toBe(1);
    expect(Math.abs((await provedTime(bytes)) - centre.now)).toBeLessThan(1_000);
  });
});

test('dead for longer than her certificate lives: the attempt is void and says so, she signs again', async () => {
  const { line, ceremony, revisions, party } = await openCeremony();
  const { ticket } = await ceremony.prepare(ceremony.order(party, 'borrower'));
  const signature = await party.signer.sign(ticket.signedAttrs);
  line.misbehave = () => {
    ceremony.clock.pass(700);
    centre.pass(700_000);
    return Promise.reject(new Error('ECONNREFUSED'));
  };
  expect(await ceremony.redeem(ticket.id, signature).catch(faultCode)).toBe('signing.attempt_void');
  expect(ceremony.book.types()).toEqual(['seal.intended', 'attempt.void']);
  expect((await revisions()).number).toBe(0);
  line.misbehave = undefined;
  await ceremony.signAs(await ceremony.party('王样例'), 'borrower');
  expect((await revisions()).number).toBe(1);
});

test('a drifting clock: the guard stops stamping, the flow waits, and goes on when a person has looked', async () => {
  const { ceremony, revisions, party } = await openCeremony();
  centre.steppedMs = 2_000;
  const order = ceremony.order(party, 'borrower');
  expect(await ceremony.prepare(order).catch(faultCode)).toBe('timestamp.unavailable');
  centre.steppedMs = 0;
  // Set right again it is still no witness: nobody knows what else it was set to.
  expect(await ceremony.prepare(order).catch(faultCode)).toBe('timestamp.unavailable');
  expect([ceremony.book.facts.length, (await revisions()).number]).toEqual([0, 0]);
  await centre.start();
  await ceremony.signAs(party, 'borrower');
  expect((await revisions()).number).toBe(1);
});

test('serial numbers survive restarts, over SHA-256 and SM3 alike: none is ever given twice', async () => {
  const serials: string[] = [];
  for (let start = 0; start < 3; start += 1) {
    for (const hash of ['sha256', 'sm3'] as const) {
      for (let count = 0; count < 10; count += 1) {
        const digest = await nodeEngine.digest(hash, Uint8Array.of(start, count));
        const request = buildRequest({ imprint: { hash, digest }, nonce: BigInt(count) });
        const response = parseResponse(await centre.client.ask(request, 1_000));
        if (response.is !== 'granted') throw new Error('refused');
        const token = parseToken(response.token);
        expect(token.imprint).toEqual({ hash, digest });
        serials.push(token.serial);
      }
    }
    centre.pass(1_000);
    await centre.start();
  }
  expect(new Set(serials).size).toBe(60);
});
