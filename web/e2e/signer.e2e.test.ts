/** A borrower and her telephone, from the first screen to the sheet she prints. */
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../../src/adapters/engine/index.ts';
import { toHex } from '../../src/base/bytes/index.ts';
import { trustFiles } from '../../src/main/trust-folder.ts';
import { verify } from '../../src/trust/verify/index.ts';
import { lin } from '../../test/journeys/people.ts';
import { axeFindings } from './harness/axe.ts';
import type { Stage } from './harness/stage.ts';
import { loseNextAnswer, stageOf } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

/** What the page itself would ask with the key it keeps. */
async function asked(page: Page, path: string): Promise<unknown> {
  return page.evaluate(async (wanted) => {
    const key = JSON.parse(localStorage.getItem('fubie.case') ?? '{}') as Record<string, string>;
    const place = wanted.replace('{case}', key['case'] ?? '');
    const headers = { authorization: `Bearer ${key['token']}` };
    return (await fetch(place, { headers })).json() as Promise<unknown>;
  }, path);
}

describe('签署页', () => {
  test('S0-08 S1-10 S1-34 S2-36 一笔借款在手机浏览器里走完：每一屏都没有无障碍问题，合同、短语、核验页都在手里', async (context) => {
    const stage = stageOf(context);
    await visiting(
      stage,
      { person: borrower(61), device: 'phone' },
      async ({ context: own, walkIn }) => {
        const page = await own.newPage();
        const seen = new Set<string>();
        const bugs: string[] = [];
        page.on('pageerror', (bug) => bugs.push(bug.message));
        const walk = walkIn(page, async (screen) => {
          if (seen.has(screen)) return;
          seen.add(screen);
          expect(await axeFindings(page), screen).toEqual([]);
        });
        await walk.whole();
        await expectBuildInIntent(page);
        await expectTakenHome(walk, stage);
        expect(bugs).toEqual([]);
        expect(seen.size).toBeGreaterThan(18);
      },
    );
  });

  test('S0-08 S1-23 S2-05 关掉标签页、断线、换设备、返回键、验证码过期：都回到原处，什么也没有丢', async (context) => {
    const stage = stageOf(context);
    const person = borrower(62);
    await visiting(stage, { person, device: 'narrow' }, async ({ context: own, walkIn }) => {
      const first = walkIn(await own.newPage());
      await first.open();
      await first.heading('电子签名使用约定').waitFor();
      await first.page.close();
      // Another tab of the same telephone goes on where the killed one was.
      const walk = walkIn(await own.newPage());
      await walk.page.goto(`${stage.url}/sign`);
      await loseNextAnswer(walk.page, /\/consents$/);
      await walk.agree();
      await walk.consent('您的姓名和身份证号');
      await typedSurvives(walk);
      await backGoesBack(walk);
      await loseNextAnswer(walk.page, /\/submission$/);
      await walk.apply();
      await walk.passPhotos();
      await backUndoesNothing(walk);
      await walk.read([/授权书/, /征信/], /请阅读 2 份文件/);
      await codeSurvives(walk, async () => walkIn(await own.newPage()));
      const link = await handoverLink(own.pages().at(-1));
      await visiting(
        stage,
        { person, device: 'desktop' },
        async ({ context: other, walkIn: walkThere }) => {
          const there = walkThere(await other.newPage());
          await there.page.goto(link);
          await there.heading(/综合融资成本/).waitFor();
          expect(there.page.url()).toBe(`${stage.url}/sign`);
          await there.page.goto(link);
          await there.page.getByRole('alert').waitFor();
        },
      );
    });
  });

  test('不接受约定、拒绝必要的同意：说清楚还有什么路，改变主意可以接着办', async (context) => {
    const stage = stageOf(context);
    await visiting(
      stage,
      { person: borrower(63), device: 'phone' },
      async ({ context: own, walkIn }) => {
        const walk = walkIn(await own.newPage());
        await walk.open();
        await walk.heading('电子签名使用约定').waitFor();
        await walk.press('我不接受');
        await walk.heading('不接受也没有关系').waitFor();
        await walk.press('再看一遍约定');
        await walk.agree();
        await walk.refuseFirst('您的姓名和身份证号');
        await walk.apply();
        await walk.heading('还差必要的同意').waitFor();
        await walk.press(/^重新考虑：/);
        await walk.choose(/^同意$/);
        await walk.press('下一步');
        await walk.heading('请核对，再提交').waitFor();
        await walk.press('核对无误，提交申请');
        await walk.passPhotos();
        expect(await walk.page.getByRole('alert').count()).toBe(0);
      },
    );
  });

  test('太旧的浏览器只看到一句话：去哪里办，进度都在', async (context) => {
    const stage = stageOf(context);
    await visiting(stage, { person: borrower(65) }, async ({ context: own }) => {
      await own.addInitScript(() => Reflect.deleteProperty(Promise, 'any'));
      const page = await own.newPage();
      await page.goto(`${stage.url}/sign`);
      await page
        .getByRole('main')
        .getByText(/浏览器太旧.*不会丢/)
        .waitFor();
      expect(await page.getByRole('button').count()).toBe(0);
    });
  });
});

