/** The desk on a desktop: what an operator does all day, and what he sees when he may not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../../src/adapters/engine/index.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { verify } from '../../src/trust/verify/index.ts';
import { axeFindings } from './harness/axe.ts';
import { keyboardOf } from './harness/keyboard.ts';
import type { Stage } from './harness/stage.ts';
import { stageOf, type Visit, visitor } from './harness/visitor.ts';
import { OperatorWalk } from './operator-walk.ts';
import { sealButtons, sealStates, sealsAre } from './seals-told.ts';

describe('业务柜台', () => {
  test('S0-66 登录、筛选、按姓名查找、看一案的时间线与签名、下载证据包并核验有效；从这一案到全程追溯、合同债权、公开核验页', async (context) => {
    const stage = stageOf(context);
    await atDesk(stage, {}, async (desk) => {
      const { page } = desk;
      await desk.to('/');
      await desk.give('loan-officer', 'not-the-password');
      await page.getByText('账号或密码不对').waitFor();
      await desk.logIn('loan-officer');
      const number = await desk.openPaidCase();
      expect(await page.title()).toContain(number);
      await desk.section('查找客户', '查找客户的案件');
      await page.getByLabel('内容').fill('查无此人');
      await page.getByRole('button', { name: '查找', exact: true }).click();
      await page.getByText('没有找到').waitFor();
      await page.getByLabel('内容').fill('王样例');
      await page.getByRole('button', { name: '查找', exact: true }).click();
      await page.getByRole('link', { name: number }).click();
      await page.getByText(/条存证，全部已由足够多的见证方联署/).waitFor();
      const contract = page.getByRole('row', { name: /个人借款合同/ });
      for (const party of ['借款人', '贷款人']) {
        await contract.getByText(party, { exact: true }).waitFor();
      }
      expect(await contract.getByText('L2 已见证').count()).toBe(2);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: '生成并下载' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe(`${number}.zip`);
      await page.getByText('已下载').waitFor();
      const saved = join(stage.loan, 'from-the-desk.zip');
      await file.saveAs(saved);
      const bytes = new Uint8Array(readFileSync(saved));
      const trust = await trustFiles(join(stage.loan, 'trust'));
      const report = await verify({ name: 'package.zip', bytes, trust }, nodeEngine);
      expect(report.is).toBe('valid');
      await fromTheContract(desk, number);
    });
  });

  test('申请查看明文与文件：写明用途、理由与时长之后才看得到，且只看到所申请的', async (context) => {
    await atDesk(stageOf(context), {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('loan-officer');
      await desk.openPaidCase();
      const masked = page.getByText('已遮盖', { exact: true });
      const before = await masked.count();
      await page.getByRole('button', { name: '申请查看明文' }).click();
      await page.getByRole('checkbox', { name: '手机号' }).check();
      await desk.say({ purpose: 'complaint', why: '客户来电投诉，核对预留手机号' });
      await page.getByRole('button', { name: '申请查看明文' }).waitFor();
      await page.getByText(/^0{8}\d{3}$/).waitFor();
      expect(await masked.count()).toBe(before - 1);
      await page.getByRole('button', { name: /^打开《个人借款合同/ }).click();
      await page.getByRole('form', { name: '申请查看文件' }).waitFor();
      await desk.say({ purpose: 'complaint', why: '客户来电投诉，核对合同正文' });
      await page
        .getByText(/第 1 页，共 \d+ 页/)
        .first()
        .waitFor();
      await page
        .getByRole('region', { name: /^第 1 页/ })
        .getByText(/借款人/)
        .first()
        .waitFor();
      await page.getByRole('button', { name: '关闭文件' }).click();
      await page
        .getByRole('button', { name: /^打开《.*授权书/ })
        .first()
        .click();
      // One grant, all documents of the case, until its minutes are over.
      await expect(
        page
          .getByText(/第 1 页，共 \d+ 页/)
          .first()
          .waitFor(),
      ).resolves.toBeUndefined();
    });
  });

  test('S2-05 只用键盘：登录、柜面开案、出码；客户的手机扫码接着办，渠道记在案里', async (context) => {
    const stage = stageOf(context);
    await atDesk(stage, {}, async (desk) => {
      const { page } = desk;
      const hand = keyboardOf(page);
      await desk.logInBy(hand, 'nanhu-clerk');
      await hand.press(page.getByRole('link', { name: '柜面开案' }));
      await hand.next(page.getByLabel('产品'));
      await hand.press(page.getByRole('button', { name: '开案并出码' }));
      const code = page.getByRole('img', { name: '请客户扫码' });
      await code.waitFor();
      expect(await axeFindings(page)).toEqual([]);
      const scanned = await linkIn(page);
      const phone = await visitor(stage, { device: 'phone' });
      try {
        const hers = await phone.newPage();
        await hers.goto(scanned);
        await hers.getByRole('heading', { level: 1, name: '电子签名使用约定' }).waitFor();
      } finally {
        await phone.close();
      }
      await hand.press(page.getByRole('link', { name: '查看这一案' }));
      await page.getByText('柜面').first().waitFor();
      await expect(
        page
          .getByText(/换设备|移交/)
          .first()
          .waitFor(),
      ).resolves.toBeUndefined();
    });
  });

  test('等人审批的案件：写明理由，再确认一次，才作决定', async (context) => {
    await atDesk(stageOf(context), {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('reviewer');
      const decided: unknown[] = [];
      // A case that waits, without a whole story for it: the house's own answer, one word changed.
      await page.route(/\/v1\/cases\/[^/?]+$/, async (route) => {
        const told = (await (await route.fetch()).json()) as object;
        await route.fulfill({
          json: { ...told, state: decided.length === 0 ? 'in_review' : 'approved' },
        });
      });
      await page.route('**/decision', (route) => {
        decided.push(route.request().postDataJSON());
        return route.fulfill({ json: {} });
      });
      await desk.openPaidCase();
      const approve = page.getByRole('button', { name: '批准', exact: true });
      expect(await approve.getAttribute('aria-disabled')).toBe('true');
      await page.getByLabel('理由').fill('收入稳定，同意');
      await approve.click();
      expect(await axeFindings(page)).toEqual([]);
      expect(decided).toEqual([]);
      await page.getByRole('button', { name: '确认批准' }).click();
      await page.getByRole('heading', { name: '人工审批' }).waitFor({ state: 'detached' });
      expect(decided).toEqual([{ decision: 'approved', why: '收入稳定，同意' }]);
    });
  });

  test('S2-11 区块的签名、延续与每条存证，都由网页自己核对；服务器改了一条，网页就说证明不成立', async (context) => {
    await atDesk(stageOf(context), {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('loan-officer');
      await desk.section('运行状态');
      await page.getByText('没有告警。').waitFor();
      for (const who of ['日志', '哨兵', '法院', '公证处', '仲裁机构', '同业机构', '监管机构']) {
        await page.getByRole('row', { name: new RegExp(`^${who}.*(已跟上|落后)`) }).waitFor();
      }
      await page.getByText(/个签名正在加盖时间戳/).waitFor();
      await desk.openBlock();
      await page.getByText(/签名有效，达到法定数 3/).waitFor();
      await page.getByText('见证方由出证方自行运行，属自证。').waitFor();
      expect(await page.getByRole('cell', { name: '无效' }).count()).toBe(0);
      const check = page.getByRole('button', { name: /^核对 存证/ }).first();
      await check.click();
      await page
        .getByText(/在最新区块（\d+ 条）的树里/)
        .first()
        .waitFor();
      await page.route('**/v1/log/entries/*', async (route) => {
        const answer = await route.fetch();
        const body = (await answer.json()) as { entry: string };
        const altered = Buffer.from(body.entry, 'base64');
        altered[9] = (altered[9] ?? 0) ^ 1;
        await route.fulfill({ json: { ...body, entry: altered.toString('base64') } });
      });
      await page.reload();
      await check.click();
      await expect(page.getByText(/证明不成立/).waitFor()).resolves.toBeUndefined();
    });
  });

  test('新案件不用刷新就出现；断线时说清楚，重试即可', async (context) => {
    const stage = stageOf(context);
    await atDesk(stage, {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('loan-officer');
      await desk.heading('案件').waitFor();
      const opened = await fetch(`${stage.url}/v1/applications`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ product: 'rural-loan-demo' }),
      });
      const { preservationNumber } = (await opened.json()) as { preservationNumber: string };
      await page.getByRole('link', { name: preservationNumber }).waitFor();
      await page.route('**/v1/desk/funnel', (route) => route.abort());
      await desk.section('转化与等待');
      await page.getByText('连不上服务器。请检查网络后重试。').waitFor();
      await page.unroute('**/v1/desk/funnel');
      await page.getByRole('button', { name: '重试' }).click();
      const asked = page.getByRole('rowheader', { name: '立案' });
      await expect(asked.waitFor()).resolves.toBeUndefined();
    });
  });

  test('柜员看不到自己做不了的：没有入口，直接打开也说没有权限', async (context) => {
    await atDesk(stageOf(context), {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('nanhu-clerk');
      await desk.to('/?state=overdue');
      await page.getByText('没有符合条件的案件').waitFor();
      expect(await page.getByRole('link', { name: '运行状态' }).count()).toBe(0);
      for (const path of ['/house', '/log']) {
        await desk.to(path);
        await page.getByText('您没有查看此页的权限').waitFor();
        expect(await axeFindings(page)).toEqual([]);
      }
    });
  });

  test('S3-42 印章台账：一人申请，另一人批准；自己批不了自己的；密钥在密钥机上制作；每种状态都没有无障碍问题', async (context) => {
    const stage = stageOf(context);
    const id = 'desk-seal';
    await atDesk(stage, {}, async (desk) => {
      const { page } = desk;
      await desk.comeIn('administrator');
      await desk.section('印章', '印章台账');
      await page.getByRole('img', { name: '印章 contract-seal 的印模' }).waitFor();
      await page.getByRole('link', { name: '申请印章' }).click();
      await page.getByLabel('代号').fill('Desk');
      await page.getByText(/^代号须以小写字母开头/).waitFor();
      await page.getByLabel('代号').fill(id);
      await page.getByLabel('机构全称').fill('示例县农村信用合作联社');
      await page.getByLabel('理由').fill('柜面合同用章');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: '提交申请' }).click();
      await desk.heading(id).waitFor();
      await page.getByText('下一步由安全管理员办理。').waitFor();
      expect(await page.getByRole('button', { name: '批准', exact: true }).count()).toBe(0);
    });
    await atDesk(stage, { language: 'en', dark: true, device: 'narrow' }, async (desk) => {
      const { page } = desk;
      await desk.comeIn('security-officer');
      await desk.arrive(`/seals/${id}`);
      await page.getByRole('button', { name: 'Approve', exact: true }).click();
      await page.getByLabel('Reason').fill('checked against the resolution');
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole('button', { name: 'Yes, approve' }).click();
      await page.getByText(/fubie seal make --tenant \S+ --seal desk-seal/).waitFor();
      const taken = page.getByRole('row', { name: /checked against the resolution/ });
      await taken.getByText('security-officer (you)').waitFor();
      for (const standing of sealStates) {
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        await sealsAre(page, standing);
        await desk.arrive('/seals/looks-seal');
        await page.reload();
        await page.getByText('What it was put on').waitFor();
        if (standing !== 'destroyed') {
          await page.getByRole('button', { name: sealButtons[standing] }).waitFor();
        }
        expect(await axeFindings(page), standing).toEqual([]);
        expect(await overflow(desk), standing).toBeLessThanOrEqual(0);
      }
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    });
  });

  test('每一屏没有无障碍问题：中英文、深色、360 像素、200% 缩放，不丢内容', async (context) => {
    const stage = stageOf(context);
    // Each pair is seen once: both languages, both lights, both widths.
    const ways: readonly Visit[] = [{}, { language: 'en', dark: true, device: 'narrow' }];
    for (const visit of ways) {
      await atDesk(stage, visit, async (desk) => {
        const found = async (screen: string) => {
          expect(await axeFindings(desk.page), screen).toEqual([]);
          expect(await overflow(desk), screen).toBeLessThanOrEqual(0);
        };
        await desk.to('/');
        await found('login');
        await desk.logIn('loan-officer');
        await found('cases');
        const number = await desk.openPaidCase();
        await desk.page.getByRole('button', { name: /申请查看明文|Ask to see/ }).click();
        await found('case');
        await desk.arrive(`/traces/${number}`);
        await found('trace');
        await desk.openBlock();
        await found('block');
        for (const path of ['/open', '/find', '/funnel', '/rights', '/house', '/log', '/nowhere']) {
          await desk.arrive(path);
          await found(path);
        }
      });
    }
  });
});

