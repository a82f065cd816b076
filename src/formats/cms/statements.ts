/**
 * What a signer states beside the content (ETSI EN 319 122-1 §5.2.3, §5.2.5, §5.2.6): what he means
 * by signing, in which capacity, and where. The signature proves that he said so and nothing more.
 */

import { faultCode } from '#base/fault';
import { type Der, oidOf, tag, textOf } from '#formats/der';
import type { Attribute } from './attributes.ts';
import { cmsOid } from './oids.ts';

/** A signer's own words about his signature. */
export interface SignerStatements {
  /** Dotted commitment types. */
  readonly commitments: readonly string[];
  /** Dotted attributes that he claims, such as a role (2.5.4.72). */
  readonly claimed: readonly string[];
  /** How many attributes he shows certificates or assertions of others for. */
  readonly certified: number;
  /** Of signer-location, the texts. */
  readonly place: readonly string[];
}

export const noStatements: SignerStatements = {
  commitments: [],
  claimed: [],
  certified: 0,
  place: [],
};

const statementsMax = 16;

export function statementsIn(signed: readonly Attribute[]): SignerStatements {
  const valuesOf = (...names: readonly string[]): readonly Der[] =>
    signed.filter(({ oid }) => names.includes(oid)).flatMap(({ values }) => values);
  const attributes = valuesOf(cmsOid.signerAttributes, cmsOid.signerAttributesOfToday);
  const choices = attributes.flatMap(({ children }) => children);
  // claimedAttributes is [0] in both forms; certificates of attributes and assertions are [1], [2].
  const claims = choices.filter(({ tag: name }) => name === claimedTag);
  return {
    commitments: valuesOf(cmsOid.commitment).flatMap(namesIn).slice(0, statementsMax),
    claimed: claims.flatMap(insideOf).flatMap(namesIn).slice(0, statementsMax),
    certified: choices.length - claims.length,
    place: valuesOf(cmsOid.signerLocation).flatMap(textsIn).slice(0, statementsMax),
  };
}

const claimedTag = 0xa0;

/** The list of attributes, with or without a SEQUENCE between: the tag is read in both ways. */
function insideOf({ children }: Der): readonly Der[] {
  const [first] = children;
  const isList = first?.children[0]?.tag === tag.sequence;
  return isList ? first.children : children;
}

function namesIn({ children: [name] }: Der): readonly string[] {
  return name?.tag === tag.oid ? [oidOf(name)] : [];
}

function textsIn(value: Der): readonly string[] {
  if (value.children.length > 0) return value.children.flatMap(textsIn);
  try {
    return [textOf(value)];
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return [];
  }
}
