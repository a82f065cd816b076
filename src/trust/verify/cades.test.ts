/**
 * What others add to a signed message: archive time-stamps (ETSI EN 319 122-1 §5.5.3) and
 * counter-signatures (RFC 5652 §11.4). Messages by EU DSS 6.2 were judged alike when this was
 * written; here each is put together from the standard's own words.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex, utf8 } from '#base/bytes';
import { buildSignedData, cmsOid } from '#formats/cms';
import {
  contextConstructed,
  octetString,
  oid,
  oidOf,
  parseDer,
  sequence,
  setOf,
} from '#formats/der';
import { hashAlgorithmDer } from '#formats/x509';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { type Report, verify } from './index.ts';
import {
  attributesOver,
  having,
  rebuilt,
  sha256,
  signedMessage,
  stampOver,
  valueIn,
} from './messages.fixture.ts';

const content = utf8('甲方借给乙方五千元');
let authority: SampleAuthority;
let signer: Holder;
let clock: Holder;
beforeAll(async () => {
  authority = await SampleAuthority.open();
  signer = await authority.signer('2020-01-01', '2022-01-01');
  clock = await authority.clock('2020-01-01', '2030-01-01');
});

const signed = (): Promise<Uint8Array> =>
  signedMessage(signer, content, { chain: [authority.issuing.certificate.der] });

const stamp = (over: Uint8Array, day: string): Promise<Uint8Array> => stampOver(clock, over, day);

/** §5.5.2: the index of what is there, and over what the token is. */
async function archived(message: Uint8Array, day: string): Promise<Uint8Array> {
  const parts = parseDer(message).children[1]?.children[0]?.children ?? [];
  const [, , encapsulated] = parts;
  const bag = parts.find(({ tag }) => tag === 0xa0)?.children ?? [];
  const one = parts.at(-1)?.children[0]?.children ?? [];
  const unsigned = one.find(({ tag }) => tag === 0xa1)?.children ?? [];
  const digests = async (all: readonly Uint8Array[]): Promise<Uint8Array> =>
    sequence(...(await Promise.all(all.map(sha256))).map((digest) => octetString(digest)));
  const values = unsigned.flatMap(({ children: [name, set] }) =>
    (set?.children ?? []).map((value) => concat(name?.der ?? new Uint8Array(), value.der)),
  );
  const index = sequence(
    hashAlgorithmDer('sha256'),
    await digests(bag.map(({ der }) => der)),
    sequence(),
    await digests(values),
  );
  const core = one.filter(({ tag }) => tag !== 0xa1).map(({ der }) => der);
  const type = encapsulated?.children[0]?.der ?? new Uint8Array();
  const token = await stamp(concat(type, await sha256(content), ...core, index), day);
  return having(message, cmsOid.archiveTimestamp, having(token, cmsOid.archiveIndex, index));
}

async function stamped(day: string): Promise<Uint8Array> {
  const message = await signed();
  return having(message, cmsOid.signatureTimestampToken, await stamp(valueIn(message), day));
}

function judged(bytes: Uint8Array, at = '2021-06-01'): Promise<Report> {
  const trust = new Map([['root.der', authority.root.certificate.der]]);
  return verify({ name: 'a.p7s', bytes, trust, content, at: on(at) }, nodeEngine);
}

const stampsOf = ({ signatures }: Report) =>
  signatures.flatMap(({ stamps = [] }) => stamps.map(({ over, is }) => `${over} ${is}`));