/** 200 % zoom of a desktop is half of its points; nothing may stick out. */
async function overflow({ page }: OperatorWalk): Promise<number> {
  const size = page.viewportSize();
  if (size !== null && size.width > 1000) {
    await page.setViewportSize({ width: size.width / 2, height: size.height / 2 });
  }
  const out = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (size !== null) await page.setViewportSize(size);
  return out;
}

/** Three ways out of a contract (S0-66): the trace with its proofs, the right, the public page. */
async function fromTheContract({ page, heading }: OperatorWalk, number: string): Promise<void> {
  const ways = page.getByRole('navigation', { name: '从这份合同出发' });
  expect(await ways.getByRole('link', { name: '公开核验页' }).getAttribute('href')).toBe('/verify');
  await ways.getByRole('link', { name: '全程追溯' }).click();
  await heading(`全程追溯 ${number}`).waitFor();
  for (const what of ['案件开立', '签名完成', '合同权利登记']) {
    await page.getByRole('rowheader', { name: what }).first().waitFor();
  }
  const [proof] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: '下载第 0 条存证的证明' }).click(),
  ]);
  const told = (await buffer(await proof.createReadStream())).toString();
  expect(told).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
  await page.getByRole('link', { name: '合同债权', exact: true }).first().click();
  const right = page.getByRole('row', { name: new RegExp(number) });
  await right.getByText('已设立').waitFor();
  await right.getByRole('link', { name: number }).click();
  await heading(number).waitFor();
}

async function atDesk(
  stage: Stage,
  visit: Visit,
  act: (desk: OperatorWalk) => Promise<void>,
): Promise<void> {
  const context = await visitor(stage, visit);
  try {
    await act(new OperatorWalk(await context.newPage(), stage));
  } finally {
    await context.close();
  }
}

/** What the code on the screen says, read by asking the house's own answer again. */
async function linkIn(page: Page): Promise<string> {
  return page.getByRole('img', { name: '请客户扫码' }).evaluate((element) => {
    return element.getAttribute('data-text') ?? '';
  });
}
