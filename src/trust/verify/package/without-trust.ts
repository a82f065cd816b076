/**
 * A package in the hands of somebody who was told of nobody to believe.
 *
 * Where the trust folder names no operator, no party outside, no authority or no clock at all, the
 * steps find keys that nobody vouches for. That says nothing against the package: each such flaw
 * is replaced by `trust_missing`, which names the file of the folder that would decide. A flaw that
 * the package shows by itself (a broken signature, another digest) stays what it is.
 */
import type { FlawCode } from '../report/flaws.ts';
import type { Flaw } from '../report/report.ts';
import type { Trust } from '../trust.ts';

interface Lack {
  /** The file or folder of the trust folder that would decide. */
  readonly file: string;
  readonly isMissing: (trust: Trust) => boolean;
  /** What a step says because of it: the code, and how its detail begins. */
  readonly said: readonly (readonly [code: FlawCode, begins: string])[];
}

const lacks: readonly Lack[] = [
  {
    file: 'trust/operators.json',
    isMissing: ({ keys }) => keys.length === 0,
    said: [
      ['entry_actor_unknown', ''],
      ['seal_unknown', ''],
    ],
  },
  {
    file: 'trust/gateways',
    isMissing: ({ namesGateways }) => !namesGateways,
    said: [
      ['entry_attestation_wrong', ''],
      ['outside_word_wrong', 'no signed statement of'],
      ['intent_not_attested', 'the issuance rests on no intent'],
      ['phone_not_the_applicants', 'no gateway matched'],
    ],
  },
  {
    file: 'trust/ca.pem',
    isMissing: ({ roots }) => roots.length === 0,
    said: [
      ['revocation_wrong', 'not signed by a trusted authority'],
      ['revocation_wrong', 'a list of no trusted authority'],
      ['certificate_file_differs', 'no signature uses it'],
    ],
  },
  {
    file: 'trust/tsa.pem',
    isMissing: ({ stampers }) => stampers.length === 0,
    said: [
      ['stamp_file_differs', 'no signature uses it'],
      ['certificate_file_differs', 'no signature uses it'],
    ],
  },
];

/**
 * The flaw as it stands, or the trust that is missing to find it: at the place of the flaw, or once
 * for the whole package.
 */
export function openedWithout(trust: Trust, at: 'place' | 'package'): (flaw: Flaw) => Flaw {
  const missing = lacks.filter(({ isMissing }) => isMissing(trust));
  return (flaw) => {
    const lack = missing.find(({ said }) =>
      said.some(([code, begins]) => code === flaw.code && flaw.detail.startsWith(begins)),
    );
    if (lack === undefined) return flaw;
    const part = at === 'package' ? lack.file : flaw.part;
    return { code: 'trust_missing', part, detail: `${lack.file}: ${flaw.code}` };
  };
}