/** Law 1: which build of the page showed and signed stands in the entry. */
async function expectBuildInIntent(page: Page): Promise<void> {
  const build = (await asked(page, '/v1/build')) as { signer: string };
  const told = await asked(page, '/v1/cases/{case}/timeline');
  const { entries } = told as { entries: { type: string; facts: Record<string, unknown> }[] };
  const intents = entries.filter(({ type }) => type === 'intent.confirmed');
  expect(intents).toHaveLength(2);
  for (const { facts } of intents) expect(facts['build']).toBe(build.signer);
}

async function expectTakenHome(walk: SignerWalk, stage: Stage): Promise<void> {
  const { page } = walk;
  await page.getByRole('heading', { name: '核对短语' }).waitFor();
  const words = await page.getByRole('list').first().getByRole('listitem').allInnerTexts();
  expect(words).toHaveLength(6);
  const bytes = await downloaded(walk, '下载合同（PDF）');
  const sha256 = toHex(await nodeEngine.digest('sha256', bytes));
  const receipt = await downloaded(walk, '下载签署凭据');
  const trust = await trustFiles(join(stage.loan, 'trust'));
  const report = await verify({ name: 'contract.pdf', bytes, trust, receipt }, nodeEngine);
  expect(report.flaws).toEqual([]);
  await walk.choose('很满意');
  await walk.press('提交评价');
  await page.getByText('谢谢您的评价。').waitFor();
  await walk.press('打印核验页');
  await walk.on('电子合同核验页', 'print');
  await page.getByRole('img').waitFor();
  await page.getByText(sha256).waitFor();
  await page.getByText(/\/verify#FB\d{18}\./).waitFor();
}

async function downloaded(walk: SignerWalk, button: string): Promise<Uint8Array> {
  const downloading = walk.page.waitForEvent('download');
  await walk.press(button);
  return new Uint8Array(await buffer(await (await downloading).createReadStream()));
}

/** What is typed outlives the back button and a page that the telephone put to sleep. */
async function typedSurvives(walk: SignerWalk): Promise<void> {
  await walk.type('姓名', '林行');
  await walk.type('身份证号', '123');
  await walk.press('下一步');
  await walk.page.getByText('身份证号是 18 位，请再数一数').waitFor();
  await walk.page.reload();
  await walk.heading('您的姓名和身份证号').waitFor();
  const name = walk.page.getByRole('textbox', { name: '姓名' });
  expect(await name.inputValue()).toBe('林行');
}

/** One screen back, with everything typed there; forward again. */
async function backGoesBack(walk: SignerWalk): Promise<void> {
  const { page } = walk;
  await walk.type('身份证号', lin.idNumber);
  await walk.press('下一步');
  await walk.heading('怎样联系您').waitFor();
  await page.goBack();
  await walk.heading('您的姓名和身份证号').waitFor();
  expect(await page.getByRole('textbox', { name: '身份证号' }).inputValue()).toBe(lin.idNumber);
  await page.goForward();
  await walk.heading('怎样联系您').waitFor();
  await page.goBack();
}

/** What was submitted stays submitted: back leads to what is due, never into the form. */
async function backUndoesNothing(walk: SignerWalk): Promise<void> {
  const { page } = walk;
  await walk.heading(/请阅读 2 份文件/).waitFor();
  await page.goBack();
  await page.goBack();
  await walk.heading(/请阅读 2 份文件|要拍几张照片吗/).waitFor();
  expect(await page.getByRole('textbox').count()).toBe(0);
  await page.goForward();
  await page.goForward();
}

/**
 * The tab dies while she looks for the code; the code she was sent still signs, for the key waited
 * on the device. An old code is refused kindly and a new one is asked for.
 */
async function codeSurvives(walk: SignerWalk, newTab: () => Promise<SignerWalk>): Promise<void> {
  await walk.askCode();
  await walk.page.route(/\/confirm$/, (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'sms.code_expired', detail: { zh: '过期', en: 'over' } }),
    }),
  );
  await walk.enterCode('123456');
  await walk.page.getByText(/这次签名没有完成/).waitFor();
  await walk.page.unroute(/\/confirm$/);
  await walk.askCode();
  const message = await walk.message();
  await walk.page.close();
  const next = await newTab();
  await next.page.goto(`${walk.url}/sign`);
  await next.press('都读完了，去签名');
  await next.heading('输入短信验证码').waitFor();
  await next.enterCode(message.replace(/首份摘要 ..../, '首份摘要 AAAA'));
  await next.page.getByText(/不是您读过的文件/).waitFor();
  await loseNextAnswer(next.page, /\/seal$/);
  await next.enterCode(message);
  await next.heading(/综合融资成本/).waitFor();
}

async function handoverLink(page: Page | undefined): Promise<string> {
  if (page === undefined) throw new Error('no tab is open');
  await page.getByRole('button', { name: '菜单' }).click();
  await page.getByRole('button', { name: '换一台设备继续' }).click();
  const secret = await page.getByText(/^[A-Za-z0-9_-]{22}$/).innerText();
  return `${new URL(page.url()).origin}/sign#h.${secret}`;
}
