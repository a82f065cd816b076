/**
 * Signature policies (ETSI EN 319 102-1 §5.2.4.4, EN 319 122-1 §5.2.9, §5.2.10, TR 102 272): named,
 * kept beside the signature or handed in, and followed where programs can.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex, utf8 } from '#base/bytes';
import { checkStrictness, cmsOid, parseSignedData } from '#formats/cms';
import {
  certificateTime,
  contextConstructed,
  ia5String,
  nullValue,
  octetString,
  oid,
  parseDer,
  sequence,
  utf8String,
} from '#formats/der';
import { hashAlgorithmDer } from '#formats/x509';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { type Report, verify } from './index.ts';
import {
  attribute,
  having,
  sha256,
  signedMessage,
  stampOver,
  valueIn,
} from './messages.fixture.ts';
import { policyDer, policyOid, type Rules } from './policies.fixture.ts';

const content = utf8('甲方借给乙方五千元');
const prose = utf8('签名策略：签名人须为借款人本人。');
let authority: SampleAuthority;
let signer: Holder;
let clock: Holder;
beforeAll(async () => {
  authority = await SampleAuthority.open();
  signer = await authority.signer('2020-01-01', '2022-01-01');
  clock = await authority.clock('2020-01-01', '2030-01-01');
});

interface Named {
  readonly name?: string;
  /** Over which the digest is; no digest where it is left out, zeros for `zero`. */
  readonly text?: Uint8Array | 'zero';
  readonly more?: readonly Uint8Array[];
  readonly store?: Uint8Array;
  readonly bare?: Uint8Array;
}

/** A message whose signer names a policy. */
async function naming(how: Named): Promise<Uint8Array> {
  const { name = policyOid, text, more = [], store } = how;
  const digest = text === 'zero' ? new Uint8Array(1) : text && (await sha256(text));
  const place = sequence(oid('1.2.840.113549.1.9.16.5.1'), ia5String('https://policy.example/1'));
  const value =
    how.bare ??
    sequence(
      oid(name),
      ...(digest === undefined ? [] : [sequence(hashAlgorithmDer('sha256'), octetString(digest))]),
      sequence(place),
    );
  const chain = [authority.issuing.certificate.der];
  const signed = [attribute(cmsOid.signaturePolicy, value), ...more];
  const message = await signedMessage(signer, content, { chain, signed });
  if (store === undefined) return message;
  const kept = sequence(utf8String('https://standard.example'), octetString(store));
  return having(message, cmsOid.signaturePolicyStore, kept);
}

function judged(
  bytes: Uint8Array,
  folder: Readonly<Record<string, Uint8Array>> = {},
): Promise<Report> {
  const texts = Object.entries(folder).map(
    ([name, text]) => [`signature-policies/${name}`, text] as const,
  );
  const trust = new Map([['root.der', authority.root.certificate.der], ...texts]);
  const order = { name: 'a.p7s', bytes, trust, content, at: on('2021-06-01') };
  return verify(order, nodeEngine);
}

const said = ({ is, because, notices }: Report) => [
  is,
  because,
  ...notices.map(({ code }) => code).filter((code) => code.startsWith('signature_policy')),
];

describe('whoever hands in no policy judges by his own, and the name is said', () => {
  test.each<[string, () => Named | Promise<Named>]>([
    ['by name and digest', () => ({ text: prose })],
    ['by name alone', () => ({})],
    ['implied', () => ({ bare: nullValue() })],
    ['with its text in the message', () => ({ text: prose, store: prose })],
    ['with another text in the message', () => ({ text: prose, store: content })],
    ['so that nobody can read it', () => ({ bare: octetString(content) })],
  ])('%s', async (_, how) => {
    const report = await judged(await naming(await how()));
    expect(said(report)).toEqual(['valid', undefined, 'signature_policy_not_processed']);
  });

  test('a signature that names none is said nothing of, with policies or without', async () => {
    const chain = [authority.issuing.certificate.der];
    const message = await signedMessage(signer, content, { chain });
    expect(said(await judged(message))).toEqual(['valid', undefined]);
    expect(said(await judged(message, { 'a.txt': prose }))).toEqual(['valid', undefined]);
  });

  test('whoever puts another text into the message changes nothing but what is said', async () => {
    const { notices } = await judged(await naming({ text: prose, store: content }));
    expect(notices[0]?.detail).toBe(`a.p7s ${policyOid}, another text is in the message`);
    const kept = await judged(await naming({ text: prose, store: prose }));
    expect(kept.notices[0]?.detail).toBe(`a.p7s ${policyOid}, its text is in the message`);
  });
});

