/**
 * One of the house's own contracts, raised to B-LTA and renewed, before the strict profile: exactly
 * one store and one stamp a time, each in the log, and no byte of them free.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromLatin1, indexOf } from '#base/bytes';
import { addSeconds, type Instant, parseInstant } from '#base/clock';
import { seededRandom } from '#base/random';
import {
  appendSecurityStore,
  embedSignature,
  openPdf,
  type PdfFile,
  type PdfSignature,
  prepareDocTimeStamp,
  type RelatedProofs,
  readSignatures,
  signedBytes,
} from '#formats/pdf';
import { buildToken } from '#formats/tsp';
import { buildCrl, keyIdentifier } from '#formats/x509';
import { LongTerm } from '#trust/signing';
import { type Report, verify } from '#trust/verify';
import { sign } from '../../src/trust/verify/own/sample-pdf.fixture.ts';
import { type SampleHouse, sampleHouse } from '../../src/trust/verify/own/sample-trust.fixture.ts';
import { samplePackage, type Wish } from '../../src/trust/verify/package/sample-package.fixture.ts';
import { below } from '../hostile/places.ts';

const seed = 20_261_122;
/** The bit that turns `a` into `A`: another spelling of the same hex digit. */
const caseBit = 0x20;
const yearSeconds = 365 * 86_400;
let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
});

/** What a clock or a list that says something else would do. */
interface Twist {
  readonly listAt?: number;
  readonly revoked?: boolean;
  readonly stampAt?: number;
}

/** A stamp by the house's clock at a time of the test's choosing. */
function clockAt(time: Instant) {
  return {
    async stamp(bytes: Uint8Array) {
      const imprint = { hash: 'sha256', digest: await nodeEngine.digest('sha256', bytes) } as const;
      const info = { policy: '1.2.3.4.1', imprint, serial: '0b', time, accuracyMs: 1000 };
      const said = { ...info, ordering: false, nonce: 7n };
      return { der: await buildToken(said, { ...house.stamper, engine: nodeEngine }), time };
    },
  };
}

async function listAt(thisUpdate: Instant, revoked: boolean): Promise<Uint8Array> {
  const { ca, seal, now } = house;
  const line = { serial: seal.certificate.serial, at: addSeconds(now, 31) };
  const list = {
    issuer: ca.certificate.subject,
    issuerKeyIdentifier: await keyIdentifier(ca.certificate.publicKey, nodeEngine),
    number: BigInt(thisUpdate),
    thisUpdate,
    nextUpdate: addSeconds(thisUpdate, 86_400),
    revoked: revoked ? [line] : [],
  };
  return (await buildCrl(list, ca.signer)).der;
}

function raiser(twist: Twist = {}) {
  return async (document: Uint8Array, at: Instant): Promise<Uint8Array> => {
    const stamps = clockAt(addSeconds(at, twist.stampAt ?? 0));
    const crl = await listAt(addSeconds(at, twist.listAt ?? -1), twist.revoked === true);
    const anchors = [house.ca.certificate.der];
    const longTerm = new LongTerm({ engine: nodeEngine, stamps });
    return longTerm.raise(document, { anchors, certificates: [], crls: [crl], ocsps: [] });
  };
}

/** Raised a minute after it was sealed, and renewed four years later. */
async function raisedTwice(contract: Uint8Array): Promise<readonly Uint8Array[]> {
  const once = await raiser()(contract, addSeconds(house.now, 60));
  return [once, await raiser()(once, addSeconds(house.now, 4 * yearSeconds))];
}

/** What the log was told of each, when it was done. */
const raisedInTime: Wish = { raise: raisedTwice, raisesAfter: [60, 4 * yearSeconds] };

async function judge(wish: Wish): Promise<Report> {
  const { zip } = await samplePackage(house, wish);
  return verify({ name: 'package.zip', bytes: zip, trust: house.trust }, nodeEngine);
}

function judgePdf(bytes: Uint8Array): Promise<Report> {
  return verify({ name: 'contract.pdf', bytes, trust: house.trust }, nodeEngine);
}

function flawsOf({ flaws }: Report): readonly string[] {
  return flaws.map(({ code, detail }) => `${code}: ${detail}`);
}

