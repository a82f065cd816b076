/**
 * How makers spell the dictionary of a signature and its message, and how forgers do: each file
 * here is signed in its own layout, and nothing is appended.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, indexOf, latin1, toHex, utf8 } from '#base/bytes';
import { buildSignedData, cmsOid, signedAttributes } from '#formats/cms';
import {
  contextConstructed,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
  setOf,
} from '#formats/der';
import { hashAlgorithmDer, signatureAlgorithmDer } from '#formats/x509';
import { type Report, verify } from './index.ts';
import {
  annotations,
  type Bodies,
  form,
  judgedAt,
  pageBody,
  plainBodies,
  revise,
  Signers,
  unsignedValue,
  widget,
} from './shapes.fixture.ts';

type Range = readonly [number, number, number, number];

/** What is unlike the plain file. */
interface Layout {
  /** The signature dictionary. */
  readonly value?: (plain: string) => string;
  readonly bodies?: Bodies;
  /** The whole file before it is signed. */
  readonly file?: (draft: Uint8Array) => Uint8Array;
  /** What is signed, and how the file says so. */
  readonly covers?: (range: Range) => readonly number[];
  readonly says?: (range: readonly number[]) => string;
  readonly message?: (signed: Uint8Array) => Promise<Uint8Array>;
  readonly hex?: (message: string) => string;
}

const blanks = ' '.repeat(44);
const hexDigits = 8192;
let signers: Signers;
beforeAll(async () => {
  signers = await Signers.open();
});

async function laidOut(layout: Layout): Promise<Uint8Array> {
  const value = unsignedValue();
  const objects = { ...plainBodies, 31: layout.value?.(value) ?? value, ...layout.bodies };
  const plain = revise(new Uint8Array(), objects);
  const bytes = Uint8Array.from(layout.file?.(plain) ?? plain);
  const zeros = latin1(bytes).indexOf('0'.repeat(hexDigits));
  const to = indexOf(bytes, fromLatin1('>'), zeros) + 1;
  const exact: Range = [0, zeros - 1, to, bytes.length - to];
  const range = layout.covers?.(exact) ?? exact;
  const said = layout.says?.(range) ?? `[${range.join(' ')}]`;
  bytes.set(fromLatin1(said), latin1(bytes).lastIndexOf(blanks));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < range.length; at += 2) {
    const [from = 0, length = 0] = range.slice(at);
    parts.push(bytes.subarray(from, from + length));
  }
  const hex = toHex(await (layout.message ?? messageOver)(concat(...parts)));
  bytes.set(fromLatin1((layout.hex?.(hex) ?? hex).padEnd(hexDigits, '0')), zeros);
  return bytes;
}

const sha256 = (bytes: Uint8Array) => nodeEngine.digest('sha256', bytes);

async function messageOver(
  signed: Uint8Array,
  more: {
    readonly attributes?: Uint8Array;
    readonly signature?: Uint8Array;
    readonly inside?: Uint8Array;
  } = {},
): Promise<Uint8Array> {
  const { certificate, signer } = signers.signer;
  const attributes =
    more.attributes ??
    signedAttributes({
      messageDigest: await sha256(signed),
      certificateSha256: await sha256(certificate.der),
    });
  return buildSignedData({
    certificate,
    signedAttributes: attributes,
    signature: more.signature ?? (await signer.sign(attributes)),
    chain: [signers.authority.issuing.certificate.der],
    ...(more.inside && { encapsulated: { contentType: cmsOid.data, content: more.inside } }),
  });
}

async function judged(layout: Layout): Promise<Report> {
  const bytes = await laidOut(layout);
  return verify({ name: 'a.pdf', bytes, trust: signers.trust, at: judgedAt }, nodeEngine);
}

const attribute = (name: string, ...values: readonly Uint8Array[]) =>
  sequence(oid(name), setOf(...values));
const dataType = attribute(cmsOid.contentType, oid(cmsOid.data));
const field = plainBodies[30] ?? '';

