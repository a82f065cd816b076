/**
 * Distinguished names (X.501, RFC 5280 §4.1.2.4). Two names written by this house are the same when
 * their bytes are; foreign ones by `nameKey`, the comparison of RFC 5280 §7.1.
 */
import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  type Der,
  DerReader,
  oid,
  oidOf,
  parseDer,
  printableString,
  sequence,
  setOf,
  tag,
  textOf,
  utf8String,
} from '#formats/der';
import { attributeOid } from './oids.ts';

export interface Name {
  readonly der: Uint8Array;
  /** For people, in the order of the bytes: `C=CN, O=…, CN=…`. */
  readonly text: string;
  readonly attributes: readonly NameAttribute[];
  /** The same attributes, by relative name. */
  readonly relative: readonly (readonly NameAttribute[])[];
  /** One text for all spellings of the name; the empty name's is empty. See `nameKey`. */
  readonly key: string;
}

/** One type and value of a name; a value that is no text stands as `#` and the hex of its DER. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: string;
  readonly isText: boolean;
}

export type NamePart = keyof typeof attributeOid;

const textMax = 256;
/** What compatibility forms and runs of spaces do not change. */
const simpleText = /^[!-~]+(?: [!-~]+)*$/;

/**
 * RFC 4518 §2.2: what nobody sees is mapped to nothing, or a subject could step out of an excluded
 * subtree by a soft hyphen. Controls that are spaces stay.
 */
const unseen =
  /\u034f|\u1806|[\u180b-\u180d]|[\ufe00-\ufe0f]|\ufffc|(?![\t-\r\u0085])[\p{Cc}\p{Cf}]/gu;
/** Letters that another letter stands for when case does not count. */
const capitals = /[\p{Lu}\p{Ll}\p{Lt}]/gu;

/** RFC 5280 appendix A.1 makes these two PrintableString; everything else is UTF8String. */
const printableParts: readonly NamePart[] = ['country', 'serialNumber'];

const labels: Readonly<Record<NamePart, string>> = {
  commonName: 'CN',
  serialNumber: 'serialNumber',
  country: 'C',
  locality: 'L',
  organization: 'O',
  organizationalUnit: 'OU',
  organizationIdentifier: 'organizationIdentifier',
};

/** One attribute per relative name, in the order given. */
export function buildName(parts: readonly (readonly [NamePart, string])[]): Name {
  const relative = parts.map(([part, value]) => {
    if (value === '' || value.length > textMax) {
      throw new Fault('x509.unsuitable', { why: `name part ${part}` });
    }
    const text = printableParts.includes(part) ? printableString(value) : utf8String(value);
    return setOf(sequence(oid(attributeOid[part]), text));
  });
  return parseName(parseDer(sequence(...relative)));
}

export function parseName(value: Der): Name {
  const relative: NameAttribute[][] = [];
  const relativeNames = new DerReader(value, tag.sequence);
  while (relativeNames.more) {
    const pairs = relativeNames.enter(tag.set);
    const attributes: NameAttribute[] = [];
    do {
      const pair = pairs.enter(tag.sequence);
      const attribute = oidOf(pair.next(tag.oid));
      attributes.push({ oid: attribute, ...attributeValue(pair.any()) });
      pair.end();
    } while (pairs.more);
    relative.push(attributes);
  }
  const attributes = relative.flat();
  const text = attributes.map((one) => `${labelOf(one.oid)}=${one.value}`).join(', ');
  const key = relativeKeys({ relative }).join('');
  return { der: value.der, text, attributes, relative, key };
}

/** Values outside the directory string types are legal (X.501) and only compared, never read. */
function attributeValue(value: Der): { value: string; isText: boolean } {
  try {
    return { value: textOf(value), isText: true };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { value: `#${toHex(value.der)}`, isText: false };
  }
}

/**
 * One text for all spellings of a name (RFC 5280 §7.1 and RFC 4518: letter case, string type,
 * compatibility forms and runs of spaces do not matter). The empty name is the empty text.
 */
export function nameKey(name: Name): string {
  return name.key;
}

/** The keys of the relative names, for a subtree is a beginning of them (RFC 5280 §4.2.1.10). */
export function relativeKeys({ relative }: Pick<Name, 'relative'>): readonly string[] {
  return relative.map((attributes) => {
    const keys = attributes.map(({ oid: type, value, isText }) => {
      const text = isText ? foldedText(value) : value;
      // The length stands in front, so that no value can pretend to be two.
      return `${type}${isText ? '=' : '#'}${text.length}:${text}`;
    });
    return `{${keys.toSorted().join('+')}}`;
  });
}

function foldedText(value: string): string {
  if (simpleText.test(value)) return value.toLowerCase();
  const mapped = value.replaceAll(unseen, '').normalize('NFKC').replaceAll(capitals, foldedLetter);
  return mapped.replaceAll(/[\s\u0085]+/g, ' ').trim();
}

/** RFC 3454 table B.2: `ß` is `ss`, and the sigma that ends a word is the sigma within it. */
function foldedLetter(letter: string): string {
  const upper = letter.toUpperCase();
  const isSeveral = upper.length > letter.length;
  return (isSeveral ? upper : letter).toLowerCase().replaceAll('ς', 'σ');
}

/** The only value of a part; undefined if it is missing or given twice. */
export function namePart(name: Name, part: NamePart): string | undefined {
  const found = name.attributes.filter((one) => one.oid === attributeOid[part]);
  return found.length === 1 ? found[0]?.value : undefined;
}

function labelOf(dotted: string): string {
  const parts = Object.keys(attributeOid) as NamePart[];
  const part = parts.find((one) => attributeOid[one] === dotted);
  return part === undefined ? dotted : labels[part];
}
