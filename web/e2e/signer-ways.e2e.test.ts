/** Other ways to the same: by keyboard and twice as large, through every interruption; in a frame. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { lin } from '../../test/journeys/people.ts';
import { overflowPixels } from './harness/fits.ts';
import { keyboardOf } from './harness/keyboard.ts';
import { loseNextAnswer, stageOf, visitor } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

/** 1280 × 900 at 200 %. */
const zoomed = { width: 640, height: 450 };
const refusal = '此页不能在其他网页中打开。This page does not open inside another page.';

describe('签署页，别的办法', () => {
  test('S0-08 S0-57 S1-23 S2-05 只用键盘、放大到 200 %，一路上关标签页、断线、返回、验证码过期、换设备：都回到原处，什么也没有丢', async (context) => {
    const stage = stageOf(context);
    const person = borrower(62);
    await visiting(stage, { person, device: 'desktop' }, async ({ context: own, walkIn }) => {
      const seen = new Set<string>();
      await own.addInitScript(brightAndSpoken);
      const tab = async (): Promise<SignerWalk> => {
        const page = await own.newPage();
        await page.setViewportSize(zoomed);
        const fits = async (screen: string): Promise<void> => {
          seen.add(screen);
          expect(await overflowPixels(page), screen).toBe(0);
          if (screen === 'reader' && !seen.has('aloud')) {
            seen.add('aloud');
            await readAloud(page);
          }
        };
        return walkIn(page, fits, keyboardOf(page));
      };
      const first = await tab();
      await first.open();
      await first.heading('电子签名使用约定').waitFor();
      await first.page.close();
      // Another tab of the same device goes on where the killed one was.
      const walk = await tab();
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
      await codeSurvives(walk, tab);
      expect(seen.size).toBeGreaterThan(10);
      const link = await handoverLink(own.pages().at(-1));
      await visiting(
        stage,
        { person, device: 'narrow' },
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

  test('别人的网页装不进我们的页：服务器不许，页面自己也不开', async (context) => {
    const stage = stageOf(context);
    const visit = await visitor(stage);
    try {
      for (const path of ['/sign', '/verify', '/desk']) {
        const page = await visit.newPage();
        const served = await page.request.get(stage.url + path);
        const { 'content-security-policy': policy = '', ...headers } = served.headers();
        // Only the institution's own app may stand around the signer's page (embed.e2e.test.ts).
        const own = path === '/sign' ? 'https://app.demo-credit-cooperative.example' : "'none'";
        expect(policy, path).toContain(`frame-ancestors ${own}`);
        expect(headers['x-frame-options'], path).toBe(path === '/sign' ? undefined : 'DENY');
        expect(await shownInFrame(page, stage.url + path), path).toBe('');
        // Where something on the way takes the headers off, the page refuses by itself.
        await page.route(stage.url + path, async (route) => {
          const answer = await route.fetch();
          const bare = { 'content-type': 'text/html; charset=utf-8' };
          await route.fulfill({ status: 200, headers: bare, body: await answer.body() });
        });
        expect(await shownInFrame(page, stage.url + path), path).toBe(refusal);
        await page.close();
      }
    } finally {
      await visit.close();
    }
  });
});

/**
 * What a stranger's page that frames `address` comes to show of it. His page is a secure context, as
 * strangers' pages are.
 */
async function shownInFrame(page: Page, address: string): Promise<string> {
  await page.route('http://elsewhere.localhost/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<iframe src="${address}"></iframe>` }),
  );
  await page.goto('http://elsewhere.localhost/');
  const inside = page.frames().find((frame) => frame !== page.mainFrame());
  // What the browser would not load has become a page of its own.
  if (inside?.url().startsWith('http') !== true) return '';
  const body = inside.locator('body');
  await body.getByText(refusal).waitFor();
  return (await body.innerText()).trim();
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
  const tickets = await anotherRevisionFirst(next.page);
  await next.enterCode(message);
  await next.heading(/综合融资成本/).waitFor();
  // One for each of two documents, and one more because the first came too late; she saw nothing.
  expect(tickets.length).toBe(3);
}

/** Another party's revision lands first: the first ticket is stale. Answers the tickets asked for. */
async function anotherRevisionFirst(page: Page): Promise<readonly string[]> {
  const tickets: string[] = [];
  let isFirst = true;
  page.on('request', (request) => {
    if (request.url().endsWith('/tickets')) tickets.push(request.url());
  });
  await page.route(/\/seal$/, (route) => {
    if (!isFirst) return route.fallback();
    isFirst = false;
    return route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'signing.ticket_stale', detail: { zh: '过期', en: 'stale' } }),
    });
  });
  return tickets;
}

/** A device that can stay awake and can speak, and tells how often it does. */
function brightAndSpoken(): void {
  const root = () => document.documentElement.dataset;
  const request = async () => {
    root()['awake'] = 'yes';
    return { release: async () => void delete root()['awake'] };
  };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
  speechSynthesis.speak = () => undefined;
}

/** What is read to her counts, and is told apart; the screen stays bright meanwhile. */
async function readAloud(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.dataset['awake'])).toBe('yes');
  const told = page.waitForRequest((request) => {
    return request.url().endsWith('/reading') && request.postDataJSON()?.aloud === true;
  });
  await page.getByRole('button', { name: '朗读这一页' }).click();
  await told;
  await page.getByRole('button', { name: '停止朗读' }).click();
}

async function handoverLink(page: Page | undefined): Promise<string> {
  if (page === undefined) throw new Error('no tab is open');
  await page.getByRole('button', { name: '菜单' }).click();
  await page.getByRole('button', { name: '换一台设备继续' }).click();
  const secret = await page.getByText(/^[A-Za-z0-9_-]{22}$/).innerText();
  return `${new URL(page.url()).origin}/sign#h.${secret}`;
}
