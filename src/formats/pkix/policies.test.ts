import { describe, expect, test } from 'vitest';
import { anyPolicyOid } from '#formats/x509';
import { type PathAsk, type PathCode } from './index.ts';
import { gold, judged, mapping, noAny, policies, silver, unmapping } from './judging.fixture.ts';
import { having, type Plan } from './world.fixture.ts';

describe('certificate policies (RFC 9618)', () => {
  const both =
    (...names: readonly string[]) =>
    ({ middle, leaf }: Plan): void =>
      [middle, leaf].forEach((one) => having(one, policies(...names)));
  const demand: Partial<PathAsk> = { explicitPolicyRequired: true };
  const mapped = ({ middle, leaf }: Plan): void => {
    having(middle, policies(gold), mapping);
    having(leaf, policies(silver));
  };
  test.each<[string, (of: Plan) => void, Partial<PathAsk>, readonly string[] | PathCode]>([
    ['stated by both', both(gold), demand, [gold]],
    ['wanted', both(gold, silver), { ...demand, policies: [silver] }, [silver]],
    ['any everywhere', both(anyPolicyOid), demand, [anyPolicyOid]],
    [
      'any above',
      ({ middle, leaf }) => (having(middle, policies(anyPolicyOid)), having(leaf, policies(gold))),
      demand,
      [gold],
    ],
    [
      'any below',
      ({ middle, leaf }) => (having(middle, policies(gold)), having(leaf, policies(anyPolicyOid))),
      demand,
      [gold],
    ],
    [
      'any inhibited',
      ({ middle, leaf }) => (
        having(middle, policies(gold), noAny), having(leaf, policies(anyPolicyOid))
      ),
      demand,
      'policy_required',
    ],
    [
      'any inhibited by the caller',
      both(anyPolicyOid),
      { ...demand, anyPolicyInhibited: true },
      'policy_required',
    ],
    ['mapped', mapped, { ...demand, policies: [gold] }, [gold]],
    ['mapped, in the words below', mapped, { ...demand, policies: [silver] }, 'policy_required'],
    [
      'mapping inhibited by the caller',
      mapped,
      { ...demand, policyMappingInhibited: true },
      'policy_required',
    ],
    [
      'mapping inhibited above',
      (of) => (mapped(of), having(of.root, unmapping)),
      { ...demand, policyMappingInhibited: true },
      'policy_required',
    ],
    [
      'different',
      ({ middle, leaf }) => (having(middle, policies(gold)), having(leaf, policies(silver))),
      demand,
      'policy_required',
    ],
    ['none, none demanded', () => undefined, {}, []],
  ])('%s', async (...[, bend, more, expected]) => {
    const said = await judged(bend, more);
    if (typeof expected === 'string') expect(said).toMatchObject({ code: expected });
    else expect(said).toMatchObject({ is: 'valid', policies: expected });
  });
});