describe('archive time-stamps of version 3', () => {
  test('one, and one over it, are stamps over the whole message', async () => {
    const once = await archived(await stamped('2020-06-01'), '2020-07-01');
    const first = await judged(once);
    expect([first.flaws, stampsOf(first)]).toEqual([[], ['document valid', 'signature valid']]);
    const second = await judged(await archived(once, '2020-08-01'));
    expect(second.flaws).toEqual([]);
    expect(stampsOf(second)).toEqual(['document valid', 'document valid', 'signature valid']);
  });

  test('alone it proves the signature, also after the certificate has ended', async () => {
    const bare = await judged(await signed(), '2029-01-01');
    expect([bare.is, bare.because]).toEqual(['indeterminate', 'certificate_out_of_time']);
    const kept = await judged(await archived(await signed(), '2021-06-01'), '2029-01-01');
    expect(kept.flaws).toEqual([]);
    expect(kept.signatures[0]?.signedAt).toBe('2021-06-01T00:00:00.000+08:00');
  });

  test.each<[string, (message: Uint8Array) => Uint8Array]>([
    [
      'a certificate that it names is gone',
      (message) =>
        rebuilt(message, {
          bag: (bag) => contextConstructed(0, bag.children[0]?.der ?? new Uint8Array()),
        }),
    ],
    [
      'an attribute that it names is gone',
      (message) => without(message, cmsOid.signatureTimestampToken),
    ],
  ])('%s', async (_, change) => {
    const honest = await archived(await stamped('2020-06-01'), '2020-07-01');
    const { is, because } = await judged(change(honest));
    expect([is, because]).toEqual(['invalid', 'stamp_wrong']);
  });

  test('over another signature', async () => {
    const other = await archived(await signed(), '2020-07-01');
    const attribute = parseDer(other)
      .children[1]?.children[0]?.children.at(-1)
      ?.children[0]?.children.at(-1)?.children[0];
    const value = attribute?.children[1]?.children[0]?.der ?? new Uint8Array();
    const { is, because } = await judged(having(await signed(), cmsOid.archiveTimestamp, value));
    expect([is, because]).toEqual(['invalid', 'stamp_wrong']);
  });

  test('without its index nobody knows what it is over: said, and not used', async () => {
    const message = await signed();
    const odd = having(message, cmsOid.archiveTimestamp, await stamp(content, '2021-06-01'));
    const { is, notices } = await judged(odd);
    expect(is).toBe('valid');
    expect(notices.map(({ code }) => code)).toContain('stamp_not_trusted');
    const late = await judged(odd, '2029-01-01');
    expect(late.because).toBe('certificate_out_of_time');
  });

  test('of the old kind, over something else, is said and not used', async () => {
    const token = await stamp(content, '2021-06-01');
    const old = having(await signed(), cmsOid.archiveTimestampOfRfc5126, token);
    const { is, notices } = await judged(old);
    expect([is, notices.some(({ code }) => code === 'archive_stamp_not_used')]).toEqual([
      'valid',
      true,
    ]);
  });
});

/** RFC 5126 §6.4.1: every part of the message, with or without tag and length of the attributes. */
async function archivedOfOld(message: Uint8Array, day: string, isWrapped = false) {
  const parts = parseDer(message).children[1]?.children[0]?.children ?? [];
  const [, , encapsulated, ...rest] = parts;
  const bags = rest.slice(0, -1).map(({ der }) => der);
  const one = parts.at(-1)?.children[0]?.children ?? [];
  const core = one.filter(({ tag }) => tag !== 0xa1).map(({ der }) => der);
  const unsigned = one.find(({ tag }) => tag === 0xa1);
  const last = isWrapped
    ? (unsigned?.der ?? contextConstructed(1, new Uint8Array()))
    : (unsigned?.content ?? new Uint8Array());
  const name = encapsulated?.der ?? new Uint8Array();
  const token = await stamp(concat(name, content, ...bags, ...core, last), day);
  return having(message, cmsOid.archiveTimestampOfRfc5126, token);
}

