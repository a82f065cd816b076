/**
 * Cuts signatures out of a PDF for judges that want them as files, by the plainest reading there
 * is: the text `/ByteRange [a b c d]`, the hex between the two ranges, and DER lengths.
 */
export interface CutSignature {
  /** A time stamp over the whole document stands among the signatures. */
  readonly isStamp: boolean;
  /** The CMS without the zeros behind it. */
  readonly cms: Buffer;
  /** The bytes of both ranges, one after the other. */
  readonly content: Buffer;
  /** The SignatureValue: what the stamp is about. */
  readonly value: Buffer;
  /** The time-stamp token among the unsigned attributes, if there is one. */
  readonly stamp: Buffer | undefined;
}

interface Element {
  readonly tag: number;
  readonly whole: Buffer;
  readonly body: Buffer;
}

// id-aa-signatureTimeStampToken 1.2.840.113549.1.9.16.2.14
const stampAttribute = Buffer.from('060b2a864886f70d010910020e', 'hex');

export function cutSignatures(pdf: Buffer): CutSignature[] {
  const text = pdf.toString('latin1');
  const ranges = text.matchAll(/\/ByteRange\s*\[\s*([\d\s]+?)\s*\]/g);
  return [...ranges].map(({ index, 1: numbers = '' }) => {
    const object = text.slice(text.lastIndexOf(' obj', index), text.indexOf('endobj', index));
    const isStamp = /\/SubFilter\s*\/ETSI\.RFC3161/.test(object);
    const [a = 0, b = 0, c = 0, d = 0] = numbers.split(/\s+/).map(Number);
    const hex = pdf
      .subarray(a + b, c)
      .toString('latin1')
      .replaceAll(/[<>\s]/g, '');
    const cms = elementAt(Buffer.from(hex, 'hex')).whole;
    const content = Buffer.concat([pdf.subarray(a, a + b), pdf.subarray(c, c + d)]);
    return { isStamp, cms, content, ...signerOf(cms) };
  });
}

function signerOf(cms: Buffer): { value: Buffer; stamp: Buffer | undefined } {
  // ContentInfo { oid, [0] SignedData { …, signerInfos SET { SignerInfo } } }
  const signedData = elementAt(childrenOf(elementAt(cms).body)[1]?.body ?? Buffer.alloc(0));
  const signerInfos = childrenOf(signedData.body).at(-1);
  const parts = childrenOf(elementAt(signerInfos?.body ?? Buffer.alloc(0)).body);
  const value = parts.find(({ tag }) => tag === 0x04)?.body ?? Buffer.alloc(0);
  const unsigned = parts.find(({ tag }) => tag === 0xa1)?.body ?? Buffer.alloc(0);
  const attribute = childrenOf(unsigned).find(({ body }) => {
    return body.subarray(0, stampAttribute.length).equals(stampAttribute);
  });
  const values = attribute === undefined ? undefined : childrenOf(attribute.body)[1];
  return { value, stamp: values === undefined ? undefined : elementAt(values.body).whole };
}

function childrenOf(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const element = elementAt(rest);
    found.push(element);
    rest = rest.subarray(element.whole.length);
  }
  return found;
}

function elementAt(bytes: Buffer): Element {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw new Error('the DER ends too early');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes);
  const start = 2 + lengthBytes;
  return {
    tag,
    whole: bytes.subarray(0, start + length),
    body: bytes.subarray(start, start + length),
  };
}
