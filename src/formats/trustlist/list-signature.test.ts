import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import type { Signer } from '#formats/crypto';
import { DerReader, integerOf, parseDer, tag } from '#formats/der';
import { buildCertificate, buildName, type Certificate, noRevAvail } from '#formats/x509';
import { checkListSignature } from './index.ts';

const day = 86_400_000;
interface Person {
  readonly signer: Signer;
  readonly certificate: Certificate;
}
async function person(): Promise<Person> {
  const signer = softSigner(generateSoftKey('p256'));
  const name = buildName([['commonName', 'scheme operator']]);
  const life = { notBefore: instantFromMs(0), notAfter: instantFromMs(day) };
  const names = { serial: Uint8Array.of(7), issuer: name, subject: name };
  const draft = { ...names, ...life, publicKey: signer.publicKey, extensions: [noRevAvail()] };
  return { signer, certificate: await buildCertificate(draft, signer) };
}

/** As makers write it, and the one spelling that is signed, set by hand. */
const list = (signature: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!-- by hand -->\n<TrustServiceStatusList  TSLTag='x' xmlns="http://uri.etsi.org/02231/v2#" Id="l"><a b="2" a = "1"/>\n<c>5 &gt; 4</c>${signature}</TrustServiceStatusList>\n`;
const canonicalList =
  '<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" Id="l" TSLTag="x"><a a="1" b="2"></a>\n<c>5 &gt; 4</c></TrustServiceStatusList>';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const properties = '<p:SignedProperties xmlns:p="urn:p" Id="props">by whom</p:SignedProperties>';

function reference(uri: string, digest: string, transforms: readonly string[]): string {
  const each = transforms.map((one) => `<ds:Transform Algorithm="${one}"></ds:Transform>`).join('');
  return `<ds:Reference URI="${uri}"><ds:Transforms>${each}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference>`;
}

const sha256 = async (text: string) => toBase64(await nodeEngine.digest('sha256', utf8(text)));

/** r and s one behind the other, of 32 octets each. */
function rawOf(der: Uint8Array): string {
  const reader = new DerReader(parseDer(der), tag.sequence);
  const hex = [1, 2].map(() => integerOf(reader.next(tag.integer)).toString(16).padStart(64, '0'));
  return toBase64(Uint8Array.from(hex.join('').match(/../g) ?? [], (one) => Number(`0x${one}`)));
}

async function signed(
  { signer }: Person,
  wish: { readonly whole?: string; readonly references?: string } = {},
): Promise<string> {
  const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
  const whole = reference('', wish.whole ?? (await sha256(canonicalList)), [enveloped, exclusive]);
  const part = reference('#props', await sha256(properties), [exclusive]);
  const inside = `<ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"></ds:SignatureMethod>${wish.references ?? whole + part}`;
  const apex = `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${inside}</ds:SignedInfo>`;
  const value = rawOf(await signer.sign(utf8(apex)));
  return list(
    `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>${inside}</ds:SignedInfo>\n<ds:SignatureValue>${value}</ds:SignatureValue><ds:Object>${properties}</ds:Object></ds:Signature>`,
  );
}

let operator: Person;
let stranger: Person;
beforeAll(async () => {
  operator = await person();
  stranger = await person();
});

const said = (text: string, who: readonly Person[] = [operator]) =>
  checkListSignature(
    utf8(text),
    who.map(({ certificate }) => certificate),
    nodeEngine,
  );

describe('the signature of a trusted list', () => {
  test('holds by one of those who are believed, however the list is spelt', async () => {
    const honest = await signed(operator);
    expect(await said(honest, [stranger, operator])).toMatchObject({ is: 'valid' });
    const spelt = honest
      .replace(' a = "1"', "\n   a='&#49;'")
      .replace('5 &gt; 4', '5 > 4<!-- x -->');
    expect(await said(spelt)).toMatchObject({ is: 'valid' });
    expect(await said(honest, [stranger])).toMatchObject({ is: 'stranger' });
    expect(fromUtf8(utf8(honest))).toBe(honest);
  });

  test.each<[string, string, (honest: string) => string]>([
    ['another word in the list', 'broken', (text) => text.replace('5 &gt;', '6 &gt;')],
    ['another attribute', 'broken', (text) => text.replace('b="2"', 'b="3"')],
    ['one more service', 'broken', (text) => text.replace('<c>', '<d/><c>')],
    ['another namespace', 'broken', (text) => text.replace('02231/v2#', '02231/v3#')],
    ['other properties', 'broken', (text) => text.replace('by whom', 'by me')],
    ['the properties twice', 'broken', (text) => text.replace('</c>', `</c>${properties}`)],
    ['another value', 'stranger', (text) => text.replace(/(<ds:SignatureValue>)..../, '$1AAAA')],
    ['no signature', 'missing', () => list('')],
    [
      'a second signature',
      'not_supported',
      (text) => text.replace(/<ds:Signature .*<\/ds:Signature>/s, '$&$&'),
    ],
    ['an instruction', 'not_supported', (text) => text.replace('<c>', '<?x y?><c>')],
    ['no XML', 'broken', () => '<a'],
  ])('%s: %s', async (_, is, change) => {
    const honest = await signed(operator);
    expect(change(honest)).not.toBe(honest);
    expect(await said(change(honest))).toMatchObject({ is });
  });

  test('over a part alone, or in another form, proves nothing', async () => {
    const part = reference('#props', await sha256(properties), [exclusive]);
    expect(await said(await signed(operator, { references: part }))).toMatchObject({
      is: 'broken',
    });
    const bare = reference('', await sha256(canonicalList), [exclusive]);
    expect(await said(await signed(operator, { references: bare }))).toMatchObject({
      is: 'not_supported',
    });
    const other = await signed(operator, { whole: await sha256('another list') });
    expect(await said(other)).toMatchObject({ is: 'broken' });
  });
});