describe('a contract that was raised and renewed', () => {
  test('is valid in its package, each signature B-LTA', async () => {
    const report = await judge({ statementInside: true, ...raisedInTime });
    expect(report.flaws).toEqual([]);
    const levels = report.signatures.map(({ field, level, is }) => `${field} ${level} ${is}`);
    expect(levels).toEqual(['borrower B-LTA valid', 'lender B-LTA valid', 'seal B-T valid']);
  });

  test('is not logged before the clock stamped it', async () => {
    const { flaws } = await judge({ raise: raisedTwice });
    const told = flaws.map(({ code, part }) => `${code} ${part}`);
    expect(told).toEqual(['entry_time_backwards entries/0007.json']);
  });

  test('is valid alone', async () => {
    const { contract } = await samplePackage(house, { statementInside: true, raise: raisedTwice });
    const report = await judgePdf(contract);
    expect(report).toMatchObject({ is: 'valid', flaws: [] });
    expect(report.signatures.map(({ level }) => level)).toEqual(['B-LTA', 'B-LTA']);
  });

  test('a state that the log does not know is named, and so is a package that holds an earlier one', async () => {
    const unlogged = await judge({ ...raisedInTime, raisesLogged: 1 });
    expect(unlogged).toMatchObject({ is: 'invalid', because: 'document_not_logged' });
    for (const raisesHeld of [0, 1]) {
      const outdated = await judge({ ...raisedInTime, raisesHeld });
      expect(flawsOf(outdated)).toEqual([
        'document_not_logged: the log knows a later revision of it',
      ]);
    }
  });

  test('S1-18 one flipped byte behind the last signature is invalid with its part', async () => {
    const { contract } = await samplePackage(house, { statementInside: true, raise: raisedTwice });
    const places = readSignatures(await openPdf(contract, nodeEngine));
    const from = places.findLast(({ kind }) => kind === 'signature')?.revisionEnd ?? 0;
    const random = seededRandom(seed);
    const aimed = places
      .filter(({ kind }) => kind === 'timestamp')
      .flatMap(({ byteRange: [, start, end], contents }) => [
        ...Array.from({ length: 12 }, () => start + 1 + below(random, 2 * contents.length)),
        start,
        start + 1 + 2 * contents.length,
        end - 1,
      ]);
    const anywhere = Array.from({ length: 30 }, () => from + below(random, contract.length - from));
    for (const [turn, at] of [...anywhere, ...aimed].entries()) {
      const mask = turn % 3 === 0 ? caseBit : 1 << below(random, 8);
      const bytes = contract.slice();
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      const report = await judgePdf(bytes);
      expect(report.is, `seed ${seed} byte ${at} xor ${mask}`).toBe('invalid');
      expect(report.flaws[0]?.part).toMatch(/^contract\.pdf/);
    }
  }, 60_000);
});

