/**
 * Distinguished names (X.501, RFC 5280 §4.1.2.4). Two names are the same when their bytes are.
 */
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
}

interface NameAttribute {
  readonly oid: string;
  readonly value: string;
}

export type NamePart = keyof typeof attributeOid;

const textMax = 256;

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
  const attributes: NameAttribute[] = [];
  const relativeNames = new DerReader(value, tag.sequence);
  while (relativeNames.more) {
    const relative = relativeNames.enter(tag.set);
    do {
      const pair = relative.enter(tag.sequence);
      const attribute = oidOf(pair.next(tag.oid));
      attributes.push({ oid: attribute, value: textOf(pair.any()) });
      pair.end();
    } while (relative.more);
  }
  const text = attributes.map((one) => `${labelOf(one.oid)}=${one.value}`).join(', ');
  return { der: value.der, text, attributes };
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
