/** A borrower and her telephone, from the first screen to the sheet she prints. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BrowserContext, Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../../src/adapters/engine/index.ts';
import { toHex } from '../../src/base/bytes/index.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { verify } from '../../src/trust/verify/index.ts';
import { axeFindings } from './harness/axe.ts';
import { overflowPixels } from './harness/fits.ts';
import type { Stage } from './harness/stage.ts';
import { devices, loseNextAnswer, stageOf } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

const village = { latitude: 26.0745123, longitude: 119.2965, accuracy: 12.4 };

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
  // One walk proves what one walk can: each screen once, at both widths, with its detours.
  test('S0-08 S0-66 S1-02 S1-10 S1-30 S1-34 S2-36 一笔借款在手机浏览器里走完：反悔、拒绝、拍照、手写都走到，每一屏在 390 和 360 像素都没有无障碍问题，合同、短语、核验页都在手里', async (context) => {
    const stage = stageOf(context);
    const permissions = ['geolocation', 'camera'];
    const order = { person: borrower(61), device: 'phone', permissions } as const;
    await visiting(stage, order, async ({ context: own, walkIn }) => {
      await own.setGeolocation(village);
      const seen = new Set<string>();
      const bugs: string[] = [];
      const clean = async (screen: string): Promise<void> => {
        if (seen.has(screen)) return;
        seen.add(screen);
        const [page] = own.pages();
        if (page !== undefined) await expectClean(page, screen);
      };
      own.on('page', (page) => page.on('pageerror', (bug) => bugs.push(bug.message)));
      const walk = walkIn(await own.newPage(), clean);
      await refuseAndThinkAgain(walk);
      const after = await photograph(walk, own, async () => walkIn(await own.newPage(), clean));
      await after.read([/授权书/, /征信/], /请阅读 2 份文件/);
      await draw(after);
      await after.sign();
      await after.conclude();
      await after.pay();
      // Killed after the last screen, it is the last screen again.
      const last = walkIn(await own.newPage(), clean);
      await after.page.close();
      await last.page.goto(`${stage.url}/sign`);
      await last.heading('办好了，钱已放出').waitFor();
      await expectBuildInIntent(last.page);
      await expectTakenHome(last, stage);
      expect(bugs).toEqual([]);
      expect(seen.size).toBeGreaterThan(18);
    });
  });

  test('S0-57 长辈模式：字够大、按键够大、能朗读、能打电话问人；先看懂电子签名的效力，先演练一遍', async (context) => {
    const stage = stageOf(context);
    const order = { person: borrower(66), device: 'narrow', elder: true } as const;
    await visiting(stage, order, async ({ context: own, walkIn }) => {
      await own.addInitScript(() => {
        // Said sentence by sentence.
        speechSynthesis.speak = ({ text }) => {
          document.documentElement.title += text;
        };
      });
      const walk = walkIn(await own.newPage());
      const { page } = walk;
      await page.goto(`${stage.url}/sign`);
      await walk.press('电子签名是什么');
      await walk.heading('电子签名是什么').waitFor();
      await page.getByText(/《电子签名法》第十四条/).waitFor();
      await walk.press('朗读本页');
      expect(await page.evaluate(() => document.documentElement.title)).toMatch(
        /手写签名、盖章具有同等的法律效力/,
      );
      expect(await page.evaluate(tooSmall)).toEqual([]);
      await walk.press('我看明白了');
      await walk.press('先演练一遍（不算数）');
      await walk.press('开始演练');
      await page.getByRole('region', { name: /^本页文字/ }).waitFor();
      await walk.press('读完了，继续');
      await walk.type('六位验证码', '123456');
      expect(await page.evaluate(tooSmall)).toEqual([]);
      await walk.press('确认并签名');
      await walk.heading('演练完成').waitFor();
      await walk.press('我会了');
      await walk.open();
      await walk.heading('电子签名使用约定').waitFor();
      expect(await page.evaluate(tooSmall)).toEqual([]);
      const call = page.getByRole('link', { name: /^打电话问工作人员/ });
      expect(await call.getAttribute('href')).toMatch(/^tel:\d+$/);
    });
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

/** MIIT 2021 适老化: letters below 18 px, and what is pressed below 60 px. */
function tooSmall(): string[] {
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('#root *')) {
    const { width, height } = element.getBoundingClientRect();
    if (width < 2 || height < 2) continue;
    const own = [...element.childNodes].some(
      (node) => node instanceof Text && node.data.trim() !== '',
    );
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (own && size < 18) found.push(`${size} px: ${element.innerText}`);
    const pressed = element.matches('button, a.button, input:not([type=radio])');
    if (pressed && height < 60) found.push(`${height} px high: ${element.innerText}`);
  }
  return found;
}

