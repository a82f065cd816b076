import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromHex, utf8 } from '#base/bytes';
import { addSeconds, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { buildSignedData, cmsOid, signedAttributesWith } from '#formats/cms';
import {
  boolean,
  contextConstructed,
  generalizedTime,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
  setOf,
} from '#formats/der';
import { buildGranted } from '#formats/tsp';
import {
  buildCertificate,
  buildName,
  type Certificate,
  extendedKeyUsage,
  purposeOid,
  readCertificate,
} from '#formats/x509';
import { StampLines } from './stamp-lines.ts';
import {
  answeredAt,
  bareAnswer,
  oddAnswer,
  outdatedAnswer,
  roots,
  sm2Answer,
} from './strangers.fixture.ts';

const now = instantFromMs(Date.parse(answeredAt));
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

const anchors = roots.map((root) => readCertificate(bytesOf(root)));

/** What asking an authority comes to that gives this answer: its time, or the reason against. */
async function stampedBy(answer: Uint8Array, { at = now, trusted = anchors } = {}) {
  const stamps = new StampLines({
    lines: [{ ask: async () => answer }],
    anchors: trusted,
    pool: [],
    engine: nodeEngine,
    clock: { source: 'TEST_CLOCK', now: () => at },
    random: { bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index + 1) },
  });
  try {
    return await stamps.stamp(utf8('契约'));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `${thrown.code} ${String(thrown.details['why'] ?? '')}`.trim();
  }
}

describe('answers of an authority that BouncyCastle runs', () => {
  test('BER, milliseconds, a name, ESSCertID by SHA-1: the token is kept as DER', async () => {
    const stamp = await stampedBy(bytesOf(oddAnswer));
    if (typeof stamp === 'string') throw new Error(stamp);
    expect(Math.abs(stamp.time - now)).toBeLessThan(5_000);
    expect(() => parseDer(bytesOf(oddAnswer))).toThrowError('der.malformed');
    expect(parseDer(stamp.der).der).toEqual(stamp.der);
  });

  test('SM2 with SM3, and the end of a line behind it', async () => {
    const answer = bytesOf(sm2Answer);
    expect(await stampedBy(answer)).toHaveProperty('time');
    expect(await stampedBy(concat(answer, utf8('\r\n')))).toHaveProperty('time');
  });

  test.each([
    ['a signature over SHA-1', outdatedAnswer, 'timestamp.answer_wrong signed with sha1'],
    ['no certificate', bareAnswer, 'timestamp.answer_wrong no certificate'],
  ])('%s proves no time', async (_, answer, refusal) => {
    expect(await stampedBy(bytesOf(answer))).toBe(refusal);
  });

  test('an answer of yesterday is none', async () => {
    const tomorrow = addSeconds(now, 86_400);
    expect(await stampedBy(bytesOf(sm2Answer), { at: tomorrow })).toBe('timestamp.clock_differs');
  });
});

const key = softSigner(generateSoftKey('p256'));
const name = buildName([['commonName', 'TEST TSA']]);
const certificate = await buildCertificate(
  {
    serial: Uint8Array.of(2),
    issuer: name,
    subject: name,
    notBefore: addSeconds(now, -60),
    notAfter: addSeconds(now, 60),
    publicKey: key.publicKey,
    extensions: [extendedKeyUsage(true, purposeOid.timeStamping)],
  },
  key,
);
const nobody: Certificate[] = [];
const contentType = cmsOid.timestampInfo;

/** The members of a TSTInfo that is sound, in their order. */
const sound = {
  version: integer(1),
  policy: oid('2.999.1'),
  imprint: await imprintBy('sha256', '2.16.840.1.101.3.4.2.1'),
  serial: integer(7),
  time: generalizedTime(now),
  accuracy: sequence(integer(1)),
  ordering: boolean(true),
  nonce: integer(BigInt('0x0102030405060708090a0b0c0d0e0f10')),
};
const none = new Uint8Array();

async function imprintBy(hash: 'sha256' | 'sha512', id: string, ...more: Uint8Array[]) {
  const digest = await nodeEngine.digest(hash, utf8('契约'));
  return sequence(sequence(oid(id)), octetString(digest), ...more);
}

/** The answer that holds this, signed as it should be. */
async function answerOf(members: Readonly<Record<string, Uint8Array>>, isBound = true) {
  const content = sequence(...Object.values(members));
  const bound = signedAttributesWith('sha256', {
    contentType,
    messageDigest: await nodeEngine.digest('sha256', content),
    certificateDigest: await nodeEngine.digest('sha256', certificate.der),
  });
  const named = parseDer(bound).children.filter(({ children: [id] }) => !isReference(id?.der));
  const attributes = isBound ? bound : setOf(...named.map(({ der }) => der));
  const signature = await key.sign(attributes);
  const encapsulated = { contentType, content };
  const algorithm = 'ecdsa-sha256';
  const given = { certificate, signedAttributes: attributes, signature, algorithm, encapsulated };
  return buildGranted(buildSignedData({ ...given, algorithm }));
}

const referenceOid = oid('1.2.840.113549.1.9.16.2.47');
const isReference = (id: Uint8Array | undefined): boolean =>
  id !== undefined && Buffer.compare(id, referenceOid) === 0;

const third = await imprintBy('sha256', '2.16.840.1.101.3.4.2.1', octetString(none));

describe('a token that others read otherwise, or that OpenSSL refuses', () => {
  test('the sound one is taken, with the name of its authority and an extension as well', async () => {
    const named = contextConstructed(0, contextConstructed(4, name.der));
    const extension = sequence(oid('2.999.7'), octetString(fromHex('0500')));
    const extended = contextConstructed(1, extension);
    for (const one of [sound, { ...sound, named, extended }]) {
      expect(await stampedBy(await answerOf(one), { trusted: nobody })).toHaveProperty('time');
    }
  });

  const early = generalizedTime(addSeconds(now, -9_000));
  const { nonce, ordering, accuracy } = sound;
  const micros = fromHex('810105');
  test.each([
    ['another version', { ...sound, version: integer(2) }],
    ['version 0', { ...sound, version: integer(0) }],
    ['the nonce twice', { ...sound, again: nonce }],
    ['ordering behind the nonce', { ...sound, ordering: none, behind: ordering }],
    ['accuracy behind the nonce', { ...sound, accuracy: none, behind: accuracy }],
    ['a second time behind', { ...sound, behind: early }],
    ['an imprint with a third part', { ...sound, imprint: third }],
    ['seconds twice', { ...sound, accuracy: sequence(integer(1), integer(1)) }],
    ['micros before seconds', { ...sound, accuracy: sequence(micros, integer(1)) }],
  ])('%s', async (_, members) => {
    const answer = await answerOf(members);
    expect(await stampedBy(answer, { trusted: nobody })).toContain('timestamp.answer_wrong');
  });

  test('no reference to the certificate; another digest than was sent', async () => {
    const wide = await imprintBy('sha512', '2.16.840.1.101.3.4.2.3');
    const unbound = await answerOf(sound, false);
    const bent = [unbound, await answerOf({ ...sound, imprint: wide })];
    const refusals = bent.map((answer) => stampedBy(answer, { trusted: nobody }));
    expect(await Promise.all(refusals)).toEqual([
      'timestamp.answer_wrong not bound to its certificate',
      'timestamp.answer_wrong another imprint',
    ]);
  });
});
