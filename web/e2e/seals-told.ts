/**
 * A seal in each of its states, as the house would tell of it. A seal that is in use cannot be
 * suspended in the house that all tests share: then nobody's contract would be sealed.
 */
import type { Page } from 'playwright-core';

export const sealStates = [
  'applied',
  'approved',
  'made',
  'active',
  'suspended',
  'destroyed',
] as const;
export type SealState = (typeof sealStates)[number];

/** What is done next in each state, by the words of its button. */
export const sealButtons: Readonly<Record<SealState, RegExp>> = {
  applied: /^(批准|Approve)$/,
  approved: /^(销毁|Destroy)$/,
  made: /^(授权使用|Authorise)$/,
  active: /^(停用|Suspend)$/,
  suspended: /^(恢复使用|Resume)$/,
  destroyed: /^$/,
};

const acts = ['apply', 'approve', 'make', 'authorise', 'suspend', 'destroy'] as const;
const paper = {
  certificateSha256: 'ab'.repeat(32),
  notAfter: '2027-11-22T10:00:00.000+08:00',
  documents: ['loan-contract', 'report'],
  until: '2027-11-22T10:00:00.000+08:00',
};

/** The house's list with one seal more, which stands so. */
export async function sealsAre(page: Page, standing: SealState): Promise<void> {
  await page.route('**/v1/seals', async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { seals: readonly { picture: string }[] };
    const taken = sealStates.indexOf(standing) + 1;
    const isUsable = standing === 'active' || standing === 'suspended';
    const steps = acts.slice(0, taken).map((act, at) => ({
      act,
      at: `2026-11-2${at}T10:00:00.000+08:00`,
      by: act === 'make' ? '密钥保管人 周敏' : '018f0000-0000-7000-8000-000000000001',
      why: '信贷合同签署需要一枚合同专用章',
      ...(act === 'make' ? { made: paper } : {}),
    }));
    const seal = {
      id: 'looks-seal',
      standing,
      documents: isUsable ? paper.documents : [],
      until: isUsable ? paper.until : null,
      steps,
      picture: told.seals[0]?.picture ?? '',
    };
    await route.fulfill({ json: { seals: [...told.seals, seal] } });
  });
  await page.route('**/v1/seals/looks-seal/uses', (route) =>
    route.fulfill({
      json: {
        uses: [
          { at: '2026-11-24T10:00:00.000+08:00', kind: 'loan-contract', entry: 'cd'.repeat(32) },
        ],
      },
    }),
  );
}
