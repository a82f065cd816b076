import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromHex, utf8 } from '#base/bytes';
import { addSeconds, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { buildSignedData, cmsOid, signedAttributesWith } from '#formats/cms';
import type { HashName } from '#formats/crypto';
import {
  boolean,
  contextConstructed,
  contextPrimitive,
  generalizedTime,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
  setOf,
  tlv,
} from '#formats/der';
import { buildGranted, checkTimestamp, readTimestamp } from '#formats/tsp';
import {
  buildCertificate,
  buildName,
  type Certificate,
  extendedKeyUsage,
  purposeOid,
  readCertificate,
  subjectAltName,
} from '#formats/x509';
import { StampLines } from './stamp-lines.ts';
import {
  answeredAt,
  bareAnswer,
  misnamedAnswer,
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
    [
      'a name that is not the certificate’s',
      misnamedAnswer,
      'timestamp.answer_wrong another authority is named',
    ],
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
    extensions: [
      extendedKeyUsage(true, purposeOid.timeStamping),
      subjectAltName([{ uri: 'https://tsa.example' }]),
    ],
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
  return buildGranted(await tokenOf(members, isBound));
}

async function tokenOf(members: Readonly<Record<string, Uint8Array>>, isBound = true) {
  const content = sequence(...Object.values(members));
  const bound = signedAttributesWith('sha256', {
    contentType,
    messageDigest: await nodeEngine.digest('sha256', content),
    certificateDigest: await nodeEngine.digest('sha256', certificate.der),
  });
  const named = parseDer(bound).children.filter(({ children: [type] }) => !isReference(type?.der));
  const attributes = isBound ? bound : setOf(...named.map(({ der }) => der));
  const signature = await key.sign(attributes);
  const encapsulated = { contentType, content };
  const algorithm = 'ecdsa-sha256';
  const given = { certificate, signedAttributes: attributes, signature, algorithm, encapsulated };
  return buildSignedData({ ...given, algorithm });
}

const older = '1.2.840.113549.1.9.16.2.12';
const newer = '1.2.840.113549.1.9.16.2.47';
const attributeOf = (type: string, ...values: Uint8Array[]) =>
  sequence(oid(type), setOf(...values));
const id = (der: Uint8Array) =>
  octetString(new Uint8Array(createHash('sha256').update(der).digest()));
const referenceOid = oid('1.2.840.113549.1.9.16.2.47');
const isReference = (type: Uint8Array | undefined): boolean =>
  type !== undefined && Buffer.compare(type, referenceOid) === 0;

const third = await imprintBy('sha256', '2.16.840.1.101.3.4.2.1', octetString(none));

describe('a token that others read otherwise, or that OpenSSL refuses', () => {
  const named = (general: Uint8Array) => contextConstructed(0, general);
  const directory = (bytes: Uint8Array) => named(contextConstructed(4, bytes));
  const extension = sequence(oid('2.999.7'), octetString(fromHex('0500')));
  test.each([
    ['the usual', {}],
    ['the name of its authority', { tsa: directory(name.der) }],
    ['the name in other letters', { tsa: directory(buildName([['commonName', 'test  tsa']]).der) }],
    ['its other name', { tsa: named(contextPrimitive(6, utf8('https://tsa.example'))) }],
    ['an extension', { extended: contextConstructed(1, extension) }],
  ])('a sound one is taken: %s', async (_, more) => {
    const answer = await answerOf({ ...sound, ...more });
    expect(await stampedBy(answer, { trusted: nobody })).toHaveProperty('time');
  });

  const early = generalizedTime(addSeconds(now, -9_000));
  const { nonce, ordering, accuracy } = sound;
  const micros = fromHex('810105');
  const own4 = contextConstructed(4, name.der);
  const longer = buildName([
    ['commonName', 'TEST TSA'],
    ['organization', 'another'],
  ]);
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
    ['a name of nobody', { ...sound, tsa: directory(buildName([]).der) }],
    ['a name with another part', { ...sound, tsa: directory(longer.der) }],
    ['another’s address', { ...sound, tsa: named(contextPrimitive(6, utf8('https://b.example'))) }],
    ['a serial with a zero before', { ...sound, serial: fromHex('02020007') }],
    ['a length in too many octets', { ...sound, serial: fromHex('02810107') }],
    ['thousandths with a zero before', { ...sound, accuracy: sequence(fromHex('80020005')) }],
    ['thousandths without an octet', { ...sound, accuracy: sequence(fromHex('8000')) }],
    ['two names', { ...sound, tsa: contextConstructed(0, own4, own4) }],
    ['a name and another in it', { ...sound, tsa: directory(concat(name.der, name.der)) }],
    ['an extension without a value', { ...sound, extended: tlv(0xa1, sequence(oid('2.999.7'))) }],
    ['an extension that is none', { ...sound, extended: tlv(0xa1, oid('2.999.7')) }],
    ['a name of no form', { ...sound, tsa: named(octetString(none)) }],
    ['no name in its place', { ...sound, tsa: contextConstructed(0) }],
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

/** The parts of a message, of its SignedData and of its one SignerInfo that may be others. */
interface Bent {
  readonly digests?: Uint8Array;
  readonly content?: Uint8Array;
  readonly bag?: Uint8Array;
  /** Behind the bag. */
  readonly lists?: Uint8Array;
  readonly sid?: Uint8Array;
  readonly digest?: Uint8Array;
  readonly attributes?: Uint8Array;
  readonly signature?: Uint8Array;
  /** Behind the signature. */
  readonly unsigned?: Uint8Array;
}

/** What comes of the sound answer with these put in. */
async function answerWith(bent: Bent) {
  return stampedBy(buildGranted(await tokenWith(bent)), { trusted: nobody });
}

/** What the signer signed is not signed anew. */
async function tokenWith(bent: Bent) {
  const [kind, whole] = parseDer(await tokenOf(sound)).children;
  const parts = whole?.children[0]?.children ?? [];
  const [version, digests, encapsulated, bag, signers] = parts.map(({ der }) => der);
  const own = parseDer(signers ?? none).children[0]?.children.map(({ der }) => der) ?? [];
  const [one, sid, digest, attributes, algorithm, signature] = own;
  const signer = [
    one,
    bent.sid ?? sid,
    bent.digest ?? digest,
    bent.attributes ?? attributes,
    algorithm,
    bent.signature ?? signature,
    bent.unsigned,
  ].flatMap((der) => der ?? []);
  const signed = [
    version,
    bent.digests ?? digests,
    bent.content ?? encapsulated,
    bent.bag ?? bag,
    bent.lists,
    setOf(sequence(...signer)),
  ].flatMap((der) => der ?? []);
  return sequence(kind?.der ?? none, contextConstructed(0, sequence(...signed)));
}

/** What other attributes come to when they are signed by the right key. */
async function answerSigning(attributes: readonly Uint8Array[]) {
  const wire = tlv(0xa0, ...attributes);
  return answerWith({
    attributes: wire,
    signature: octetString(await key.sign(tlv(0x31, ...attributes))),
  });
}

describe('a message that is bent around a sound TSTInfo', () => {
  const sha256 = oid('2.16.840.1.101.3.4.2.1');
  const garbage = sequence(integer(1));
  const forged = sequence(
    ...Object.values({ ...sound, time: generalizedTime(addSeconds(now, 30)) }),
  );
  const content = sequence(oid(contentType), contextConstructed(0, octetString(forged)));
  const strange = sequence(sha256, integer(1));

  test.each<[string, Bent, string]>([
    // The name of its digest is not signed: who bends that may write what he likes.
    ['another TSTInfo', { content }, 'digest_differs'],
    [
      'another TSTInfo, and a digest that nobody knows',
      { content, digest: strange, digests: setOf(strange) },
      'an algorithm that nobody here computes',
    ],
    ['no digest announced', { digests: setOf() }, 'its digest is not announced'],
    ['garbage announced', { digests: setOf(sequence(sha256), integer(1)) }, 'something in its bag'],
    [
      'a name in a set',
      { digests: setOf(sequence(sha256), setOf(sha256)) },
      'something in its bag',
    ],
    ['garbage in the bag', { bag: contextConstructed(0, certificate.der, garbage) }, 'something'],
    ['a number there', { bag: contextConstructed(0, certificate.der, integer(1)) }, 'something'],
    ['garbage as a list', { lists: contextConstructed(1, garbage) }, 'something in its bag'],
    ['garbage beside the signature', { unsigned: contextConstructed(1, integer(1)) }, 'unread'],
    ['another signer’s number', { sid: sequence(name.der, integer(9)) }, 'signer_id_differs'],
  ])('%s', async (_, bent, why) => {
    expect(await answerWith(bent)).toMatch(new RegExp(`^timestamp.answer_wrong .*${why}`));
  });

  test('an imprint is not called whole where nobody computes what was signed', async () => {
    const stamped = { digest: (hash: HashName) => nodeEngine.digest(hash, utf8('契约')) };
    const wholeIn = async (bent: Bent) => {
      const facts = readTimestamp(await tokenWith(bent));
      return (await checkTimestamp({ facts, stamped }, nodeEngine)).imprintIntact;
    };
    const unknown = { digest: strange, digests: setOf(strange) };
    expect([await wholeIn({}), await wholeIn({ content })]).toEqual([true, false]);
    expect(await wholeIn({ content, ...unknown })).toBeUndefined();
  });

  test.each<[string, Bent]>([
    ['an attribute certificate in the bag', { bag: tlv(0xa0, certificate.der, tlv(0xa2)) }],
    ['a list of another kind', { lists: tlv(0xa1, tlv(0xa1, oid('2.999.1'))) }],
    ['an attribute beside the signature', { unsigned: tlv(0xa1, attributeOf('2.999.1')) }],
  ])('%s is no harm', async (_, bent) => {
    expect(await answerWith(bent)).toHaveProperty('time');
  });

  const info = sequence(...Object.values(sound));
  const reference = sequence(
    referenceOid,
    setOf(sequence(sequence(sequence(id(certificate.der))))),
  );
  const own = [
    attributeOf('1.2.840.113549.1.9.3', oid(contentType)),
    attributeOf('1.2.840.113549.1.9.4', id(info)),
  ];
  const ofOther = octetString(new Uint8Array(20));
  const elsewhere = sequence(
    id(certificate.der),
    sequence(sequence(contextConstructed(4, name.der)), integer(9)),
  );

  test.each<[string, readonly Uint8Array[], string]>([
    [
      'an older reference to another',
      [reference, attributeOf(older, sequence(sequence(sequence(ofOther))))],
      'signing_certificate_differs',
    ],
    [
      'a reference to another number',
      [attributeOf(newer, sequence(sequence(elsewhere)))],
      'signing_certificate_name_differs',
    ],
    [
      'three parts in a reference',
      [
        attributeOf(
          newer,
          sequence(sequence(sequence(id(certificate.der))), sequence(), integer(1)),
        ),
      ],
      'attribute_malformed',
    ],
    [
      'a time that is none',
      [reference, attributeOf('1.2.840.113549.1.9.5', integer(1))],
      'attribute_unread',
    ],
  ])('%s', async (_, more, why) => {
    const attributes = [...own, ...more];
    const sorted = parseDer(setOf(...attributes)).children.map(({ der }) => der);
    expect(await answerSigning(sorted)).toBe(`timestamp.answer_wrong ${why}`);
  });

  test('attributes in another order than DER has it', async () => {
    const sorted = parseDer(setOf(...own, reference)).children.map(({ der }) => der);
    expect(await answerSigning(sorted)).toHaveProperty('time');
    const turned = await answerSigning(sorted.toReversed());
    expect(turned).toBe('timestamp.answer_wrong attributes_unsorted');
  });
});