describe('whoever hands in policies asks for their texts', () => {
  const valid = ['valid', undefined, 'signature_policy_for_people'];

  test('the text is found by its digest, under any name, in the folder or in the message', async () => {
    expect(said(await judged(await naming({ text: prose }), { 'a.txt': prose }))).toEqual(valid);
    const kept = await naming({ text: prose, store: prose });
    expect(said(await judged(kept, { 'a.txt': content }))).toEqual(valid);
  });

  test('where no digest was signed, by its name', async () => {
    for (const text of [undefined, 'zero'] as const) {
      const message = await naming(text === undefined ? {} : { text });
      expect(said(await judged(message, { [`${policyOid}.txt`]: prose }))).toEqual(valid);
      const other = await judged(message, { [`${policyOid}1.txt`]: prose });
      expect(said(other)).toEqual(['indeterminate', 'signature_policy_missing']);
    }
    // An unsigned text under a name that binds no digest is anybody's.
    const kept = await naming({ store: prose });
    expect(said(await judged(kept, { 'a.txt': prose }))).toEqual([
      'indeterminate',
      'signature_policy_missing',
    ]);
  });

  test('none is missing, another one under its name is wrong, and so is a name nobody can read', async () => {
    const message = await naming({ text: prose });
    const missing = await judged(message, { 'a.txt': content });
    expect([missing.because, missing.etsi]).toEqual([
      'signature_policy_missing',
      { indication: 'INDETERMINATE', subIndication: 'SIGNATURE_POLICY_NOT_AVAILABLE' },
    ]);
    const changed = await judged(message, { [`${policyOid}.txt`]: content });
    expect([changed.because, changed.etsi]).toEqual([
      'signature_policy_wrong',
      { indication: 'INDETERMINATE', subIndication: 'POLICY_PROCESSING_ERROR' },
    ]);
    const odd = await judged(await naming({ bare: octetString(content) }), { 'a.txt': prose });
    expect(odd.because).toBe('signature_policy_wrong');
    const implied = await judged(await naming({ bare: nullValue() }), { 'a.txt': prose });
    expect(said(implied)).toEqual(['valid', undefined, 'signature_policy_not_processed']);
  });

  test('a signature of this house names no policy: under the strict profile it is not strict', async () => {
    const chain: readonly Uint8Array[] = [];
    const plain = parseSignedData(await signedMessage(signer, content, { chain }));
    expect(await checkStrictness(plain, nodeEngine)).toMatchObject({ is: 'ours' });
    const signed = [attribute(cmsOid.signaturePolicy, nullValue())];
    const named = parseSignedData(await signedMessage(signer, content, { chain, signed }));
    expect(await checkStrictness(named, nodeEngine)).toMatchObject({
      is: 'different',
      why: 'signed_attributes',
    });
  });
});

