/**
 * The name constraints extension (RFC 5280 §4.2.1.10): which names an authority may certify.
 */
import { Fault } from '#base/fault';
import { contextConstructed, contextTag, type Der, DerReader, sequence, tag } from '#formats/der';
import { type GeneralName, generalNameDer, parseGeneralName } from './alternative-names.ts';
import type { Extension } from './extension.ts';
import { extensionOid } from './oids.ts';

/** Subtrees of names: of a form that is permitted at all, only what lies within one of them. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
  /** A minimum over 0 or a maximum, which RFC 5280 forbids and no verifier honours. */
  readonly hasDistance: boolean;
  /** A minimum or maximum is written, and be it the minimum of 0 that DER leaves out. */
  readonly hasWrittenMinimum: boolean;
}

/** What an authority may certify; ranges of addresses are address and mask in one. */
export function nameConstraints(
  permitted: readonly GeneralName[],
  excluded: readonly GeneralName[] = [],
): Extension {
  const subtrees = [permitted, excluded].flatMap((names, number) =>
    names.length === 0
      ? []
      : [contextConstructed(number, ...names.map((name) => sequence(generalNameDer(name))))],
  );
  return { oid: extensionOid.nameConstraints, critical: true, value: sequence(...subtrees) };
}

export function parseNameConstraints(value: Der): NameConstraints {
  const reader = new DerReader(value, tag.sequence);
  const permitted = reader.optional(contextTag(0, 'constructed'));
  const excluded = reader.optional(contextTag(1, 'constructed'));
  reader.end();
  const given = [permitted, excluded].flatMap((list) => list ?? []);
  // §4.2.1.10: an empty extension, or an empty list in it, constrains nothing and is forbidden.
  if (given.length === 0 || given.some((list) => list.children.length === 0)) {
    throw new Fault('x509.malformed', { at: value.at, why: 'empty name constraints' });
  }
  return {
    permitted: permitted?.children.map(baseOf) ?? [],
    excluded: excluded?.children.map(baseOf) ?? [],
    hasDistance: given.some((list) => list.children.some(isDistant)),
    hasWrittenMinimum: given.some((list) => list.children.some((one) => one.children.length > 1)),
  };
}

/** DEFAULT 0 written out means what it means unwritten. */
function isDistant({ children: [, ...bounds] }: Der): boolean {
  return bounds.some(
    ({ tag: kind, content }) =>
      kind !== contextTag(0, 'primitive') || content.some((byte) => byte !== 0),
  );
}

function baseOf(subtree: Der): GeneralName {
  return parseGeneralName(new DerReader(subtree, tag.sequence).any());
}
