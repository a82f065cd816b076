/**
 * Certificate policies and what authorities say of each other's (RFC 5280 §4.2.1.4, 5, 11, 14).
 */
import { Fault } from '#base/fault';
import {
  contextTag,
  type Der,
  DerReader,
  oidOf,
  parseDer,
  smallIntegerOf,
  tag,
} from '#formats/der';

/** RFC 5280 §4.2.1.4: stands for every policy. */
export const anyPolicyOid = '2.5.29.32.0';

/** RFC 5280 §4.2.1.5: the issuer holds two policies for the same. */
export interface PolicyMapping {
  readonly issuer: string;
  readonly subject: string;
}

/** RFC 5280 §4.2.1.11: after how many more certificates something is demanded or forbidden. */
export interface PolicyConstraints {
  readonly requireExplicitAfter: number | undefined;
  readonly inhibitMappingAfter: number | undefined;
}

/** The policies, and every kind of qualifier that stands beside one of them. */
export function parseCertificatePolicies(value: Der): {
  readonly certificatePolicies: readonly string[];
  readonly policyQualifiers: readonly string[];
} {
  const qualifiers: string[] = [];
  const oids = listOf(value).map((information) => {
    const reader = new DerReader(information, tag.sequence);
    const policy = oidOf(reader.next(tag.oid));
    for (const one of reader.optional(tag.sequence)?.children ?? []) {
      qualifiers.push(oidOf(new DerReader(one, tag.sequence).next(tag.oid)));
    }
    return policy;
  });
  if (new Set(oids).size !== oids.length) throw malformed(value, 'policy twice');
  return { certificatePolicies: oids, policyQualifiers: qualifiers };
}

export function parsePolicyMappings(value: Der): readonly PolicyMapping[] {
  return listOf(value).map((pair) => {
    const reader = new DerReader(pair, tag.sequence);
    const issuer = oidOf(reader.next(tag.oid));
    const subject = oidOf(reader.next(tag.oid));
    reader.end();
    return { issuer, subject };
  });
}

export function parsePolicyConstraints(value: Der): PolicyConstraints {
  const reader = new DerReader(value, tag.sequence);
  const explicit = reader.optional(contextTag(0, 'primitive'));
  const mapping = reader.optional(contextTag(1, 'primitive'));
  reader.end();
  if (explicit === undefined && mapping === undefined) throw malformed(value, 'empty');
  return {
    requireExplicitAfter: explicit && implicitNumberOf(explicit),
    inhibitMappingAfter: mapping && implicitNumberOf(mapping),
  };
}

export function parseInhibitAnyPolicy(value: Der): number {
  if (value.tag !== tag.integer) throw malformed(value, 'inhibitAnyPolicy');
  return smallIntegerOf(value);
}

/** An IMPLICIT tag hides the type from the DER rules, so the INTEGER is read once more as one. */
function implicitNumberOf(value: Der): number {
  const bytes = Uint8Array.of(tag.integer, value.content.length, ...value.content);
  return smallIntegerOf(parseDer(bytes));
}

function listOf(value: Der): readonly Der[] {
  if (value.tag !== tag.sequence || value.children.length === 0) throw malformed(value, 'policies');
  return value.children;
}

function malformed(value: Der, why: string): Fault {
  return new Fault('x509.malformed', { at: value.at, why });
}
