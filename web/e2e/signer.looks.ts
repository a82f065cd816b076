/** Every screen of the signer's page as people will see it, into var/looks/signer. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stageOf, type Visit } from './harness/visitor.ts';
import { borrower, visiting } from './signer-visit.ts';
import type { SignerWalk } from './signer-walk.ts';

const folder = join(import.meta.dirname, '../../var/looks/signer');

/** A loaded computer takes its time. */
const lookMsMax = 8 * 60_000;

const ways: Readonly<Record<string, Visit>> = {
  zh: { device: 'phone' },
  elder: { device: 'narrow', elder: true },
  en: { device: 'phone' },
  dark: { device: 'phone', dark: true },
  desktop: { device: 'desktop' },
};

for (const [way, visit] of Object.entries(ways)) {
  test(`签署页的每一屏：${way}`, { timeout: lookMsMax }, async (context) => {
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
      const phrase = walk.page.getByRole('heading', { name: '核对短语' });
      await asides(walk, shoot);
      await throughDetours(walk, shoot);
      await walk.conclude();
      await walk.pay();
      await phrase.waitFor();
      await shoot('done-phrase');
      await walk.press('这份合同的全程记录');
      await walk.page.getByText(/^机构的债权$/).waitFor();
      await shoot('record');
      await walk.press('返回');
      await walk.press('打印核验页');
      await walk.on('电子合同核验页', 'print');
      // On paper there is no button to choose another language by.
      if (way === 'en') return;
      await walk.page.emulateMedia({ media: 'print' });
      await shoot('print-paper');
    });
    expect(taken.size).toBeGreaterThan(35);
  });
}

/** From the first screen to the signed authorisations, with a no wherever one can be said. */
async function throughDetours(
  walk: SignerWalk,
  shoot: (screen: string) => Promise<void>,
): Promise<void> {
  const see = async (heading: string | RegExp, screen: string): Promise<void> => {
    await walk.heading(heading).waitFor();
    await shoot(screen);
  };
  await walk.open();
  await walk.heading('电子签名使用约定').waitFor();
  await walk.press('我不接受');
  await see('不接受也没有关系', 'declined');
  await walk.press('再看一遍约定');
  await walk.agree();
  await walk.refuseFirst('您的姓名和身份证号');
  await walk.apply();
  await see('还差必要的同意', 'needed');
  await walk.press(/^重新考虑：/);
  await walk.choose(/^同意$/);
  await walk.press('下一步');
  await walk.heading('请核对，再提交').waitFor();
  await walk.press('核对无误，提交申请');
  await walk.on('要拍几张照片吗？', 'photos');
  await walk.press('去拍照');
  await walk.consent('拍照');
  await shoot('photo-list');
  await walk.press(/^去拍：/);
  await walk.page.getByText('打开相机').waitFor();
  await shoot('photo-take');
  await walk.press('返回');
  await walk.press('菜单');
  await see('菜单', 'menu-case');
  await walk.press('换一台设备继续');
  await walk.page.getByText(/^[A-Za-z0-9_-]{22}$/).waitFor();
  await shoot('handover');
  await walk.press('回到办理');
  await walk.heading('菜单').waitFor();
  await walk.press('在这台设备上退出');
  await see('在这台设备上退出？', 'leave');
  await walk.press('不退出');
  await walk.press('回到办理');
  await walk.press('拍好了，继续');
  await walk.read([/授权书/, /征信/], /请阅读 2 份文件/);
  await walk.sign();
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
