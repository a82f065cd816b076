/** Other ways to the same: by keyboard and twice as large, with photographs, in a foreign frame. */
import { createHash } from 'node:crypto';
import type { Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { overflowPixels } from './harness/fits.ts';
import { keyboardOf } from './harness/keyboard.ts';
import { loseNextAnswer, stageOf, visitor } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

/** 1280 × 900 at 200 %. */
const zoomed = { width: 640, height: 450 };
const refusal = '此页不能在其他网页中打开。This page does not open inside another page.';
const village = { latitude: 26.0745123, longitude: 119.2965, accuracy: 12.4 };

describe('签署页，别的办法', () => {
  test('S0-57 只用键盘，放大到 200 %：从头一屏到签下第一份，焦点看得见，不用横着滚', async (context) => {
    const stage = stageOf(context);
    const order = { person: borrower(66), device: 'desktop' } as const;
    await visiting(stage, order, async ({ context: own, walkIn }) => {
      const page = await own.newPage();
      await page.setViewportSize(zoomed);
      const seen = new Set<string>();
      const fits = async (screen: string): Promise<void> => {
        seen.add(screen);
        expect(await overflowPixels(page), screen).toBe(0);
      };
      const walk = walkIn(page, fits, keyboardOf(page));
      await walk.open();
      await walk.agree();
      await walk.consent('您的姓名和身份证号');
      await walk.apply();
      await walk.authorise();
      await walk.heading(/综合融资成本/).waitFor();
      expect(seen.size).toBeGreaterThan(10);
    });
  });

  test('S1-02 照片在手机上当场算摘要，带着时间、设备和她同意给的位置；传到一半断线，接着传', async (context) => {
    const stage = stageOf(context);
    const permissions = ['geolocation', 'camera'];
    const order = { person: borrower(67), device: 'phone', permissions } as const;
    await visiting(stage, order, async ({ context: own, walkIn }) => {
      await own.setGeolocation(village);
      const walk = walkIn(await own.newPage());
      await walk.open();
      await walk.agree();
      await walk.consent('您的姓名和身份证号');
      await walk.apply();
      await walk.press('去拍照');
      await walk.consent('拍照');
      await loseNextAnswer(walk.page, /\/chunks\/0$/);
      const announced = await photographed(walk, byFile);
      const photo = await keptPhoto(walk.page);
      expect(announced.sha256).toBe(createHash('sha256').update(photo).digest('hex'));
      expect(announced.place).toEqual({
        latitudeMillionths: 26_074_512,
        longitudeMillionths: 119_296_500,
        accuracyM: 12,
      });
      expect(announced.device).toContain('Chrom');
      expect(announced.takenAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/);
      // Whoever looks into the camera and goes back has made no mistake.
      await walk.press(/^去拍：/);
      await walk.press('在本页拍');
      await walk.press('返回');
      expect(await walk.page.getByRole('alert').count()).toBe(0);
      await walk.press('返回');
      const second = await photographed(walk, byLiveCamera);
      expect(second.sha256).not.toBe(announced.sha256);
      await walk.press('拍好了，继续');
      await walk.heading(/请阅读 2 份文件/).waitFor();
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
        expect(policy, path).toMatch(/frame-ancestors 'none'/);
        expect(headers['x-frame-options'], path).toBe('DENY');
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
  const body = inside?.locator('body');
  await body
    ?.getByText(refusal)
    .waitFor({ timeout: 1_000 })
    .catch(() => undefined);
  const isOurs = inside?.url().startsWith('http') === true;
  return isOurs ? ((await body?.innerText()) ?? '').trim() : '';
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
  const announced = (await announcing).postDataJSON() as Announced;
  await walk.heading('拍照').waitFor();
  return announced;
}

function isAnnouncing(request: Request): boolean {
  return request.method() === 'POST' && request.url().endsWith('/captures');
}

/** The camera app hands the page a file; here it is a picture of the page itself. */
async function byFile({ page }: SignerWalk): Promise<void> {
  const buffer = await page.screenshot({ type: 'jpeg' });
  const choosing = page.waitForEvent('filechooser');
  await page.getByText('打开相机').click();
  await (await choosing).setFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer });
}

async function byLiveCamera(walk: SignerWalk): Promise<void> {
  await walk.press('在本页拍');
  await walk.page.getByRole('button', { name: '拍下来', disabled: false }).waitFor();
  await walk.press('拍下来');
}

/** The first photograph as the house keeps it, asked for with the key of this device. */
async function keptPhoto(page: Page): Promise<Uint8Array> {
  const bytes = await page.evaluate(async () => {
    const key = JSON.parse(localStorage.getItem('fubie.case') ?? '{}') as Record<string, string>;
    const headers = { authorization: `Bearer ${key['token']}` };
    const progress = await fetch(`/v1/cases/${key['case']}/progress`, { headers });
    const { captures } = (await progress.json()) as { captures: { stored: { id: string }[] } };
    const photo = await fetch(`/v1/captures/${captures.stored[0]?.id}/photo`, { headers });
    return [...new Uint8Array(await photo.arrayBuffer())];
  });
  return Uint8Array.from(bytes);
}