/** No finding of axe at the telephone's own width, and nothing sticks out of a narrower one. */
async function expectClean(page: Page, screen: string): Promise<void> {
  expect(await axeFindings(page), screen).toEqual([]);
  await page.setViewportSize(devices.narrow.viewport);
  expect(await overflowPixels(page), screen).toBe(0);
  await page.setViewportSize(devices.phone.viewport);
}

/** No to the agreement, no to a consent that is needed: each time she is told what is left to her. */
async function refuseAndThinkAgain(walk: SignerWalk): Promise<void> {
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
  await walk.on('要拍几张照片吗？', 'photos');
  expect(await walk.page.getByRole('alert').count()).toBe(0);
}

/**
 * Two photographs. While the second is on its way the tab is killed; the next one finds it on the
 * device and sends what is missing.
 */
async function photograph(
  walk: SignerWalk,
  own: BrowserContext,
  newTab: () => Promise<SignerWalk>,
): Promise<SignerWalk> {
  await walk.press('去拍照');
  await walk.consent('拍照');
  await loseNextAnswer(walk.page, /\/chunks\/0$/);
  const first = await photographed(walk, byFile);
  await walk.heading('拍照').waitFor();
  const [photo] = await keptPhotos(walk.page);
  expect(first.sha256).toBe(
    createHash('sha256')
      .update(photo ?? new Uint8Array())
      .digest('hex'),
  );
  expect(first.place).toEqual({
    latitudeMillionths: 26_074_512,
    longitudeMillionths: 119_296_500,
    accuracyM: 12,
  });
  expect(first.device).toContain('Chrom');
  expect(first.takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/);
  // Whoever looks into the camera and goes back has made no mistake.
  await walk.press(/^去拍：/);
  await walk.press('在本页拍');
  await walk.press('返回');
  // The camera closes in its own time, and its way back has the same name.
  await walk.page.getByRole('button', { name: '在本页拍' }).waitFor();
  expect(await walk.page.getByRole('alert').count()).toBe(0);
  await walk.press('返回');
  await walk.page.route(/\/chunks\/0$/, () => undefined);
  const second = await photographed(walk, byLiveCamera);
  expect(second.sha256).not.toBe(first.sha256);
  await walk.page.close();
  const next = await newTab();
  await next.page.goto(`${next.url}/sign`);
  await next.heading('拍照').waitFor();
  await next.page.getByText('已保存').nth(1).waitFor();
  const kept = await keptPhotos(next.page);
  const digests = kept.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  expect(digests).toContain(second.sha256);
  expect(await waitingOnDevice(next.page)).toBe(0);
  await next.press('拍好了，继续');
  expect(own.pages()).toHaveLength(1);
  return next;
}

