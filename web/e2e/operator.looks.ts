import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look, type Screen, ways } from './harness/looks.ts';
import type { Stage } from './harness/stage.ts';
import { stageOf } from './harness/visitor.ts';
import { OperatorWalk } from './operator-walk.ts';
import { sealButtons, sealStates, sealsAre } from './seals-told.ts';

/** A loaded computer takes its time. */
const lookMsMax = 15 * 60_000;

for (const way of ways) {
  test(`业务柜台的每一屏：${way}`, { timeout: lookMsMax }, async (context) => {
    const stage = stageOf(context);
    const taken = await look(
      stage,
      { page: 'operator', way, devices: ['desktop', 'narrow'] },
      screensOf(stage),
    );
    expect(taken.length).toBe(screensOf(stage).length * 2);
  });
}

function screensOf(stage: Stage): readonly Screen[] {
  const as = async (page: Page, who = 'loan-officer') => {
    const desk = new OperatorWalk(page, stage);
    await desk.comeIn(who);
    return desk;
  };
  const at = (name: string, path: string, who?: string): Screen => ({
    name,
    arrive: async (page) => {
      const desk = await as(page, who);
      await desk.arrive(path);
    },
  });
  return [
    {
      name: 'login',
      arrive: async (page) => {
        await new OperatorWalk(page, stage).to('/');
        await page.getByRole('heading', { level: 1 }).waitFor();
      },
    },
    {
      name: 'login-refused',
      arrive: async (page) => {
        const desk = new OperatorWalk(page, stage);
        await desk.to('/');
        await desk.give('loan-officer', 'not-the-password');
        await page.getByText(/账号或密码不对|the password is wrong/).waitFor();
      },
    },
    at('cases', '/'),
    at('cases-none', '/?state=overdue'),
    {
      name: 'case',
      arrive: async (page) => {
        await (await as(page)).openPaidCase();
      },
    },
    {
      name: 'case-unmask',
      arrive: async (page) => {
        await (await as(page)).openPaidCase();
        await page.getByRole('button', { name: /申请查看明文|Ask to see/ }).click();
      },
    },
    {
      name: 'case-document',
      arrive: async (page) => {
        const desk = await as(page);
        await desk.openPaidCase();
        await page
          .getByRole('button', { name: /^(打开《个人借款合同|Open )/ })
          .last()
          .click();
        await desk.heading(/./).waitFor();
        const asks = page.getByRole('form', { name: /^(申请查看文件|Ask to see the documents)$/ });
        const text = page.getByText(/^(第 1 页|Page 1)/).first();
        await asks.or(text).first().waitFor();
      },
    },
    at('open', '/open', 'nanhu-clerk'),
    {
      name: 'open-code',
      arrive: async (page) => {
        const desk = await as(page, 'nanhu-clerk');
        await desk.arrive('/open');
        await page.getByLabel(/^(产品|Product)$/).selectOption({ index: 1 });
        await page.getByRole('button', { name: /^(开案并出码|Open and show the code)$/ }).click();
        await page.getByRole('img').waitFor();
      },
    },
    at('find', '/find'),
    at('funnel', '/funnel'),
    at('rights', '/rights'),
    {
      name: 'trace',
      arrive: async (page) => {
        const desk = await as(page);
        const number = await desk.openPaidCase();
        await desk.arrive(`/traces/${number}`);
      },
    },
    at('seals', '/seals', 'administrator'),
    at('seal', '/seals/contract-seal', 'security-officer'),
    at('seal-apply', '/seals/apply', 'administrator'),
    ...sealStates.map(
      (standing): Screen => ({
        name: `seal-${standing}`,
        arrive: async (page) => {
          await sealsAre(page, standing);
          const desk = await as(page, 'security-officer');
          await desk.arrive('/seals/looks-seal');
          const first = page.getByRole('button', { name: sealButtons[standing] });
          if (standing === 'made') await first.click();
        },
      }),
    ),
    at('house', '/house'),
    at('log', '/log'),
    {
      name: 'block',
      arrive: async (page) => {
        await (await as(page)).openBlock();
        await page
          .getByRole('button', { name: /^(核对 存证|Check entry)/ })
          .first()
          .click();
        await page
          .getByText(/在最新区块|In the tree of the newest/)
          .first()
          .waitFor();
      },
    },
    at('no-permission', '/house', 'nanhu-clerk'),
  ];
}
