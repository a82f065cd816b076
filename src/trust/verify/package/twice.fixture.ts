/**
 * For tests: the word of a party outside behind the records of a sample deposit.
 */
import type { Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { attest } from '#formats/entry';
import type { TrustFiles } from '../anchors.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import type { DepositWish } from './sample-deposit.fixture.ts';

/** Who trusts that party besides: it has the key of the sample's identity gateway. */
export function trustingFace({ trust }: SampleHouse): TrustFiles {
  const key = trust.get('gateways/identity.pem') ?? new Uint8Array();
  return new Map(trust).set('gateways/face.pem', key);
}

/** It saw the record `saw`; the house states that, or refers to another. */
export function wordOfFace(
  house: SampleHouse,
  saw: number,
  lie: { readonly refersTo?: number; readonly more?: Readonly<Record<string, Json>> } = {},
): NonNullable<DepositWish['more']> {
  return async (hashes, caseTag) => {
    const seen = hashes[saw] ?? '';
    const statement = {
      v: 1,
      kind: 'face.compared',
      id: '0192a000-0000-7000-8000-000000000002',
      case: caseTag,
      seen,
      at: formatInstant(house.now),
      clock: 'LOCAL_CLOCK',
      commitments: {},
      result: 'match',
      ...lie.more,
    };
    return {
      type: 'statement.received',
      att: await attest(statement, 'face', house.identity),
      refs: { seen: hashes[lie.refersTo ?? saw] ?? '' },
    };
  };
}
