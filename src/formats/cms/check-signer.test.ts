/** Messages that others read otherwise: what RFC 5652, 5035 and PKCS#7 1.5 say of each. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { compare, concat, utf8 } from '#base/bytes';
import { addSeconds, instantFromMs } from '#base/clock';
import {
  contextConstructed,
  integer,
  nullValue,
  octetString,
  oid,
  parseDer,
  sequence,
  setOf,
  tlv,
} from '#formats/der';
import { buildCertificate, buildName, signatureAlgorithmDer } from '#formats/x509';
import { checkSigner, cmsOid, readSignedData } from './index.ts';

const now = instantFromMs(1_795_000_000_000);
const key = softSigner(generateSoftKey('p256'));
const name = buildName([['commonName', 'signer']]);
const certificate = await buildCertificate(
  {
    serial: Uint8Array.of(7),
    issuer: name,
    subject: name,
    notBefore: now,
    notAfter: addSeconds(now, 60),
    publicKey: key.publicKey,
    extensions: [],
  },
  key,
);
const sha256 = oid('2.16.840.1.101.3.4.2.1');
const content = utf8('契约');
const digestOf = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const attribute = (id: string, value: Uint8Array) => sequence(oid(id), setOf(value));
const typed = attribute(cmsOid.contentType, oid(cmsOid.data));
const digested = attribute(cmsOid.messageDigest, octetString(digestOf(content)));
const own = octetString(digestOf(certificate.der));
const bound = (...ids: Uint8Array[]) => refersTo(sequence(sequence(...ids)));
const refersTo = (value: Uint8Array) => attribute(cmsOid.signingCertificateWithHash, value);

interface Shape {
  /** As they stand in the message; none where there is no field for them. */
  readonly written?: readonly Uint8Array[];
  /** As they are signed: those in DER, in order, unless said. */
  readonly signed?: readonly Uint8Array[];
  readonly type?: string;
}

/** What is found at the one signer of a message of this shape, warnings left out. */
async function foundIn({ written, signed = written, type = cmsOid.data }: Shape) {
  const over = signed === undefined ? content : tlv(0x31, ...signed.toSorted(compare));
  const field = written === undefined ? [] : [contextConstructed(0, ...written)];
  const signer = sequence(
    integer(1),
    sequence(name.der, integer(7)),
    sequence(sha256),
    ...field,
    signatureAlgorithmDer('ecdsa-sha256'),
    octetString(await key.sign(over)),
  );
  const parts = [integer(1), setOf(sequence(sha256)), sequence(oid(type))];
  const bag = contextConstructed(0, certificate.der);
  const whole = contextConstructed(0, sequence(...parts, bag, setOf(signer)));
  const bytes = sequence(oid(cmsOid.signedData), whole);
  const message = readSignedData(bytes, { profile: 'etsi' });
  const [only] = message.signers;
  if (only === undefined) throw new Error('no signer');
  const held = { digest: async () => digestOf(content), bytes: () => content };
  const checked = await checkSigner({ message, signer: only, content: held }, nodeEngine);
  return checked.findings.flatMap(({ code, weight }) => (weight === 'warning' ? [] : [code]));
}

/** The same value with an indefinite length. */
function open(value: Uint8Array): Uint8Array {
  const { children, tag } = parseDer(value);
  return concat(Uint8Array.of(tag, 0x80), ...children.map(({ der }) => der), new Uint8Array(2));
}

test.each<[string, Shape, readonly string[]]>([
  ['the usual', { written: [typed, digested, bound(sequence(own))] }, []],
  ['no attributes', {}, []],
  // RFC 5652 §5.3: they MUST be there where the content is anything but data.
  ['no attributes of a TSTInfo', { type: cmsOid.timestampInfo }, ['content_type_missing']],
  ['no attributes of a message', { type: cmsOid.signedData }, ['content_type_missing']],
  ['no attributes of GB/T 35275 data', { type: cmsOid.gmData }, []],
  // §5.4: signed is the DER, whatever stands in the message.
  [
    'BER that is signed as DER',
    { written: [typed, open(digested)], signed: [typed, digested] },
    [],
  ],
  ['BER that is signed as it is', { written: [typed, open(digested)] }, []],
  ['another in BER', { written: [typed, open(digested)], signed: [typed] }, ['signature_broken']],
  // RFC 5035 §3: the first one is the signer's certificate.
  ['no reference in the list', { written: [typed, digested, bound()] }, ['attribute_malformed']],
  ['no list', { written: [typed, digested, refersTo(sequence())] }, ['attribute_malformed']],
  ['no sequence', { written: [typed, digested, refersTo(nullValue())] }, ['attribute_malformed']],
  [
    'a digest that nobody knows',
    { written: [typed, digested, bound(sequence(sequence(oid('2.999.3')), own))] },
    ['algorithm_unknown'],
  ],
])('%s', async (_, shape, expected) => {
  expect(await foundIn(shape)).toEqual(expected);
});
