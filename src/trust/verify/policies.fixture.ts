/** For tests: signature policies in ASN.1 (ETSI TR 102 272, RFC 3125), rule by rule. */
import { concat } from '#base/bytes';
import {
  contextConstructed,
  generalizedTime,
  integer,
  octetString,
  oid,
  sequence,
  utf8String,
} from '#formats/der';
import { hashAlgorithmDer } from '#formats/x509';
import { on } from './etsi/sample-authority.fixture.ts';

export const policyOid = '1.2.156.3.1';

/** What a policy of TR 102 272 says. */
export interface Rules {
  readonly name?: string;
  readonly from?: string;
  readonly to?: string;
  readonly isOutside?: boolean;
  readonly signed?: readonly string[];
  readonly unsigned?: readonly string[];
  readonly certificates?: 0 | 1 | 2;
  readonly references?: 1 | 2;
  readonly roots?: readonly Uint8Array[];
  readonly depth?: number;
  readonly check?: number;
  readonly delayMinutes?: number;
  readonly algorithms?: readonly (readonly [string, number])[];
  readonly commitments?: readonly string[];
  readonly extension?: boolean;
  readonly inside?: Uint8Array;
}

const explicit = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  contextConstructed(number, concat(...parts));
const enumerated = (value: number): Uint8Array => Uint8Array.of(0x0a, 1, value);
const list = (names: readonly string[]): Uint8Array => sequence(...names.map(oid));

function rulesDer(rules: Rules): Uint8Array[] {
  const { isOutside, signed = [], unsigned = [], certificates, references, roots } = rules;
  const signerRules = sequence(
    ...(isOutside === undefined ? [] : [Uint8Array.of(1, 1, isOutside ? 0xff : 0)]),
    list(signed),
    list(unsigned),
    ...(references === undefined ? [] : [explicit(0, enumerated(references))]),
    ...(certificates === undefined ? [] : [explicit(1, enumerated(certificates))]),
  );
  const trees = sequence(
    ...(roots ?? []).map((root) =>
      sequence(root, ...(rules.depth === undefined ? [] : [explicit(0, integer(rules.depth))])),
    ),
  );
  const wants = sequence(enumerated(rules.check ?? 4));
  const delay = sequence(integer(0), integer(rules.delayMinutes ?? 0), integer(0), integer(0));
  const floors = (rules.algorithms ?? []).map(([name, bits]) => sequence(oid(name), integer(bits)));
  return [
    explicit(0, sequence(signerRules, sequence(list([])))),
    ...(roots === undefined ? [] : [explicit(1, sequence(trees, sequence(wants, wants)))]),
    ...(rules.delayMinutes === undefined ? [] : [explicit(2, sequence(explicit(4, delay)))]),
    ...(rules.extension === true ? [explicit(3, sequence())] : []),
    ...(rules.algorithms === undefined
      ? []
      : [explicit(4, sequence(explicit(0, sequence(...floors))))]),
  ];
}

/** SignaturePolicy, and what its digest is over. */
export function policyDer(rules: Rules): {
  readonly der: Uint8Array;
  readonly digested: Uint8Array;
} {
  const { name = policyOid, from = '2020-01-01', to, commitments = [], inside } = rules;
  const period = sequence(
    generalizedTime(on(from)),
    ...(to === undefined ? [] : [generalizedTime(on(to))]),
  );
  const selected = commitments.map((one) => sequence(sequence(sequence(oid(one)))));
  const info = sequence(
    oid(name),
    generalizedTime(on('2019-12-01')),
    sequence(),
    utf8String('贷款'),
    sequence(period, sequence(...rulesDer(rules)), sequence(...selected)),
  );
  const algorithm = hashAlgorithmDer('sha256');
  const own = inside === undefined ? [] : [octetString(inside)];
  return { der: sequence(algorithm, info, ...own), digested: concat(algorithm, info) };
}