describe('archive time-stamps of version 2', () => {
  test.each([false, true])('two, with tags of the attributes: %s', async (isWrapped) => {
    const once = await archivedOfOld(await stamped('2020-06-01'), '2020-07-01', isWrapped);
    const twice = await archivedOfOld(once, '2020-08-01', isWrapped);
    const { flaws, notices, ...report } = await judged(twice);
    expect(flaws).toEqual([]);
    expect(notices.map(({ code }) => code)).not.toContain('archive_stamp_not_used');
    expect(stampsOf({ ...report, flaws, notices })).toEqual([
      'document valid',
      'document valid',
      'signature valid',
    ]);
  });

  test('it proves the signature after the certificate has ended, and only what is there', async () => {
    const kept = await archivedOfOld(await signed(), '2021-06-01');
    expect((await judged(kept, '2029-01-01')).flaws).toEqual([]);
    const torn = rebuilt(kept, {
      bag: (bag) => contextConstructed(0, bag.children[0]?.der ?? new Uint8Array()),
    });
    const { because, notices } = await judged(torn, '2029-01-01');
    expect(because).not.toBeUndefined();
    expect(notices.map(({ code }) => code)).toContain('archive_stamp_not_used');
  });
});

function without(message: Uint8Array, name: string): Uint8Array {
  return rebuilt(message, {
    signer: (one) => {
      const parts = one.children.map((part) => {
        if (part.tag !== 0xa1) return part.der;
        const kept = part.children.filter(({ der }) => !holds(der, oid(name)));
        return contextConstructed(1, concat(...kept.map(({ der }) => der)));
      });
      return sequence(...parts);
    },
  });
}

function holds(bytes: Uint8Array, part: Uint8Array): boolean {
  return bytes.subarray(4, 4 + part.length).every((byte, at) => byte === part[at]);
}

describe('counter-signatures', () => {
  async function countered(by: Holder, over?: Uint8Array): Promise<Uint8Array> {
    const message = await signed();
    const usual = parseDer(await attributesOver(over ?? valueIn(message), by)).children;
    // RFC 5652 §11.4: it names no content type.
    const kept = usual.filter(({ children: [name] }) => name && oidOf(name) !== cmsOid.contentType);
    const attributes = setOf(...kept.map(({ der }) => der));
    const signature = await by.signer.sign(attributes);
    const { certificate } = by;
    const whole = buildSignedData({ certificate, signedAttributes: attributes, signature });
    const info = parseDer(whole).children[1]?.children[0]?.children.at(-1)?.children[0]?.der;
    const bagged = rebuilt(message, {
      bag: (bag) => contextConstructed(0, concat(bag.content, certificate.der)),
    });
    return having(bagged, cmsOid.counterSignature, info ?? new Uint8Array());
  }

  test('a good one has a line of its own', async () => {
    const notary = await authority.signer('2020-06-01', '2022-01-01');
    const { is, signatures, notices } = await judged(await countered(notary));
    expect([is, signatures.map((one) => [one.field, one.is])]).toEqual([
      'valid',
      [
        ['signer', 'valid'],
        ['signer/counter', 'valid'],
      ],
    ]);
    expect(notices.map(({ code }) => code)).not.toContain('counter_signature_doubted');
  });

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ['by a stranger', async () => countered(await stranger()), 'indeterminate'],
    ['over something else', async () => countered(signer, fromHex('00')), 'invalid'],
  ])('%s it takes nothing from the signature', async (_, message, word) => {
    const { is, flaws, signatures, notices } = await judged(await message());
    expect([is, flaws, signatures[1]?.is]).toEqual(['valid', [], word]);
    expect(notices.map(({ code }) => code)).toContain('counter_signature_doubted');
  });

  test('one that is none is said, and takes nothing either', async () => {
    const odd = having(await signed(), cmsOid.counterSignature, octetString(Uint8Array.of(1)));
    const { is, flaws, notices } = await judged(odd);
    expect([is, flaws]).toEqual(['valid', []]);
    expect(notices.map(({ code }) => code)).toContain('counter_signature_doubted');
  });

  const stranger = (): Promise<Holder> => authority.alone('2020-01-01', '2022-01-01', []);
});