describe('a policy in ASN.1 is followed', () => {
  const intermediate = (): Uint8Array => authority.issuing.certificate.der;
  const commitment = attribute(cmsOid.commitment, sequence(oid('1.2.840.113549.1.9.16.6.5')));

  async function under(rules: Rules, how: { stamp?: string; bare?: boolean } = {}) {
    const { der, digested } = policyDer(rules);
    const more = how.bare === true ? [] : [commitment];
    let message = await naming({ text: digested, more });
    if (how.stamp !== undefined) {
      const token = await stampOver(clock, valueIn(message), how.stamp);
      message = having(message, cmsOid.signatureTimestampToken, token);
    }
    return judged(message, { 'policy.der': der });
  }

  const kept: [string, () => Rules, string?][] = [
    ['nothing in particular', () => ({})],
    ['its period', () => ({ from: '2021-01-01', to: '2021-12-31' })],
    [
      'content outside, and the attributes it wants',
      () => ({
        isOutside: true,
        signed: [cmsOid.messageDigest, cmsOid.signingCertificate, cmsOid.commitment],
      }),
    ],
    ['a stamp', () => ({ unsigned: [cmsOid.signatureTimestampToken] }), '2021-01-01'],
    ['certificates of the path', () => ({ certificates: 2 })],
    ['the root', () => ({ roots: [authority.root.certificate.der] })],
    ['the authority', () => ({ roots: [intermediate()], depth: 0 })],
    ['curves', () => ({ algorithms: [['1.2.840.10045.4.3.2', 256]] })],
    ['an approval', () => ({ commitments: ['1.2.840.113549.1.9.16.6.5'] })],
  ];
  test.each(kept)('%s', async (_, rules, stamp) => {
    const report = await under(rules(), stamp === undefined ? {} : { stamp });
    expect([report.flaws, ...said(report)]).toEqual([
      [],
      'valid',
      undefined,
      'signature_policy_followed',
    ]);
  });

  const broken: [string, () => Rules | Promise<Rules>][] = [
    ['signing period', () => ({ from: '2020-01-01', to: '2020-12-31' })],
    ['content outside the message', () => ({ isOutside: false })],
    ['signed attribute 1.2.840.113549.1.9.5', () => ({ signed: [cmsOid.signingTime] })],
    [
      'unsigned attribute 1.2.840.113549.1.9.16.2.14',
      () => ({ unsigned: [cmsOid.signatureTimestampToken] }),
    ],
    ['references of the path', () => ({ references: 2 })],
    [
      'authority of the signer',
      async () => ({ roots: [(await SampleAuthority.open()).root.certificate.der] }),
    ],
    ['authority of the signer', () => ({ roots: [authority.root.certificate.der], depth: 0 })],
    ['revocation', () => ({ roots: [authority.root.certificate.der], check: 3 })],
    ['algorithm ecdsa-sha256, 256 bits', () => ({ algorithms: [['1.2.840.10045.4.3.2', 384]] })],
    ['algorithm ecdsa-sha256, 256 bits', () => ({ algorithms: [['1.2.840.113549.1.1.11', 2048]] })],
    ['commitment', () => ({ commitments: ['1.2.840.113549.1.9.16.6.1'] })],
  ];
  test.each(broken)('and what it asks for is said: %s', async (what, rules) => {
    const { because, flaws, etsi } = await under(await rules());
    expect([because, etsi.subIndication]).toEqual([
      'signature_policy_unmet',
      'SIG_CONSTRAINTS_FAILURE',
    ]);
    expect(flaws[0]?.detail).toContain(`${policyOid}: ${what}`);
  });

  test('a stamp that comes later than it allows', async () => {
    const claimed = attribute(cmsOid.signingTime, certificateTime(on('2021-04-30')));
    const { der, digested } = policyDer({ delayMinutes: 24 * 60 });
    for (const [day, because] of [
      ['2021-05-01', undefined],
      ['2021-05-02', 'signature_policy_unmet'],
    ] as const) {
      const bare = await naming({ text: digested, more: [claimed] });
      const token = await stampOver(clock, valueIn(bare), day);
      const message = having(bare, cmsOid.signatureTimestampToken, token);
      const report = await judged(message, { 'policy.der': der });
      expect([day, report.because]).toEqual([day, because]);
    }
  });

  const unfit: [string, () => Rules | Promise<Rules>][] = [
    ['its text is that of 1.2.3', () => ({ name: '1.2.3' })],
    ['its text has another digest inside', () => ({ inside: fromHex('00'.repeat(32)) })],
    ['not followed: conditions of attributes', () => ({ extension: true })],
  ];
  test.each(unfit)(
    'one that is not that one, or not understood to its end: %s',
    async (why, rules) => {
      const { because, flaws } = await under(await rules());
      expect([because, flaws[0]?.detail]).toEqual([
        'signature_policy_wrong',
        `${policyOid}: ${why}`,
      ]);
    },
  );

  test('its digest may be over the file as well, and its own digest may stand inside', async () => {
    const { digested } = policyDer({});
    const { der } = policyDer({ inside: await sha256(digested) });
    for (const text of [der, digested]) {
      const message = await naming({ text });
      expect(said(await judged(message, { 'p.der': der }))[2]).toBe('signature_policy_followed');
    }
    const [algorithm, info] = parseDer(der).children;
    const mutant = concat(algorithm?.der ?? der, info?.der ?? der).map((byte, at) =>
      at === 40 ? byte ^ 1 : byte,
    );
    const forged = await judged(await naming({ text: digested }), { 'p.der': sequence(mutant) });
    expect(forged.because).toBe('signature_policy_missing');
  });
});

test('hints for viewers, and links to other messages, change nothing', async () => {
  const hints = [
    attribute('1.2.840.113549.1.9.16.2.4', sequence(utf8String('contract'), oid(cmsOid.data))),
    attribute('1.2.840.113549.1.9.16.2.7', octetString(content)),
    attribute(
      '1.2.840.113549.1.9.16.2.10',
      sequence(oid(cmsOid.data), octetString(content), octetString(content)),
    ),
    attribute('0.4.0.1733.2.1', utf8String('text/html')),
  ];
  const chain = [authority.issuing.certificate.der];
  const { is, flaws } = await judged(
    await signedMessage(signer, content, { chain, signed: hints }),
  );
  expect([is, flaws]).toEqual(['valid', []]);
});

test('what a signer states of himself is said and not believed', async () => {
  const role = sequence(
    contextConstructed(0, sequence(attribute('2.5.4.72', utf8String('法定代表人')))),
  );
  const more = [
    attribute(cmsOid.commitment, sequence(oid('1.2.840.113549.1.9.16.6.1'))),
    attribute(cmsOid.signerAttributes, role),
    attribute(cmsOid.signerLocation, sequence(contextConstructed(1, utf8String('Beijing')))),
  ];
  const chain = [authority.issuing.certificate.der];
  const { is, notices } = await judged(
    await signedMessage(signer, content, { chain, signed: more }),
  );
  expect(is).toBe('valid');
  expect(notices.find(({ code }) => code === 'signer_states')?.detail).toBe(
    'a.p7s commitment 1.2.840.113549.1.9.16.6.1; claims 2.5.4.72; at Beijing',
  );
});