/** Her name on the pad: how the signature looks, and nothing that is waited for. */
async function draw(walk: SignerWalk): Promise<void> {
  const { page } = walk;
  await walk.heading('准备签名').waitFor();
  await walk.press('手写一个名字（可以不写）');
  await walk.on('手写您的名字', 'pad');
  const box = await page.getByRole('img', { name: '手写框' }).boundingBox();
  const { x = 0, y = 0 } = box ?? {};
  await page.mouse.move(x + 40, y + 40);
  await page.mouse.down();
  await page.mouse.move(x + 160, y + 90, { steps: 8 });
  await page.mouse.up();
  await page.getByText('已写 1 笔').waitFor();
  await walk.press('就用这个');
  await page.getByText(/它只是签名的样子/).waitFor();
}

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
  const address = await page.getByText(/\/verify#FB\d{24}\./).innerText();
  await walk.press('返回');
  await walk.press('这份合同的全程记录');
  await walk.on('这份合同的全程记录', 'record');
  await page.getByText(/^合同权利登记，自 \d{4}-\d\d-\d\d 起$/).waitFor();
  expect(await page.getByRole('main').getByRole('listitem').count()).toBeGreaterThan(30);
  // A stranger with the sheet: number and secret half, and the same words.
  const stranger = await page.context().newPage();
  await stranger.goto(address);
  await stranger.getByText(words.join(' '), { exact: false }).waitFor();
  expect(stranger.url()).toBe(`${stage.url}/verify`);
}

async function downloaded(walk: SignerWalk, button: string): Promise<Uint8Array> {
  const downloading = walk.page.waitForEvent('download');
  await walk.press(button);
  return new Uint8Array(await buffer(await (await downloading).createReadStream()));
}

interface Announced {
  readonly sha256: string;
  readonly takenAt: string;
  readonly device?: string;
  readonly place?: unknown;
}

/** Takes the photograph that is due and answers what was announced of it. */
async function photographed(
  walk: SignerWalk,
  take: (walk: SignerWalk) => Promise<void>,
): Promise<Announced> {
  const { page } = walk;
  await walk.press(/^去拍：/);
  await take(walk);
  const announcing = page.waitForRequest((request) => isAnnouncing(request));
  await walk.press('清楚，用这张');
  return (await announcing).postDataJSON() as Announced;
}

function isAnnouncing(request: Request): boolean {
  return request.method() === 'POST' && request.url().endsWith('/captures');
}

/** The camera app hands the page a file; here it is a picture of the page itself. */
async function byFile({ page }: SignerWalk): Promise<void> {
  const picture = await page.screenshot({ type: 'jpeg' });
  const choosing = page.waitForEvent('filechooser');
  await page.getByText('打开相机').click();
  await (await choosing).setFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: picture });
}

async function byLiveCamera(walk: SignerWalk): Promise<void> {
  await walk.press('在本页拍');
  await walk.page.getByRole('button', { name: '拍下来', disabled: false }).waitFor();
  await walk.press('拍下来');
}

/** The photographs as the house keeps them, asked for with the key of this device. */
async function keptPhotos(page: Page): Promise<readonly Uint8Array[]> {
  const all = await page.evaluate(async () => {
    const key = JSON.parse(localStorage.getItem('fubie.case') ?? '{}') as Record<string, string>;
    const headers = { authorization: `Bearer ${key['token']}` };
    const progress = await fetch(`/v1/cases/${key['case']}/progress`, { headers });
    const { captures } = (await progress.json()) as { captures: { stored: { id: string }[] } };
    return Promise.all(
      captures.stored.map(async ({ id }) => {
        const photo = await fetch(`/v1/captures/${id}/photo`, { headers });
        return [...new Uint8Array(await photo.arrayBuffer())];
      }),
    );
  });
  return all.map((bytes) => Uint8Array.from(bytes));
}

/** How many photographs lie on the device itself. */
function waitingOnDevice(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('fubie');
        opening.addEventListener('error', () => reject(new Error('no shelf')));
        opening.addEventListener('success', () => {
          const counting = opening.result.transaction('photos').objectStore('photos').count();
          counting.addEventListener('success', () => {
            opening.result.close();
            resolve(counting.result);
          });
        });
      }),
  );
}