describe('what may not stand behind the last signature', () => {
  async function signed(): Promise<Uint8Array> {
    return (await samplePackage(house, { statementInside: true })).contract;
  }

  async function judgeRaised(twist: Twist, base?: Uint8Array): Promise<readonly string[]> {
    const raised = await raiser(twist)(base ?? (await signed()), addSeconds(house.now, 60));
    return flawsOf(await judgePdf(raised));
  }

  test('a list from after the stamp that covers it', async () => {
    expect(await judgeRaised({ stampAt: -20, listAt: 0 })).toContain(
      'revocation_wrong: a list of no trusted authority, or from after it',
    );
  });

  test('a stamp that is older than what it covers', async () => {
    expect(await judgeRaised({ stampAt: -45 })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^stamp_wrong: older than what it covers/)]),
    );
  });

  test('a store without a stamp, and bytes behind the stamp', async () => {
    const contract = await signed();
    const raised = await raiser()(contract, addSeconds(house.now, 60));
    const mark = fromLatin1('%%EOF');
    const store = indexOf(raised, mark, contract.length) + mark.length + 1;
    expect(flawsOf(await judgePdf(raised.slice(0, store)))).toEqual([
      `bytes_uncovered: ${store - contract.length} bytes after the last signature`,
    ]);
    const more = concat(raised, fromLatin1('\n'));
    expect((await judgePdf(more)).is).toBe('invalid');
  });

  /** A store and a stamp over it, as a dishonest house would make them without asking LongTerm. */
  async function ended(store: (file: PdfFile, at: PdfSignature) => RelatedProofs): Promise<Report> {
    const file = await openPdf(await signed(), nodeEngine);
    const [borrower] = readSignatures(file);
    if (borrower === undefined) throw new Error('nobody signed');
    const stored = await appendSecurityStore(file, [store(file, borrower)]);
    return judgePdf(await stamped(stored));
  }

  async function stamped(bytes: Uint8Array): Promise<Uint8Array> {
    const prepared = prepareDocTimeStamp(await openPdf(bytes, nodeEngine));
    const { byteRange } = prepared;
    const clock = clockAt(addSeconds(house.now, 90));
    const { der } = await clock.stamp(signedBytes(prepared.bytes, byteRange));
    return embedSignature(prepared.bytes, byteRange, der);
  }

  test('a stamp without a store, two stores for one stamp, a list that is missing', async () => {
    const alone = await stamped(await signed());
    const steps = 'change_forbidden: not one store and one stamp behind the last';
    expect(flawsOf(await judgePdf(alone))).toContain(steps);
    const { ca, seal, stamper } = house;
    const nothing = { certificates: [], crls: [], ocsps: [] };
    const empty = await ended((_, signature) => ({ signature, ...nothing }));
    expect(flawsOf(empty)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^chain_broken: the store lacks/),
        expect.stringMatching(/^revocation_missing: no list made after/),
      ]),
    );
    const crl = await listAt(addSeconds(house.now, 10), false);
    const chain = [ca, seal, stamper].map(({ certificate }) => certificate.der);
    const early = await ended((_, signature) => {
      return { signature, certificates: chain, crls: [crl], ocsps: [] };
    });
    expect(flawsOf(early)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^revocation_missing: no list made after/)]),
    );
  });

  test('a seal that was revoked before it signed, told by the list in the store itself', async () => {
    const { ca, seal, stamper } = house;
    const revokedAt = house.now;
    const list = await buildCrl(
      {
        issuer: ca.certificate.subject,
        issuerKeyIdentifier: await keyIdentifier(ca.certificate.publicKey, nodeEngine),
        number: 9n,
        thisUpdate: addSeconds(house.now, 60),
        nextUpdate: addSeconds(house.now, 86_400),
        revoked: [{ serial: seal.certificate.serial, at: revokedAt }],
      },
      ca.signer,
    );
    const chain = [ca, seal, stamper].map(({ certificate }) => certificate.der);
    const report = await ended((_, signature) => {
      return { signature, certificates: chain, crls: [list.der], ocsps: [] };
    });
    expect(flawsOf(report)).toContain(`certificate_revoked: ${seal.certificate.subject.text}`);
  });

  test('certificates nobody used, answers nobody needs, lists of strangers', async () => {
    const stranger = await sampleHouse({ ...house, now: addSeconds(house.now, -86_400) });
    const foreign = await buildCrl(
      {
        issuer: stranger.ca.certificate.subject,
        issuerKeyIdentifier: await keyIdentifier(stranger.ca.certificate.publicKey, nodeEngine),
        number: 9n,
        thisUpdate: addSeconds(house.now, 60),
        nextUpdate: addSeconds(house.now, 86_400),
        revoked: [],
      },
      stranger.ca.signer,
    );
    const strange = await ended((_, signature) => {
      const certificates = [stranger.seal.certificate.der];
      return { signature, certificates, crls: [foreign.der], ocsps: [] };
    });
    expect(flawsOf(strange)).toEqual(
      expect.arrayContaining([
        'contents_not_strict: the store holds a certificate nobody used',
        'revocation_wrong: a list of no trusted authority, or from after it',
      ]),
    );
    const answered = await ended((_, signature) => {
      return { signature, certificates: [], crls: [], ocsps: [Uint8Array.of(0x30, 0)] };
    });
    expect(flawsOf(answered)).toContain('contents_not_strict: the store holds answers');
  });

  test('a further signature behind the stamp', async () => {
    const raised = await raiser()(await signed(), addSeconds(house.now, 60));
    const { seal, stamper } = house;
    const by = { field: 'seal', stamper, engine: nodeEngine, at: addSeconds(house.now, 95) };
    const report = await judgePdf(await sign(raised, { ...by, ...seal }));
    expect(report.is).toBe('invalid');
  });
});
