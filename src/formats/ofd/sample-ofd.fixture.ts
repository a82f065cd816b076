/**
 * Small OFD files signed with a key of the test, in each shape that is found in the field.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import type { Signer } from '#formats/crypto';
import {
  bitString,
  contextConstructed,
  generalizedTime,
  integer,
  nullValue,
  octetString,
  oid,
  parseDer,
  sequence,
  setOf,
  utf8String,
} from '#formats/der';
import { sm2SignatureFromDer } from '#formats/sm2';
import { buildCertificate, buildName, type Certificate, noRevAvail } from '#formats/x509';

export type Shape =
  | 'v4'
  | 'v4 raw'
  | 'v1'
  | 'cms digest inside'
  | 'cms attributes'
  | 'cms detached'
  | 'bare';

export type Files = Readonly<Record<string, Uint8Array>>;

const sm2WithSm3 = oid('1.2.156.10197.1.501');
const sm3 = sequence(oid('1.2.156.10197.1.401'), nullValue());
const day = 86_400_000;
const noon = Date.UTC(2025, 5, 1, 4);
const namespace = 'xmlns:ofd="http://www.ofdspec.org/2016"';

export interface Person {
  readonly signer: Signer;
  readonly certificate: Certificate;
}

export async function person(name: string): Promise<Person> {
  const signer = softSigner(generateSoftKey('sm2'));
  const subject = buildName([['commonName', name]]);
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(7),
      issuer: subject,
      subject,
      notBefore: instantFromMs(noon - day),
      notAfter: instantFromMs(noon + day),
      publicKey: signer.publicKey,
      extensions: [noRevAvail()],
    },
    signer,
  );
  return { signer, certificate };
}

export interface Sample {
  readonly shape: Shape;
  readonly sealer: Person;
  readonly maker: Person;
  /** Who the seal says may use it; the sealer unless given. */
  readonly holder?: Person;
  readonly sealedAtMs?: number;
  /** The identifier of the seal's and the sealer's algorithm; 1.2.156.10197.1.501 unless given. */
  readonly algorithm?: '1.2.156.10197.1.501' | '1.2.156.10197.1.301.1' | '1.2.156.10197.1.301';
  /** The digest of the references; SM3 unless given. */
  readonly reference?: 'sm3' | 'sha1' | 'md5' | 'sha256';
  /** How the maker spells each of the XML files, before anything is signed. */
  readonly spell?: (xml: string, name: string) => string;
  /** The name of the page's file; Content.xml unless given. */
  readonly page?: string;
  /** How the page's letters are written; UTF-8 unless given. */
  readonly encoding?: 'utf16le' | undefined;
}

function named({ algorithm }: Sample): Uint8Array {
  return algorithm === undefined ? sm2WithSm3 : oid(algorithm);
}

const documentXml = `<ofd:Document ${namespace}><ofd:CommonData><ofd:PageArea/></ofd:CommonData>
<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>`;

/** The files of a signed OFD. */
export async function sampleFiles(sample: Sample): Promise<Files> {
  const { spell = (xml: string): string => xml, page = 'Content.xml', encoding = 'utf8' } = sample;
  const written = (name: string, xml: string): Uint8Array => utf8(spell(xml, name));
  const content: Record<string, Uint8Array> = {
    'OFD.xml': written(
      'OFD.xml',
      `<ofd:OFD ${namespace}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>` +
        '<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>',
    ),
    'Doc_0/Document.xml': written('Document.xml', documentXml.replace('Content.xml', page)),
    [`Doc_0/Pages/Page_0/${page}`]: new Uint8Array(
      Buffer.from(spell(`<ofd:Page ${namespace}>借款一万元</ofd:Page>`, 'Content.xml'), encoding),
    ),
  };
  const references = await Promise.all(
    Object.entries(content).map(async ([name, bytes]) => {
      const value = toBase64(await nodeEngine.digest(sample.reference ?? 'sm3', bytes));
      const check = `<ofd:CheckValue>${value}</ofd:CheckValue>`;
      return `<ofd:Reference FileRef="/${name}">${check}</ofd:Reference>`;
    }),
  );
  const signatureXml = written(
    'Signature.xml',
    `<ofd:Signature ${namespace}><ofd:SignedInfo><ofd:Provider ProviderName="test"/>` +
      '<ofd:SignatureDateTime>2025-06-01 12:00:00</ofd:SignatureDateTime>' +
      `<ofd:References CheckMethod="${(sample.reference ?? 'sm3').toUpperCase()}">${references.join('')}</ofd:References>` +
      '<ofd:StampAnnot ID="1" PageRef="1" Boundary="10 10 40 40"/></ofd:SignedInfo>' +
      '<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>',
  );
  return {
    ...content,
    'Doc_0/Signs/Signatures.xml': written(
      'Signatures.xml',
      `<ofd:Signatures ${namespace}><ofd:MaxSignId>1</ofd:MaxSignId>` +
        '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>',
    ),
    'Doc_0/Signs/Sign_0/Signature.xml': signatureXml,
    'Doc_0/Signs/Sign_0/SignedValue.dat': await valueOf(sample, signatureXml),
  };
}

