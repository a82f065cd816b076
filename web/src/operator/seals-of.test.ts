/** What the page offers is what the house would do: the two tables are compared step by step. */
import { describe, expect, test } from 'vitest';
import { instantFromMs } from '../../../src/base/clock/index.ts';
import { faultCode } from '../../../src/base/fault/index.ts';
import { type Seal as Kept, sealStandings, stepped } from '../../../src/business/seal/index.ts';
import { sealOfKind } from '../../../src/formats/pdf/index.ts';
import { figureKinds, figureOf } from './seal-figure.ts';
import { type Act, nextOf } from './seals-of.ts';

const at = instantFromMs(Date.UTC(2026, 0, 5, 2));
const acts: readonly Act[] = ['approve', 'refuse', 'authorise', 'suspend', 'resume', 'destroy'];
const before = ['apply', 'make', 'suspend'] as const;
const mayAll = () => true;

describe('the book of seals at the desk', () => {
  for (const standing of sealStandings) {
    test(`S3-42 ${standing}: offered is what the house accepts, whoever took the steps before`, () => {
      for (const mine of [undefined, ...before]) {
        const steps = before.map((act) => ({
          act,
          at,
          by: act === mine ? 'reader' : 'somebody',
          why: 'a reason',
        }));
        const seal: Kept = {
          id: 'one',
          figure: sealOfKind('contract', { name: '示例银行' }),
          standing,
          documents: ['loan-contract'],
          until: undefined,
          steps,
        };
        const told = { standing, steps: steps.map((one) => ({ ...one, at: '' })) };
        const { offered } = nextOf(told, { staff: 'reader', may: mayAll });
        const accepted = acts.filter((act) => refusalOf(seal, act) === undefined);
        expect(offered.toSorted(), `${standing}, ${mine} by the reader`).toEqual(
          accepted.toSorted(),
        );
      }
    });
  }

  test('who applied is told that another must approve; who may not decide, whose turn it is', () => {
    const applied = {
      standing: 'applied',
      steps: [{ act: 'apply', at: '', by: 'reader', why: 'a reason' }],
    } as const;
    const reader = { staff: 'reader', may: mayAll };
    expect(nextOf(applied, reader)).toEqual({ offered: [], kept: 'another' });
    const clerk = { staff: 'other', may: (name: string) => name === 'seal.manage' };
    expect(nextOf(applied, clerk)).toEqual({ offered: [], kept: 'forbidden' });
    expect(nextOf({ ...applied, standing: 'destroyed' }, reader).kept).toBeUndefined();
  });

  test('each kind of seal has the measures that the maker of seals has for it', () => {
    const name = '示例县联社';
    const code = '91999999MA00000000';
    for (const kind of figureKinds) {
      const isSquare = kind === 'representative';
      const owner = isSquare ? { name } : { name, code };
      expect(figureOf(kind, { name, code }), kind).toMatchObject(sealOfKind(kind, owner));
    }
  });
});

function refusalOf(seal: Kept, act: Act): string | undefined {
  const by = 'reader';
  const grant = { documents: ['loan-contract'], until: instantFromMs(at + 1_000) };
  try {
    stepped(seal, { act, by, why: 'a reason', ...grant }, at);
    return undefined;
  } catch (thrown) {
    return faultCode(thrown) ?? 'unknown';
  }
}
