/** The floor's telephone, a line that breaks, two tabs, elder mode and dark mode: the whole story. */
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random/index.ts';
import { axeFindings } from './harness/axe.ts';
import { overflowPixels } from './harness/fits.ts';
import { cutLine, loseNextAnswer, slowPage, stageOf } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';

const seed = 20_261_122;
const cutMs = 3_000;

/** Acts whose answer may be lost after the house has done them. */
const acts = [
  /\/v1\/applications$/,
  /\/consents$/,
  /\/submission$/,
  /\/intents$/,
  /\/confirm$/,
  /\/certificates$/,
  /\/tickets$/,
  /\/seal$/,
  /\/assessment$/,
  /\/payment-authorisations$/,
] as const;

describe('签署页，长', () => {
  test(`S0-08 S1-23 五处断线，种子 ${seed}：答复丢了，事情还是只做一次`, async (context) => {
    const stage = stageOf(context);
    const random = seededRandom(seed);
    const chosen = [...acts]
      .map((act) => ({ act, at: random.bytes(1)[0] ?? 0 }))
      .toSorted((a, b) => a.at - b.at)
      .slice(0, 5);
    await visiting(
      stage,
      { person: borrower(71), device: 'phone' },
      async ({ context: own, walkIn }) => {
        const page = await own.newPage();
        for (const { act } of chosen) await loseNextAnswer(page, act);
        let screens = 0;
        const walk = walkIn(page, async () => {
          screens += 1;
          if (screens === 9) await cutLine(own, cutMs);
        });
        await walk.whole();
        expect(screens).toBeGreaterThan(18);
      },
    );
  });

  test('S0-08 下限手机：360 像素、慢六倍、1 Mbit/s、没有新方法的浏览器，走完全程', async (context) => {
    const stage = stageOf(context);
    const visit = { person: borrower(72), device: 'narrow', floor: true } as const;
    await visiting(stage, visit, async ({ context: own, walkIn }) => {
      const page = await slowPage(own);
      const began = performance.now();
      await page.goto(`${stage.url}/sign`);
      await page.getByRole('button', { name: '开始办理' }).waitFor();
      const firstMs = performance.now() - began;
      const times: [string, number][] = [];
      const walk = walkIn(page, async (screen) => void times.push([screen, performance.now()]));
      await walk.whole();
      console.log(`floor: first screen ${Math.round(firstMs)} ms`);
      const waits = times.map(([screen, ms], at) => [
        screen,
        Math.round(ms - (times[at - 1]?.[1] ?? ms)),
      ]);
      console.log(JSON.stringify(Object.fromEntries(waits)));
      // The figure is judged by figures.long; here a browser without its newer methods walks the story.
      expect(times.at(-1)?.[0]).toBe('done');
    });
  });

  test('S0-57 长辈模式，深色：每一屏都没有无障碍问题', async (context) => {
    const stage = stageOf(context);
    for (const [at, visit] of [{ elder: true }, { dark: true }].entries()) {
      // A telephone of its own: nobody reads the other's code.
      const order = { person: borrower(77 + at), device: 'narrow', ...visit } as const;
      await visiting(stage, order, async ({ context: own, walkIn }) => {
        const walk = walkIn(await own.newPage(), async (screen) => {
          expect(await axeFindings(walk.page), screen).toEqual([]);
          expect(await overflowPixels(walk.page), screen).toBe(0);
        });
        await walk.whole();
      });
    }
  });

  test('两个标签页：一个签完，另一个跟上，不会签第二次', async (context) => {
    const stage = stageOf(context);
    await visiting(
      stage,
      { person: borrower(74), device: 'phone' },
      async ({ context: own, walkIn }) => {
        const one = walkIn(await own.newPage());
        await one.open();
        await one.agree();
        await one.consent('您的姓名和身份证号');
        await one.apply();
        await one.passPhotos();
        await one.read([/授权书/, /征信/], /请阅读 2 份文件/);
        await one.heading('准备签名').waitFor();
        const two = walkIn(await own.newPage());
        await two.page.goto(`${stage.url}/sign`);
        await two.press('都读完了，去签名');
        await two.sign();
        await two.heading(/综合融资成本/).waitFor();
        await one.page.bringToFront();
        await one.press('发送验证码');
        await one
          .heading(/综合融资成本/)
          .or(one.page.getByRole('alert'))
          .first()
          .waitFor();
        await one.page.reload();
        await one.heading(/综合融资成本/).waitFor();
        expect(await one.page.getByRole('alert').count()).toBe(0);
      },
    );
  });
});