async function valueOf(sample: Sample, data: Uint8Array): Promise<Uint8Array> {
  const { shape, sealer } = sample;
  if (shape === 'bare') return sealer.signer.sign(data);
  if (shape.startsWith('cms')) return messageOf(sample, data);
  const isNew = shape !== 'v1';
  const time = generalizedTime(instantFromMs(sample.sealedAtMs ?? noon));
  const parts = [
    integer(isNew ? 4 : 1),
    await sealDer(sample),
    isNew ? time : bitString(time),
    bitString(await nodeEngine.digest('sm3', data)),
    utf8String('/Doc_0/Signs/Sign_0/Signature.xml'),
  ];
  const who = [octetString(sealer.certificate.der), named(sample)];
  const toSign = sequence(...parts, ...(isNew ? [] : who));
  const signature = await sealer.signer.sign(toSign);
  const written = shape === 'v4 raw' ? (sm2SignatureFromDer(signature) ?? signature) : signature;
  return sequence(toSign, ...(isNew ? who : []), bitString(written));
}

async function sealDer(sample: Sample): Promise<Uint8Array> {
  const { shape, sealer, maker, holder } = sample;
  const isNew = shape !== 'v1';
  const times = [noon - day, noon - day, noon + day].map((ms) =>
    generalizedTime(instantFromMs(ms)),
  );
  const list = sequence(octetString((holder ?? sealer).certificate.der));
  const property = [
    integer(1),
    utf8String('测试章'),
    ...(isNew ? [integer(1)] : []),
    list,
    ...times,
  ];
  const information = sequence(
    sequence(utf8String('ES'), integer(isNew ? 4 : 1), utf8String('test')),
    utf8String('0001'),
    sequence(...property),
    sequence(utf8String('png'), octetString(Uint8Array.of(1)), integer(40), integer(40)),
  );
  const who = [octetString(maker.certificate.der), named(sample)];
  const signed = isNew ? information : sequence(information, ...who);
  const signature = bitString(await maker.signer.sign(signed));
  return isNew
    ? sequence(information, ...who, signature)
    : sequence(information, sequence(...who, signature));
}

/** GB/T 35275 in the shapes of real makers. */
async function messageOf({ shape, sealer }: Sample, data: Uint8Array): Promise<Uint8Array> {
  const digest = await nodeEngine.digest('sm3', data);
  const hasAttributes = shape === 'cms attributes';
  const dataType = oid(hasAttributes ? '1.2.840.113549.1.7.1' : '1.2.156.10197.6.1.4.2.1');
  const attribute = (name: string, value: Uint8Array) => sequence(oid(name), setOf(value));
  const attributes = setOf(
    attribute('1.2.840.113549.1.9.3', dataType),
    attribute('1.2.840.113549.1.9.4', octetString(digest)),
  );
  const inside = shape === 'cms digest inside';
  const message = hasAttributes ? attributes : inside ? digest : data;
  const signature = await sealer.signer.sign(message);
  const { certificate } = sealer;
  const signer = sequence(
    integer(1),
    sequence(certificate.issuer.der, integer(7)),
    sm3,
    ...(hasAttributes ? [contextConstructed(0, parseDer(attributes).content)] : []),
    sequence(oid(hasAttributes ? '1.2.156.10197.1.301.1' : '1.2.156.10197.1.501')),
    octetString(inside ? (sm2SignatureFromDer(signature) ?? signature) : signature),
  );
  const signedData = sequence(
    integer(1),
    setOf(sm3),
    sequence(dataType, ...(inside ? [contextConstructed(0, octetString(digest))] : [])),
    contextConstructed(0, certificate.der),
    setOf(signer),
  );
  return sequence(oid('1.2.156.10197.6.1.4.2.2'), contextConstructed(0, signedData));
}
