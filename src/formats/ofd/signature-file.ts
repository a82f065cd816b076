/**
 * Reads Signatures.xml and Signature.xml (GB/T 33190 §18) in any namespace, for makers use two.
 */
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import {
  attributeOf,
  elementAt,
  elementOf,
  elementsOf,
  readXml,
  textIn,
  type XmlElement,
} from '#formats/xml';

/** A line of Signatures.xml. */
export interface ListedSignature {
  readonly id: string;
  /** `Seal` unless stated (GB/T 33190 table 77). */
  readonly type: string;
  readonly location: string;
}

/** What Signature.xml says. */
export interface SignatureFile {
  readonly provider: string;
  readonly method: string;
  /** The time as it is written. */
  readonly statedTime: string;
  readonly checkMethod: string;
  readonly references: readonly { readonly path: string; readonly checkValue: string }[];
  readonly stamps: readonly StampPlace[];
  readonly sealLocation: string | undefined;
  readonly valueLocation: string | undefined;
}

/** Where a seal's picture stands: a page's identifier, a box in mm and what is cut out of it. */
export interface StampPlace {
  readonly id: string;
  readonly page: string;
  readonly boundary: string;
  readonly clip: string | undefined;
}

const signaturesMax = 200;
const referencesMax = 20_000;

export function readSignatureList(bytes: Uint8Array): {
  readonly maxId: string;
  readonly signatures: readonly ListedSignature[];
} {
  const root = readXml(bytes);
  const list = elementsOf(root, 'Signature');
  if (root.local !== 'Signatures' || list.length > signaturesMax) throw malformed('Signatures.xml');
  const max = elementOf(root, 'MaxSignId');
  return {
    maxId: max === undefined ? '' : textIn(max).trim(),
    signatures: list.map((one) => ({
      id: attributeOf(one, 'ID') ?? '',
      type: attributeOf(one, 'Type') ?? 'Seal',
      location: attributeOf(one, 'BaseLoc') ?? '',
    })),
  };
}

export function readSignatureFile(bytes: Uint8Array): SignatureFile {
  const root = readXml(bytes);
  const information = elementOf(root, 'SignedInfo');
  if (root.local !== 'Signature' || information === undefined) throw malformed('Signature.xml');
  const provider = elementOf(information, 'Provider');
  const list = elementOf(information, 'References');
  const references = list === undefined ? [] : elementsOf(list, 'Reference');
  if (references.length > referencesMax) throw malformed('References');
  return {
    provider: ['ProviderName', 'Version', 'Company']
      .flatMap((name) => (provider && attributeOf(provider, name)) ?? [])
      .join(' '),
    method: textAt(information, 'SignatureMethod') ?? '',
    statedTime: textAt(information, 'SignatureDateTime') ?? '',
    // GB/T 33190 table 79: MD5 unless stated.
    checkMethod: (list && attributeOf(list, 'CheckMethod')) ?? 'MD5',
    references: references.map((one) => ({
      path: attributeOf(one, 'FileRef') ?? '',
      checkValue: (textAt(one, 'CheckValue') ?? '').replaceAll(/\s/g, ''),
    })),
    stamps: elementsOf(information, 'StampAnnot').map((one) => ({
      id: attributeOf(one, 'ID') ?? '',
      page: attributeOf(one, 'PageRef') ?? '',
      boundary: attributeOf(one, 'Boundary') ?? '',
      clip: attributeOf(one, 'Clip'),
    })),
    sealLocation: textAt(information, 'Seal', 'BaseLoc'),
    valueLocation: textAt(root, 'SignedValue'),
  };
}

/** `20200723130907.763Z`, `2020-06-20 17:18:49`, `2024-01-01T00:00:00`: China's time unless Z. */
export function statedInstant(text: string): Instant | undefined {
  const digits = text.trim().replaceAll(/[-:T /]/g, '');
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?(?:\.\d+)?(Z)?$/.exec(digits);
  if (match === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', zulu] = match;
  const zone = zulu === undefined ? '+08:00' : 'Z';
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isSafeInteger(ms) ? instantFromMs(ms) : undefined;
}

function textAt(parent: XmlElement, ...path: readonly string[]): string | undefined {
  const found = elementAt(parent, ...path);
  const text = found === undefined ? '' : textIn(found).trim();
  return text === '' ? undefined : text;
}

function malformed(why: string): Fault {
  return new Fault('ofd.malformed', { why });
}
