/**
 * The XML signature of a trusted list (ETSI TS 119 612 §5.7.1, XML-Signature §3.2): an enveloped
 * one over the whole list, in exclusive canonical form.
 *
 * Whom to believe is the caller's question: the certificate is one that was handed in, and the one
 * in the list itself is not looked at.
 */
import { equal, fromBase64, fromUtf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { Engine, HashName, SignatureAlgorithm } from '#formats/crypto';
import { integer, sequence } from '#formats/der';
import type { Certificate } from '#formats/x509';
import {
  attributeOf,
  canonicalXml,
  elementAt,
  elementOf,
  elementsOf,
  hasInstructions,
  readXml,
  textIn,
  type XmlElement,
} from '#formats/xml';

/** Who signed a list; or that nobody we know did, that it was changed, or that we cannot say. */
export type ListSignature =
  | { readonly is: 'valid'; readonly signer: Certificate }
  | {
      readonly is: 'stranger' | 'broken' | 'not_supported' | 'missing';
      readonly detail: string;
    };

const dsig = 'http://www.w3.org/2000/09/xmldsig#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const mask = 'http://www.w3.org/2007/05/xmldsig-more#';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = `${dsig}enveloped-signature`;
const referencesMax = 16;

const methods: Readonly<Record<string, SignatureAlgorithm>> = {
  [`${more}rsa-sha256`]: 'rsa-pkcs1-sha256',
  [`${more}rsa-sha384`]: 'rsa-pkcs1-sha384',
  [`${more}rsa-sha512`]: 'rsa-pkcs1-sha512',
  [`${more}ecdsa-sha256`]: 'ecdsa-sha256',
  [`${more}ecdsa-sha384`]: 'ecdsa-sha384',
  [`${more}ecdsa-sha512`]: 'ecdsa-sha512',
  [`${mask}sha256-rsa-MGF1`]: 'rsa-pss-sha256-sha256-32',
  [`${mask}sha384-rsa-MGF1`]: 'rsa-pss-sha384-sha384-48',
  [`${mask}sha512-rsa-MGF1`]: 'rsa-pss-sha512-sha512-64',
};
/** SHA-1 says nothing any more about a list of today. */
const digests: Readonly<Record<string, HashName>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  [`${more}sha384`]: 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

/** Is the list, as it stands, signed by one of `signers`? */
export async function checkListSignature(
  bytes: Uint8Array,
  signers: readonly Certificate[],
  engine: Engine,
): Promise<ListSignature> {
  try {
    return await new ListCheck(bytes, engine).by(signers);
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return { is: 'broken', detail: faultCode(thrown) ?? '' };
  }
}

class ListCheck {
  readonly #engine: Engine;
  readonly #root: XmlElement;
  readonly #isPlain: boolean;

  constructor(bytes: Uint8Array, engine: Engine) {
    this.#engine = engine;
    this.#root = readXml(bytes);
    this.#isPlain = !hasInstructions(fromUtf8(bytes).trimStart());
  }

  async by(signers: readonly Certificate[]): Promise<ListSignature> {
    const signatures = elementsOf(this.#root, 'Signature', dsig);
    const [signature] = signatures;
    const signed = signature && elementOf(signature, 'SignedInfo', dsig);
    if (signature === undefined || signed === undefined) {
      return { is: 'missing', detail: 'the list is not signed' };
    }
    if (signatures.length > 1) return { is: 'not_supported', detail: 'two signatures' };
    if (!this.#isPlain) return { is: 'not_supported', detail: 'processing instructions' };
    const odd = await this.#references(signature, signed);
    if (odd !== undefined) return odd;
    return this.#value(signature, signed, signers);
  }

  /** One of the references is the whole list; all have the digests that are signed. */
  async #references(
    signature: XmlElement,
    signed: XmlElement,
  ): Promise<Exclude<ListSignature, { is: 'valid' }> | undefined> {
    const references = elementsOf(signed, 'Reference', dsig);
    const isWhole = references.some((one) => attributeOf(one, 'URI') === '');
    if (!isWhole || references.length > referencesMax) {
      return { is: 'broken', detail: 'not over the whole list' };
    }
    for (const reference of references) {
      const uri = attributeOf(reference, 'URI') ?? '';
      const transforms = elementsOf(
        elementOf(reference, 'Transforms', dsig) ?? reference,
        'Transform',
        dsig,
      );
      const names = transforms.map((one) => attributeOf(one, 'Algorithm') ?? '');
      const hash = digests[algorithmOf(reference, 'DigestMethod')];
      if (hash === undefined || !areKnown(names, uri)) {
        return { is: 'not_supported', detail: `reference ${uri} ${names.join(' ')}` };
      }
      const target = uri === '' ? this.#root : identified(this.#root, uri.slice(1));
      if (target === undefined) return { is: 'broken', detail: `nothing is ${uri}` };
      const canonical = canonicalXml(this.#root, target, {
        inclusivePrefixes: prefixesOf(transforms),
        ...(uri === '' ? { without: signature } : {}),
      });
      const stated = fromBase64(blankless(elementOf(reference, 'DigestValue', dsig)));
      if (!equal(await this.#engine.digest(hash, canonical), stated)) {
        return { is: 'broken', detail: `${uri === '' ? 'the list' : uri} was changed` };
      }
    }
    return undefined;
  }

  async #value(
    signature: XmlElement,
    signed: XmlElement,
    signers: readonly Certificate[],
  ): Promise<ListSignature> {
    const method = elementOf(signed, 'CanonicalizationMethod', dsig);
    const algorithm = methods[algorithmOf(signed, 'SignatureMethod')];
    if (algorithmOf(signed, 'CanonicalizationMethod') !== exclusive || algorithm === undefined) {
      return { is: 'not_supported', detail: algorithmOf(signed, 'SignatureMethod') };
    }
    const inclusivePrefixes = prefixesOf(method === undefined ? [] : [method]);
    const message = canonicalXml(this.#root, signed, { inclusivePrefixes });
    const raw = fromBase64(blankless(elementOf(signature, 'SignatureValue', dsig)));
    const value = algorithm.startsWith('ecdsa') ? derOf(raw) : raw;
    for (const signer of signers) {
      const { publicKey } = signer;
      const check = { algorithm, publicKey, signature: value, message };
      if (await this.#engine.verify(check)) return { is: 'valid', signer };
    }
    return { is: 'stranger', detail: 'signed by nobody who was handed in' };
  }
}

function algorithmOf(parent: XmlElement, local: string): string {
  const element = elementOf(parent, local, dsig);
  return (element && attributeOf(element, 'Algorithm')) ?? '';
}

/** The whole list without its signature, or a part of the signature; both in exclusive form. */
function areKnown(transforms: readonly string[], uri: string): boolean {
  const wanted = uri === '' ? [enveloped, exclusive] : [exclusive];
  return (uri === '' || uri.startsWith('#')) && transforms.join(' ') === wanted.join(' ');
}

function prefixesOf(transforms: readonly XmlElement[]): readonly string[] {
  return transforms.flatMap((one) => {
    const list = elementAt(one, 'InclusiveNamespaces');
    const text = (list && attributeOf(list, 'PrefixList')) ?? '';
    return text.split(/\s+/).filter((prefix) => prefix !== '');
  });
}

/** The only element with this identifier: two of them would be an invitation to wrap one. */
function identified(root: XmlElement, id: string): XmlElement | undefined {
  const found: XmlElement[] = [];
  const search = (element: XmlElement): void => {
    if (attributeOf(element, 'Id') === id) found.push(element);
    for (const child of element.children) if (child.kind === 'element') search(child);
  };
  search(root);
  return found.length === 1 ? found[0] : undefined;
}

function blankless(element: XmlElement | undefined): string {
  return element === undefined ? '' : textIn(element).replaceAll(/\s/g, '');
}

/** XML-Signature §6.4.3 writes r and s one behind the other. */
function derOf(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  return sequence(integer(number(raw.subarray(0, half))), integer(number(raw.subarray(half))));
}

function number(part: Uint8Array): bigint {
  return part.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}
