/** Every screen of the signer's page as people will see it, into var/looks/signer. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageOf, type Visit } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

const folder = join(import.meta.dirname, '../../var/looks/signer');

const ways: Readonly<Record<string, Visit>> = {
  zh: { device: 'phone' },
  elder: { device: 'narrow', elder: true },
  en: { device: 'phone' },
  dark: { device: 'phone', dark: true },
  desktop: { device: 'desktop' },
};

for (const [way, visit] of Object.entries(ways)) {
  test(`签署页的每一屏：${way}`, async (context) => {
    const stage = stageOf(context);
    mkdirSync(folder, { recursive: true });
    const taken = new Set<string>();
    await visiting(stage, { person: borrower(75), ...visit }, async ({ context: own, walkIn }) => {
      const page = await own.newPage();
      const shoot = async (screen: string): Promise<void> => {
        if (taken.has(screen)) return;
        taken.add(screen);
        if (way === 'en')
          await page
            .getByRole('banner')
            .getByRole('button', { name: /English/ })
            .click();
        const path = join(folder, `${screen}-${way}.png`);
        await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        if (way === 'en')
          await page
            .getByRole('banner')
            .getByRole('button', { name: /中文|Chinese/ })
            .click();
      };
      const walk = walkIn(page, async (screen) => {
        await shoot(screen);
        if (screen !== 'sign-ask' || taken.has('pad')) return;
        await walk.press('手写一个名字（可以不写）');
        await walk.on('手写您的名字', 'pad');
        await walk.press('不写了');
      });
      await asides(walk, shoot);
      await walk.whole();
      await walk.press('打印核验页');
      await walk.on('电子合同核验页', 'print');
    });
    expect(taken.size).toBeGreaterThan(25);
  });
}

/** What is open before there is a case. */
async function asides(walk: SignerWalk, shoot: (screen: string) => Promise<void>): Promise<void> {
  const { page } = walk;
  await page.goto(`${walk.url}/sign`);
  await walk.press('电子签名是什么');
  await walk.heading('电子签名是什么').waitFor();
  await shoot('guide');
  await walk.press('我看明白了');
  await walk.press('先演练一遍（不算数）');
  await walk.press('开始演练');
  await page.getByRole('region', { name: /^本页文字/ }).waitFor();
  await shoot('rehearsal-read');
  await walk.press('读完了，继续');
  await walk.type('六位验证码', '123456');
  await shoot('rehearsal-code');
  await walk.press('确认并签名');
  await walk.heading('演练完成').waitFor();
  await shoot('rehearsal-done');
  await walk.press('我会了');
  await walk.press('继续以前的办理');
  await walk.press('继续办理');
  await page.getByText('请填写换机编码').waitFor();
  await shoot('continue-error');
  await walk.press('返回');
  await walk.press('菜单');
  await shoot('menu');
  await walk.press('回到办理');
}