describe('makers write', () => {
  const honest: Readonly<Record<string, Layout>> = {
    'the usual': {},
    'numbers with zeros in front': {
      says: (range) => `[${range.map((one) => String(one).padStart(8, '0')).join(' ')}]`,
    },
    'numbers with line ends between': { says: (range) => `[ ${range.join('\r\n')}\t]` },
    'upper-case hex': { hex: (hex) => hex.toUpperCase() },
    'hex in lines': { hex: (hex) => hex.replace(/(.{64})/g, '$1\n') },
    'hex filled with spaces': { hex: (hex) => hex.padEnd(hexDigits, ' ') },
    'no /Type': { value: (plain) => plain.replace('/Type /Sig', '') },
    'no time': { value: (plain) => plain.replace(/\/M \(.*?\)/, '') },
    'a handler of their own': { value: (plain) => plain.replace('Adobe.PPKLite', 'BJCA.PPKLite') },
    'the value inside the field': {
      bodies: { 31: '(none)', 30: field.replace('31 0 R', unsignedValue()) },
    },
    'no /SigFlags': { bodies: { 5: plainBodies[5]?.replace('/SigFlags 3', '') ?? '' } },
    'the form inside the catalogue': {
      bodies: { 1: `<< /Type /Catalog /Pages 2 0 R /AcroForm ${plainBodies[5] ?? ''} >>` },
    },
    'field and widget apart': {
      bodies: {
        3: `<< ${pageBody} /Annots ${annotations.replace('30 0 R', '61 0 R')} >>`,
        30: '<< /FT /Sig /T (signer) /V 31 0 R /Kids [61 0 R] >>',
        61: `<< ${widget} /Rect [300 100 400 150] /Parent 30 0 R /AP << /N 32 0 R >> >>`,
      },
    },
    'the kind of the field at its parent': {
      bodies: {
        5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 62 0 R] ${form} >>`,
        30: field.replace('/FT /Sig', '/Parent 62 0 R'),
        62: '<< /FT /Sig /T (group) /Kids [30 0 R] >>',
      },
    },
    'a name in UTF-16': {
      bodies: { 30: field.replace('(signer)', '<FEFF7B7E7AE0>') },
    },
    'no line end behind the end': { file: (draft) => draft.subarray(0, -1) },
    'two ends, both signed': { file: (draft) => concat(draft, fromLatin1('%%EOF\n')) },
    'a remark behind the end, signed': { file: (draft) => concat(draft, fromLatin1('% by X\n')) },
    'zeros behind the end, signed': { file: (draft) => concat(draft, new Uint8Array(200)) },
    'no encryption, said aloud': {
      file: (draft) =>
        fromLatin1(latin1(draft).replace('/Root 1 0 R', '/Encrypt null /Root 1 0 R')),
    },
    'a member twice, and the same': {
      value: (plain) => plain.replace('/Type /Sig', '/Type /Sig /Type /Sig'),
    },
    'half an octet of padding': {
      value: (plain) => plain.replace('/Contents <', '/Contents <0'),
    },
    'no certificate named': {
      message: async (signed) => {
        const digest = attribute(cmsOid.messageDigest, octetString(await sha256(signed)));
        return messageOver(signed, { attributes: setOf(dataType, digest) });
      },
    },
  };
  test.each(Object.entries(honest))('%s', async (_, layout) => {
    expect((await judged(layout)).flaws).toEqual([]);
  });

  test('bytes behind the message, which no signature covers: said', async () => {
    const { is, notices } = await judged({ hex: (hex) => `${hex}deadbeef` });
    expect([is, notices.some(({ code }) => code === 'spelling_unusual')]).toEqual(['valid', true]);
  });
});

describe('forgers write', () => {
  const other = utf8('another document');
  const [ecdsa256, ecdsa512] = ['ecdsa-sha256', 'ecdsa-sha512'] as const;
  /** RFC 6211 §2: what the signer says of the algorithms, once or more. */
  const protecting = async (
    signed: Uint8Array,
    names: readonly (typeof ecdsa256 | typeof ecdsa512)[],
    kind = 1,
  ): Promise<Uint8Array> => {
    const said = names.map((name) => {
      const parts = parseDer(signatureAlgorithmDer(name)).content;
      return sequence(hashAlgorithmDer('sha256'), contextConstructed(kind, parts));
    });
    const digest = attribute(cmsOid.messageDigest, octetString(await sha256(signed)));
    const algorithms = attribute(cmsOid.algorithmProtection, ...said);
    return messageOver(signed, { attributes: setOf(dataType, digest, algorithms) });
  };
  const range = (alter: (range: Range) => readonly number[]): Layout => ({ covers: alter });
  const value = (more: string): Layout => ({
    value: (plain) => plain.replace(/ >>$/, ` ${more} >>`),
  });
  const message = (make: Layout['message'] & object): Layout => ({ message: make });
  const forged: Readonly<Record<string, Layout>> = {
    'a third part that is left out': range(([, gap, to, rest]) => [
      0,
      99,
      200,
      gap - 200,
      to,
      rest,
    ]),
    'three parts, the last one empty': { says: (held) => `[${held.join(' ')} 0 0]` },
    'a start that is not the first byte': range(([, gap, to, rest]) => [5, gap - 5, to, rest]),
    'a wider gap in front': range(([, gap, to, rest]) => [0, gap - 12, to, rest]),
    'a wider gap behind': range(([, gap, to, rest]) => [0, gap, to + 3, rest - 3]),
    'parts that overlap': range(([, gap, to, rest]) => [0, gap, to - 9000, rest + 9000]),
    'an end before the end': range(([, gap, to, rest]) => [0, gap, to, rest - 20]),
    'an end behind the end': { says: ([, gap, to, rest = 0]) => `[0 ${gap} ${to} ${rest + 9}]` },
    'a second message in other letters': value('/Content#73 <3000>'),
    'a second range in other letters': value('/Byte#52ange [0 1 2 3]'),
    'a member twice, and another': value('/Filter /Other'),
    'a second way to read it': value('/SubFilter /adbe.pkcs7.sha1'),
    'a second value': {
      bodies: { 30: field.replace('31 0 R', '31 0 R /V 60 0 R'), 60: '<< /Type /Sig >>' },
    },
    'a message with a content of its own': message(async () => {
      return messageOver(other, { inside: other });
    }),
    'a content of its own, and the digest of the file': message((signed) => {
      return messageOver(signed, { inside: other });
    }),
    'the type of a time-stamp': message(async (signed) => {
      const attributes = signedAttributes({
        contentType: cmsOid.timestampInfo,
        messageDigest: await sha256(signed),
        certificateSha256: await sha256(signers.signer.certificate.der),
      });
      return messageOver(signed, { attributes });
    }),
    'the certificate of another': message(async (signed) => {
      const { der } = signers.authority.issuing.certificate;
      const digests = { messageDigest: await sha256(signed), certificateSha256: await sha256(der) };
      return messageOver(signed, { attributes: signedAttributes(digests) });
    }),
    'two digests': message(async (signed) => {
      const digests = [signed, other].map(async (one) => octetString(await sha256(one)));
      const both = attribute(cmsOid.messageDigest, ...(await Promise.all(digests)));
      return messageOver(signed, { attributes: setOf(dataType, both) });
    }),
    'a value of zeros': message((signed) => {
      return messageOver(signed, { signature: sequence(integer(0), integer(0)) });
    }),
    'no value': message((signed) => messageOver(signed, { signature: new Uint8Array() })),
    'a range of fractions': { says: (held) => `[${held.map((one) => `${one}.0`).join(' ')}]` },
    'letters between the digits': { hex: (hex) => hex.replace(/(.{64})/, '$1z') },
    'another /Type': { value: (plain) => plain.replace('/Type /Sig', '/Type /Foo') },
    'a message that is a token in name': message(async (signed) => {
      const type = cmsOid.timestampInfo;
      const digests = {
        messageDigest: await sha256(signed),
        certificateSha256: await sha256(signers.signer.certificate.der),
      };
      const attributes = signedAttributes({ ...digests, contentType: type });
      const [name, explicit] = parseDer(await messageOver(signed, { attributes })).children;
      const parts = (explicit?.children[0]?.children ?? []).map(({ der }) => der);
      parts[2] = sequence(oid(type));
      return sequence(name?.der ?? new Uint8Array(), contextConstructed(0, sequence(...parts)));
    }),
    'attributes without a content type': message(async (signed) => {
      const digest = attribute(cmsOid.messageDigest, octetString(await sha256(signed)));
      return messageOver(signed, { attributes: setOf(digest) });
    }),
    'a content type without a value': message(async (signed) => {
      const digest = attribute(cmsOid.messageDigest, octetString(await sha256(signed)));
      return messageOver(signed, { attributes: setOf(attribute(cmsOid.contentType), digest) });
    }),
    'the algorithms of another signature': message((signed) => protecting(signed, [ecdsa512])),
    'the algorithms twice': message((signed) => protecting(signed, [ecdsa256, ecdsa256])),
    'the algorithms of a MAC': message((signed) => protecting(signed, [ecdsa256], 2)),
    'attributes without a digest': message((signed) => {
      return messageOver(signed, { attributes: setOf(dataType) });
    }),
  };
  test.each(Object.entries(forged))('%s', async (_, layout) => {
    const { is, flaws } = await judged(layout);
    expect([is, flaws.length > 0]).toEqual(['invalid', true]);
  });

  test('the attributes of a message as the content of another', async () => {
    const { certificate, signer } = signers.signer;
    const attributes = signedAttributes({
      messageDigest: await sha256(other),
      certificateSha256: await sha256(certificate.der),
    });
    const serial = parseDer(certificate.tbs).children[1]?.der ?? new Uint8Array();
    const shown = async (content: Uint8Array): Promise<Report> => {
      const one = sequence(
        integer(1),
        sequence(certificate.issuer.der, serial),
        hashAlgorithmDer('sha256'),
        signatureAlgorithmDer('ecdsa-sha256'),
        octetString(await signer.sign(content)),
      );
      const bag = concat(certificate.der, signers.authority.issuing.certificate.der);
      const data = sequence(
        integer(1),
        setOf(hashAlgorithmDer('sha256')),
        sequence(oid(cmsOid.data), contextConstructed(0, octetString(content))),
        contextConstructed(0, bag),
        setOf(one),
      );
      const bytes = sequence(oid(cmsOid.signedData), contextConstructed(0, data));
      return verify({ name: 'a.p7m', bytes, trust: signers.trust, at: judgedAt }, nodeEngine);
    };
    expect((await shown(other)).flaws).toEqual([]);
    const stripped = await shown(attributes);
    expect([stripped.is, stripped.because]).toEqual(['invalid', 'content_type_differs']);
  });
});
